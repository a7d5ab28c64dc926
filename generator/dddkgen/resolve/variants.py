# SPDX-License-Identifier: MIT
"""Resolve variants and revisions: which devices there are, which of them have what, and what differs.

A device is a variant of a revision; a set of devices is an integer with a bit for each. What variants and revisions say about
registers is laid over what `registers:` says, first the revisions in their order, then the variant. Registers, fields and
values that only they have join the others, and know which devices they are for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field

from ..dataclass import dataclass
from ..diagnostics import Label, Report
from ..keys.types import Entry, Object, Value
from ..read.scalars import Reference
from .expand import copy_of, expand_fields, expand_registers
from .names import Names, unknown

#: More devices than any driver tells apart; each is simulated and tested.
MOST_DEVICES = 64

#: What a variant or revision may say otherwise of a register, and of a field.
OF_REGISTER = ("at", "reset", "expect", "fields", "doc", "see")
OF_FIELD = ("reset", "expect", "doc", "see")

_AVAILABILITY = ("since", "until", "variants")


@dataclass(slots=True)
class Plan:
    """Which devices there are, and what is laid over what."""

    variants: tuple[str | None, ...] = (None,)
    revisions: tuple[str | None, ...] = (None,)
    varied: bool = False
    #: Sets of devices, by name: that a variant or revision adds, and that lack it.
    registers: dict[str, int] = field(default_factory=dict)
    fields: dict[tuple[str, str], int] = field(default_factory=dict)
    values: dict[tuple[str, str], int] = field(default_factory=dict)
    lacks: dict[tuple[str, str | None], int] = field(default_factory=dict)
    #: By register: a set of devices, and what they say of it.
    overlays: dict[str, list[tuple[int, Object]]] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return len(self.variants) * len(self.revisions)

    @property
    def every(self) -> int:
        return (1 << self.count) - 1

    def devices(self) -> Iterator[tuple[str | None, str | None]]:
        """Variant and revision of each, by its bit."""
        for variant in self.variants:
            for revision in self.revisions:
                yield variant, revision

    def of_variant(self, name: str) -> int:
        """Every revision of a variant; none when no line of `match:` names it."""
        return sum(1 << bit for bit, (variant, _) in enumerate(self.devices()) if variant == name)

    def of_revision(self, name: str) -> int:
        """That revision and all that came behind it."""
        first = self.revisions.index(name)
        return sum(1 << bit for bit in range(self.count) if bit % len(self.revisions) >= first)

    def said(self, item: Object, names: Names, report: Report) -> int | None:
        """What `since`, `until` and `variants` say; None: nothing, or nothing that can be used."""
        if item.values.keys().isdisjoint(_AVAILABILITY):
            return None
        found = self.every
        since, until = (None if item.item(key) is None else names.find("revisions", item.item(key), report) for key in ("since", "until"))
        since, until = (name if name in self.revisions else None for name in (since, until))  # a broken one is known and counts for nothing
        if since is not None:
            found &= self.of_revision(since)
        if until is not None:
            found &= ~self.of_revision(until)
        if since is not None and until is not None and self.revisions.index(since) >= self.revisions.index(until):
            report.error("D0462", item.at("until"), "no revision is left", f"{until} is not behind {since}", also=[Label(item.at("since"), "the first that has it")], help="`since` is the first that has it, `until` the first that has it no more")
            return None
        chosen = 0
        for value in item.items("variants"):
            variant = names.find("variants", value, report)
            chosen |= self.every if variant is None else self.of_variant(variant)
        return found & chosen if "variants" in item.values else found

    def _joined(self, said: int | None, added: int | None, lacking: int) -> int | None:
        if said is None and added is None and not lacking:
            return None
        own = said if said is not None else 0 if added is not None else self.every
        return (own | (added or 0)) & ~lacking

    def of_register(self, name: str, item: Object, names: Names, report: Report) -> int | None:
        """The set of devices that have the register; None: all, and nothing was said."""
        said = self.said(item, names, report)
        added = self.registers.get(name)
        return self._joined(said, added, self.lacks.get((name, None), 0))

    def of_field(self, register: str, name: str, item: Object, names: Names, report: Report) -> int | None:
        return self._joined(self.said(item, names, report), self.fields.get((register, name)), self.lacks.get((register, name), 0))

    def of_value(self, enum: str, name: str, item: Object, names: Names, report: Report) -> int | None:
        return self._joined(self.said(item, names, report), self.values.get((enum, name)), self.lacks.get((enum, name), 0))


def plan(root: Object, report: Report) -> Plan:
    """Read the variants and revisions of an expanded manifest, and give it the registers, fields and values that they add."""
    made = Plan()
    if not {"variants", "revisions", "errata"} & set(root.values):
        return made
    _Planner(root, report, made).run()
    return made


class _Planner:
    """Fills a plan, and adds to the manifest."""

    def __init__(self, root: Object, report: Report, plan: Plan) -> None:
        self.root, self.report, self.plan = root, report, plan
        self.base = {entry.name.value: entry for entry in root.entries("registers")}
        self.added: dict[str, Entry] = {}
        self.enums = {entry.name.value: entry for entry in root.entries("enums")}

    def run(self) -> None:
        variants = [entry for entry in self.root.entries("variants") if entry.item is not None]
        revisions = [entry for entry in self.root.entries("revisions") if entry.item is not None and "id" in entry.item.values]
        self._devices(variants, revisions)
        for entry, devices in (*((entry, self.plan.of_revision(entry.name.value)) for entry in revisions), *((entry, self.plan.of_variant(entry.name.value)) for entry in variants)):
            for register in entry.item.entries("registers"):
                self._register(register, devices)
            for enum in entry.item.entries("enums"):
                self._enum(enum, devices)
        self._keep()
        for entry, devices in (*((entry, self.plan.of_revision(entry.name.value)) for entry in revisions), *((entry, self.plan.of_variant(entry.name.value)) for entry in variants)):
            for value in entry.item.items("lacks"):
                self._lack(value, devices)
        self.plan.varied = bool(
            revisions or self.root.entries("errata") or self.plan.overlays or self.plan.registers or self.plan.values or self.plan.lacks or self._said_anywhere()
        )

    def _devices(self, variants: list[Entry], revisions: list[Entry]) -> None:
        matches = self.root.items("match")
        used = {match.get("variant").name for match in matches if match.get("variant") is not None}
        names: list[str | None] = [entry.name.value for entry in variants if entry.name.value in used]
        if not names or any("variant" not in match.values for match in matches):
            names.append(None)
        self._ascend(revisions)
        kept = revisions
        if len(names) * max(len(revisions), 1) > MOST_DEVICES:
            kept = revisions[: MOST_DEVICES // len(names)]
            key = "revisions" if revisions else "variants"
            self.report.error("D0463", self.root.at(key), f"these are {len(names) * max(len(revisions), 1)} devices", f"variants times revisions; the kit tells at most {MOST_DEVICES} apart")
            names = names[:MOST_DEVICES]
        self.plan.variants = tuple(names)
        self.plan.revisions = tuple(entry.name.value for entry in kept) or (None,)
        del revisions[len(kept) :]

    def _ascend(self, revisions: list[Entry]) -> None:
        for before, entry in zip(revisions, revisions[1:], strict=False):
            if entry.item.get("id") <= before.item.get("id"):
                self.report.error(
                    "D0460", entry.item.at("id"), f"revision {entry.name.value} is not above {before.name.value}", f"ID {entry.item.get('id'):#04x}",
                    also=[Label(before.item.at("id"), f"ID {before.item.get('id'):#04x}")], help="revisions are listed upwards, the oldest first, each with an ID of its own",
                )

    # ---- registers ----

    def _register(self, entry: Entry, devices: int) -> None:
        name, item = entry.name.value, entry.item
        if item is None:
            return
        known = self.base.get(name) or self.added.get(name)
        if known is None:
            self._new_register(entry, devices)
            return
        self.plan.registers[name] = self.plan.registers.get(name, 0) | devices if name in self.added or self._limited(known) else 0
        if not self.plan.registers[name]:
            del self.plan.registers[name]
        overlay = copy_of(item)
        expand_fields(overlay, self.report)
        if not self._may_differ(overlay, OF_REGISTER, f"register {name}", known) or not self._one_place(overlay, name):
            return
        self.plan.overlays.setdefault(name, []).append((devices, overlay))
        if known.item is not None:
            self._fields(name, known, overlay, devices)

    def _limited(self, entry: Entry) -> bool:
        return entry.item is not None and any(key in entry.item.values for key in _AVAILABILITY)

    def _new_register(self, entry: Entry, devices: int) -> None:
        if not self._complete(entry, entry.item, ("at",), "register"):
            return
        for made in expand_registers(self.root, [entry], self.report):
            fields = [] if made.item is None else made.item.entries("fields")
            if all([self._complete(field, field.item, ("bits", "bit"), "field") for field in fields]):
                self.added[made.name.value] = made
                self.plan.registers[made.name.value] = devices

    def _complete(self, entry: Entry, item: Object | None, keys: tuple[str, ...], what: str) -> bool:
        """What there is nowhere else has to say where it is."""
        if item is None or any(key in item.values or key in item.broken for key in keys):
            return True
        self.report.error(
            "D0465", entry.name.span, f"there is no other {what} {entry.name.value}, and this one does not say where it is", f"`{keys[0]}` is missing",
            help=f"a {what} that all devices have is described under `registers:`; one that only this has says where it is",
        )
        return False

    def _one_place(self, overlay: Object, name: str) -> bool:
        at: Value | None = overlay.item("at")
        if at is None:
            return True
        if len(at.value) != 1:
            self.report.error("D0464", at.span, f"the elements of {name} cannot be listed anew", "one offset: of the first element")
            return False
        overlay.values["at"] = Value(at.value[0].value, at.node)
        return True

    def _may_differ(self, item: Object, keys: tuple[str, ...], what: str, known: Entry) -> bool:
        wrong = [key for key in item.values if key not in keys]
        if wrong:
            self.report.error(
                "D0464", item.at(wrong[0]), f"`{wrong[0]}` of {what} cannot differ between devices", "not this", also=[Label(known.name.span, "it is described here")],
                help=f"what can differ is {', '.join(f'`{key}`' for key in keys)}; something else has another name, and says which devices have it",
            )
        return not wrong and not item.broken

    def _fields(self, register: str, known: Entry, overlay: Object, devices: int) -> None:
        """Fields that are new join those of the register; what is said of the others stays in the overlay."""
        there = {field.name.value: field for field in known.item.entries("fields")}
        kept, new = [], []
        for field_ in overlay.entries("fields"):
            name, item = field_.name.value, field_.item
            if item is None:
                continue
            if name not in there:
                if self._complete(field_, item, ("bits", "bit"), "field"):
                    new.append(field_)
                    self.plan.fields[register, name] = devices
                continue
            if (register, name) in self.plan.fields or self._limited(there[name]):
                self.plan.fields[register, name] = self.plan.fields.get((register, name), 0) | devices
            if self._may_differ(item, OF_FIELD, f"field {register}.{name}", there[name]):
                kept.append(field_)
        if "fields" in overlay.values:
            overlay.values["fields"] = Value(kept, overlay.item("fields").node)
        if new:
            copy = copy_of(known.item)
            node = (known.item.item("fields") or overlay.item("fields")).node
            copy.values["fields"] = Value([*known.item.entries("fields"), *new], node)
            copy.key_nodes.setdefault("fields", node)
            self._replace(register, Entry(known.name, copy))

    def _replace(self, name: str, entry: Entry) -> None:
        (self.base if name in self.base else self.added)[name] = entry

    def _keep(self) -> None:
        """The manifest's registers and enums are now those of all devices."""
        registers = self.root.item("registers")
        entries = [self.base.get(entry.name.value, entry) for entry in self.root.entries("registers")]
        if registers is not None:
            self.root.values["registers"] = Value([*entries, *self.added.values()], registers.node)
        enums = self.root.item("enums")
        if self.enums:
            node = enums.node if enums is not None else next(iter(self.enums.values())).name.node
            self.root.values["enums"] = Value(list(self.enums.values()), node)

    # ---- enums ----

    def _enum(self, entry: Entry, devices: int) -> None:
        name, item = entry.name.value, entry.item
        if item is None:
            return
        known = self.enums.get(name)
        if known is None:
            self.enums[name] = entry
            return
        if known.item is None:
            return
        there = {value.name.value: value for value in known.item.entries("values")}
        new = []
        for value in item.entries("values"):
            first = there.get(value.name.value)
            if first is None:
                new.append(value)
                self.plan.values[name, value.name.value] = devices
            elif value.item is not None and first.item is not None and value.item.get("value") != first.item.get("value"):
                self.report.error(
                    "D0466", value.name.span, f"value {value.name.value} of enum {name} has two numbers", f"{value.item.get('value')} here", also=[Label(first.name.span, f"{first.item.get('value')} here")],
                    help="a name is one number on every device: give this one another name, and list the other under `lacks:`",
                )
            elif (name, value.name.value) in self.plan.values or self._limited(first):
                self.plan.values[name, value.name.value] = self.plan.values.get((name, value.name.value), 0) | devices
        if new:
            copy = copy_of(known.item)
            values = known.item.item("values")
            copy.values["values"] = Value([*values.value, *new], values.node)
            self.enums[name] = Entry(known.name, copy)

    # ---- what is lacking ----

    def _lack(self, value: Value, devices: int) -> None:
        reference: Reference = value.value
        registers = {entry.name.value: entry for entry in self.root.entries("registers")}
        entry = registers.get(reference.name)
        if entry is None:
            entry = self.enums.get(reference.name)
            if entry is not None and reference.field is None:
                self.report.error("D0467", value.span, f"a device does not lack enum {reference.name} as a whole", "only values of it", help=f"`{reference.name}.VALUE`")
                return
        if entry is None:
            unknown(value, reference.name, "register or enum", registers | self.enums, self.report, "D0467")
            return
        if reference.index is not None:
            self.report.error("D0467", value.span, "a device does not lack one element of an array", f"`{reference.name}` is the whole of it")
            return
        if reference.field is not None and entry.item is not None:
            inner = {one.name.value: one for one in entry.item.entries("fields" if reference.name in registers else "values")}
            if reference.field not in inner:
                unknown(value, reference.field, "field or value", inner, self.report, "D0467", f" in {reference.name}")
                return
        for key in ((reference.name, reference.field), *(_elsewhere(reference, registers) if reference.name in registers else ())):
            self.plan.lacks[key] = self.plan.lacks.get(key, 0) | devices

    def _said_anywhere(self) -> bool:
        for entry in self.root.entries("registers"):
            if entry.item is not None and (self._limited(entry) or any(self._limited(field) for field in entry.item.entries("fields"))):
                return True
        return any(self._limited(value) for entry in self.root.entries("enums") if entry.item is not None for value in entry.item.entries("values"))


def laid_over(item: Object, overlays: list[tuple[int, Object]], bit: int) -> Object:
    """What the manifest says of a register for one device."""
    applied = [overlay for devices, overlay in overlays if devices >> bit & 1]
    if not applied:
        return item
    made = copy_of(item)
    for overlay in applied:
        for key, value in overlay.values.items():
            if key == "fields":
                made.values["fields"] = _fields_over(made.item("fields"), value)
            else:
                made.values[key] = value
                made.key_nodes[key] = overlay.key_nodes.get(key, value.node)
    return made



def _elsewhere(lacking: Reference, registers: dict[str, Entry]) -> Iterator[tuple[str, str | None]]:
    """The other addresses of a register that some devices lack, or of its field: its aliases, and those that set and clear its bits."""
    own = registers[lacking.name].item
    made = {f"{lacking.name}_{suffix}" for key, suffix in (("set_at", "SET"), ("clear_at", "CLEAR")) if own is not None and key in own.key_nodes}
    for name, entry in registers.items():
        shown = None if entry.item is None else entry.item.get("alias_of")
        if entry.item is None or not (name in made or (shown is not None and shown.name == lacking.name)):
            continue
        fields = [field.name.value for field in entry.item.entries("fields")]
        if lacking.field is None or fields == [lacking.field]:
            yield name, None
        elif lacking.field in fields:
            yield name, lacking.field


def _fields_over(fields: Value | None, overlay: Value) -> Value:
    said = {field.name.value: field.item for field in overlay.value}
    if fields is None:
        return overlay
    entries = []
    for entry in fields.value:
        own = said.get(entry.name.value)
        if own is None or entry.item is None:
            entries.append(entry)
            continue
        copy = copy_of(entry.item)
        copy.values |= own.values
        copy.key_nodes |= own.key_nodes
        entries.append(Entry(entry.name, copy))
    return Value(entries, fields.node)
