# SPDX-License-Identifier: MIT
"""Names: what the manifest declares, and references to it.

Names are known before anything is built from them, broken things included, so that one mistake does not make every
reference to it a second one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from ..diagnostics import Fix, Label, Report, listed
from ..keys.recovery import GUESSES
from ..keys.types import Entry, Object, Value, nearly
from ..model import Ref, Span
from ..places import element_of
from ..read.scalars import Reference

_ARTICLE = {True: "an", False: "a"}


def unknown(value: Value, name: str, what: str, known: Mapping[str, Span | Entry], report: Report, code: str, where: str = "") -> str | None:
    """Report a name that nothing has, and tell which it surely should be. `known` are the names that there are, with where they stand."""
    similar = report.closest(name, known)
    helps, also, fix = [], [], None
    if similar is not None:
        helps.append(f"did you mean `{similar}`?")
        place = known[similar]
        also.append(Label(place if isinstance(place, Span) else place.name.span, f"`{similar}` is here"))
        text = value.node.value
        if text.count(name) == 1:
            fix = Fix(value.span, text.replace(name, similar), sure=False)
    elif known:
        helps.append(f"there is {listed(known, 'and')}")
    report.error(code, value.span, f"there is no {what} `{name}`{where}", "unknown", also=also, help=helps, fix=fix)
    return similar if similar is not None and nearly(name, similar) else None


class Names:
    """Everything that the manifest declares, by kind and name."""

    def __init__(self, root: Object) -> None:
        self.regions = _entries(root.entries("regions"))
        self.enums = _entries(root.entries("enums"))
        self.variants = _entries(root.entries("variants"))
        self.revisions = _entries(root.entries("revisions"))
        self.registers = _entries(root.entries("registers"))
        self.descriptors = _entries(root.entries("descriptors"))
        self.rings = _entries(root.entries("rings"))
        self.fifos = _entries(root.entries("fifos"))
        self.default_region = default_region(self.regions)
        #: Keys of the manifest that could not be read at all: nothing is known of the names in them.
        self.unread = root.broken

    def find(self, kind: str, value: Value, report: Report) -> str | None:
        """The name that a reference without index and field gives, if something of that kind has it."""
        what = {"enums": "enum", "regions": "region", "variants": "variant", "revisions": "revision", "descriptors": "descriptor"}[kind]
        reference: Reference = value.value
        if reference.index is not None or reference.field is not None:
            report.error("D0402", value.span, f"`{reference}` is more than the name of {_a(what)}", help=f"write `{reference.name}`", fix=Fix(value.span, reference.name))
            return None
        known: dict[str, Entry] = getattr(self, kind)
        if reference.name in known:
            return reference.name
        if kind not in self.unread:
            code = {"enums": "D0403", "regions": "D0404", "variants": "D0405", "revisions": "D0461", "descriptors": "D0406"}[kind]
            return unknown(value, reference.name, what, known, report, code)
        return None

    def fields(self, register: str) -> dict[str, Entry] | None:
        """The fields of a register; None: it, or they, could not be read."""
        item = self.registers[register].item
        if item is None or "fields" in item.broken:
            return None
        return _entries(item.entries("fields"))

    def there(self, value: Value, report: Report) -> Reference | None:
        """What a reference to a register, or to a field of one, refers to. Of a name that nothing has it is each of those that are near it in
        turn, so that what refers to it is looked at; None: there is none."""
        reference: Reference = value.value
        if reference.name not in self.registers:
            if "registers" in self.unread:
                return None
            unknown(value, reference.name, "register", self.registers, report, "D0401")
            name = _guessed(value, reference.name, self.registers, report)
            if name is None:
                return None
            reference = replace(reference, name=name)
        if reference.field is None:
            return reference
        fields = self.fields(reference.name)
        if fields is None:
            return None
        if reference.field not in fields:
            if reference.name != value.value.name:
                return None  # of a register that is a guess
            unknown(value, reference.field, "field", fields, report, "D0407", f" in register {reference.name}")
            field = _guessed(value, reference.field, fields, report)
            if field is None:
                return None
            reference = replace(reference, field=field)
        return reference

    def register(self, value: Value, report: Report) -> bool:
        """Is the register of this reference there?"""
        if value.value.name in self.registers:
            return True
        if "registers" not in self.unread:
            unknown(value, value.value.name, "register", self.registers, report, "D0401")
        return False

    def ref(self, reference: Reference) -> Ref:
        """The reference to a register that is there, or to a field of it. Whether it has such an element is not asked here."""
        if reference.index is None:
            return Ref(reference.name, reference.field)
        item = self.registers[reference.name].item
        counts = [] if item is None else [one.repeat.count for one in item.get("repeats", ())]
        same = len(counts) == len(reference.indices)
        return Ref(reference.name, reference.field, element_of(counts, reference.indices) if same else reference.index, reference.indices if len(counts) > 1 else ())

    def field(self, value: Value, register: str, name: str, report: Report) -> bool:
        """Does that register have this field?"""
        known = self.fields(register)
        if known is None:
            return False
        if name in known:
            return True
        unknown(value, name, "field", known, report, "D0407", f" in register {register}")
        return False


def _guessed(value: Value, name: str, known: Mapping[str, Entry], report: Report) -> str | None:
    """One of the names near to one that was just reported; which, the report says."""
    if report.guess < 0 or report.last is None or not any(nearly(name, one) for one in known):
        return None
    import difflib

    near = difflib.get_close_matches(name, known, n=GUESSES)
    if not near:
        return None
    report.certain.add(report.last)
    report.doubts.add(value.span)
    return near[report.guess % len(near)]


def _a(what: str) -> str:
    return f"{_ARTICLE[what[0] in 'aeiou']} {what}"


def _entries(entries: Iterable[Entry]) -> dict[str, Entry]:
    return {entry.name.value: entry for entry in entries}


def default_region(regions: dict[str, Entry]) -> str | None:
    """Where registers are that do not say so; None: they must say it."""
    marked = [name for name, entry in regions.items() if entry.item is not None and entry.item.get("default", False)]
    if marked:
        return marked[0]
    return next(iter(regions)) if len(regions) == 1 else None
