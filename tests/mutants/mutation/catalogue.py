# SPDX-License-Identifier: MIT
"""What is changed, and into what: the systematic part.

A rule belongs to a pattern of paths and gives new values for what stands there. Numbers go to their neighbours and to the
nearest place that is free, because a change into something taken is found by the checks and says nothing about the device.
An access policy goes to one policy of each other kind, where a kind is what software can see of a policy: whether it may
be read, whether reading has an effect, what leaves it alone, whether it counts once. References go to their neighbours.

What is not changed is named in LEFT_ALONE, with the reason; a value that neither a rule nor that list knows is an error, so
that a new key of the language cannot go untested unnoticed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from .manifest import Path_, Site, Text, expanded, parse

from dddkgen.keys.rings import ATTACH_WORDS  # noqa: E402
from dddkgen.model import Driver, Field  # noqa: E402
from dddkgen.read import scalars  # noqa: E402
from dddkgen.read.nodes import Kind, Node  # noqa: E402
from dddkgen.semantics import POLICIES  # noqa: E402

WIDTHS = (8, 16, 32, 64)

LEFT_ALONE = {
    "dddk driver title class license datasheet handlers.* model": "identity of the driver, and names of its own parts",
    "**.doc **.see **.c_name": "text for people, and a name in C",
    "match.*.variant variants.** dma.**": "what memory may be given to the device: a limit, which no place or bit depends on",
    "interrupts.*.modes.* interrupts.*.modes": "an order of preference",
    "interrupts.*.on.*.call interrupts.*.on.*.complete": "names of handlers and completions: a wrong one does not compile",
    "match.*.compatible regions.*.reg": "of devices that are not on PCI, which no scenario has",
    "waive.**": "what the checks are told",
    "buffers.** user.**": "memory and calls of the driver's own",
    "rings.*.direction fifos.*.direction rings.*.*.by rings.*.give.once": "which protocol it is",
    "rings.*.entry.layout rings.*.entry.count rings.*.entry.count.* rings.*.entry.align": "how much memory a ring takes",
}


@dataclass(frozen=True)
class Mutant:
    """A manifest with one change."""

    driver: str
    kind: str  # offset, position, width, access, value, layout, reference, identity, switch
    path: str
    change: str  # "old -> new"
    text: str  # of the whole manifest

    @property
    def name(self) -> str:
        return f"{self.driver}:{self.path} {self.change}"


@dataclass(frozen=True)
class Change:
    """What a rule makes of a site: the new text of the manifest, and how to call it."""

    kind: str
    what: str  # added to the path: the key that was changed where the text is short
    old: str
    new: str
    text: str


Rule = Callable[[Text, Driver, Site], Iterable[Change]]


# ---- numbers ----


def _integers(node: Node, values: Iterable[int], text: Text, kind: str) -> Iterator[Change]:
    old = scalars.size(node.value)
    assert old is not None, node.value
    form = "0x{:04x}".format if node.value.startswith("0x") else str
    for value in _distinct(values, old):
        yield Change(kind, "", node.value, form(value), text.replaced(node, form(value)))


def _distinct(values: Iterable[int], old: int) -> list[int]:
    return [value for value in dict.fromkeys(values) if value >= 0 and value != old]


def _offset(text: Text, driver: Driver, site: Site) -> Iterator[Change]:
    """The neighbours, and the nearest offsets where nothing is."""
    register = driver.register(site.path[1])
    region = next(region for region in driver.regions if region.name == register.region)
    size = register.bytes
    length = register.stride * ((register.count or 1) - 1) + size
    taken = bytearray(region.size)
    for other in driver.registers:
        if other.region == register.region:
            for i in range(other.count or 1):
                start = other.offset + i * other.stride
                taken[start : start + other.bytes] = b"\1" * other.bytes
    at = register.offset

    def free(candidates: Iterable[int]) -> list[int]:
        return next(([c] for c in candidates if not any(taken[c : c + length])), [])

    up = free(range(at + size, region.size - length + 1, size))
    down = free(range(at - size, -1, -size))
    yield from _integers(site.node, [at + size, at - size, *up, *down], text, "offset")


def _count(text: Text, driver: Driver, site: Site) -> Iterator[Change]:
    old = scalars.size(site.node.value) or 0
    yield from _integers(site.node, [old - 1, old + 1, old // 2, old * 2], text, "offset")


def _number(kind: str) -> Rule:
    def rule(text: Text, driver: Driver, site: Site) -> Iterator[Change]:
        old = scalars.size(site.node.value)
        assert old is not None, site.path
        yield from _integers(site.node, [old - 1, old + 1, old // 2, old * 2], text, kind)

    return rule


def _reset(text: Text, driver: Driver, site: Site) -> Iterator[Change]:
    old = scalars.integer(site.node.value) or 0
    yield from _integers(site.node, [old ^ 1, 0], text, "value")


# ---- bits ----


def _range(high: int, low: int) -> str:
    return str(high) if high == low else f"{high}:{low}"


def _bits(width: Callable[[Driver, Site], int], siblings: Callable[[Driver, Site], Iterable[Field]]) -> Rule:
    def rule(text: Text, driver: Driver, site: Site) -> Iterator[Change]:
        old = scalars.bits(site.node.value)
        assert old is not None, site.path
        top = width(driver, site)
        taken = sum(field.mask for field in siblings(driver, site)) & ~(((1 << old.width) - 1) << old.low)
        mask = (1 << old.width) - 1
        up = next(([low] for low in range(old.low + 1, top - old.width + 1) if not taken & mask << low), [])
        down = next(([low] for low in range(old.low - 1, -1, -1) if not taken & mask << low), [])
        lows = [low for low in _distinct([old.low + 1, old.low - 1, *up, *down], old.low) if low + old.width <= top]
        for low in lows:
            yield from _field(text, site, "position", _range(low + old.width - 1, low))
        for high, low in ((old.high + 1, old.low), (old.high - 1, old.low), (old.high, old.low + 1)):
            if low <= high < top:
                yield from _field(text, site, "width", _range(high, low))

    return rule


def _field(text: Text, site: Site, kind: str, new: str) -> Iterator[Change]:
    old = site.node.value
    if site.key is not None and site.key.value == "bit" and ":" in new:
        start, end = text.span(site.key)
        changed = text.replaced(site.node, new)
        yield Change(kind, "", old, new, changed[:start] + "bits" + changed[end:])
    else:
        yield Change(kind, "", old, new, text.replaced(site.node, new))


def _register_of(driver: Driver, site: Site) -> int:
    return driver.register(site.path[1]).width


def _register_fields(driver: Driver, site: Site) -> Iterable[Field]:
    return driver.register(site.path[1]).fields


def _member_of(driver: Driver, site: Site) -> int:
    return next(m.width for m in driver.descriptor(site.path[1]).members if m.name == site.path[3])


def _member_fields(driver: Driver, site: Site) -> Iterable[Field]:
    return next(m.fields for m in driver.descriptor(site.path[1]).members if m.name == site.path[3])


# ---- access, width: keys that may not be written, and then have a default ----


def _visible(name: str) -> tuple[object, ...]:
    policy = POLICIES[name]
    return (policy.readable, policy.writable, policy.read_has_effect, policy.idle, policy.once)


def other_policies(name: str) -> list[str]:
    """One policy of each kind that software can tell from this one; the commonest name of a kind comes first in the table."""
    kinds: dict[tuple[object, ...], str] = {}
    for other in POLICIES:
        kinds.setdefault(_visible(other), other)
    return [other for kind, other in kinds.items() if kind != _visible(name)]


def _keyed(text: Text, site: Site, key: str, short: str, kind: str, old: str, values: Iterable[str]) -> Iterator[Change]:
    """`key` set to each value: in place, added to the mapping, or by writing the short form out."""
    node = site.node
    for value in values:
        if node.kind is Kind.SCALAR:
            new = text.replaced(node, f"{{{short}: {node.value}, {key}: {value}}}")
        else:
            present = next((v for k, v in node.value if k.value == key), None)
            new = text.with_key(node, key, value) if present is None else text.replaced(present, value)
        yield Change(kind, key, old, value, new)


def _register(text: Text, driver: Driver, site: Site) -> Iterator[Change]:
    register = driver.register(site.path[1])
    yield from _keyed(text, site, "access", "at", "access", register.access, other_policies(register.access))
    widths = (str(width) for width in WIDTHS if width != register.width)
    yield from _keyed(text, site, "width", "at", "width", str(register.width), widths)


def _register_field(text: Text, driver: Driver, site: Site) -> Iterator[Change]:
    field = next(field for field in driver.register(site.path[1]).fields if field.name == site.path[3])
    short = "bits" if site.node.kind is Kind.SCALAR and ":" in site.node.value else "bit"
    yield from _keyed(text, site, "access", short, "access", field.access, other_policies(field.access))


# ---- names of other things ----


def _around(names: list[str], name: str) -> list[str]:
    """Its neighbours in a list."""
    at = names.index(name)
    return [names[i] for i in (at - 1, at + 1) if 0 <= i < len(names)]


def _reference(names: Callable[[Driver, Site], list[str]], kind: str = "reference") -> Rule:
    def rule(text: Text, driver: Driver, site: Site) -> Iterator[Change]:
        if site.node.kind is not Kind.SCALAR:
            return
        for name in _around(names(driver, site), site.node.value):
            yield Change(kind, "", site.node.value, name, text.replaced(site.node, name))

    return rule


def _registers(driver: Driver, site: Site) -> list[str]:
    return [register.name for register in driver.registers]


def _fields(driver: Driver, site: Site) -> list[str]:
    return [f"{register.name}.{field.name}" for register in driver.registers for field in register.fields]


def _own_fields(driver: Driver, site: Site) -> list[str]:
    """Fields of the interrupt's cause register."""
    interrupt = next(interrupt for interrupt in driver.interrupts if interrupt.name == site.path[1])
    return [field.name for field in driver.register(interrupt.cause).fields]


def _ring_members(driver: Driver, site: Site) -> list[str]:
    ring = next(ring for ring in driver.rings if ring.name == site.path[1])
    return [member.name for member in driver.descriptor(ring.descriptor).members]


def _ring_fields(driver: Driver, site: Site) -> list[str]:
    ring = next(ring for ring in driver.rings if ring.name == site.path[1])
    return [f"{m.name}.{f.name}" for m in driver.descriptor(ring.descriptor).members for f in m.fields]


def _causes(driver: Driver, site: Site) -> list[str]:
    return [cause.name for interrupt in driver.interrupts for cause in interrupt.causes]


def _services(driver: Driver, site: Site) -> list[str]:
    return [thing.name for thing in (*driver.rings, *driver.fifos)]


def _effect(driver: Driver, site: Site) -> list[str]:
    return ["device", *_registers(driver, site)]


def _attach(text: Text, driver: Driver, site: Site) -> Iterator[Change]:
    """One register write of a ring: another register, and something else into it."""
    ((name, value),) = site.node.value
    for other in _around(_registers(driver, site), name.value):
        yield Change("reference", name.value, name.value, other, text.replaced(name, other))
    for other in _around(list(ATTACH_WORDS), value.value):
        yield Change("reference", name.value, value.value, other, text.replaced(value, other))


def _swapped(kind: str) -> Rule:
    """Each two neighbours of a mapping exchange their names."""

    def rule(text: Text, driver: Driver, site: Site) -> Iterator[Change]:
        for (first, _), (second, _) in zip(site.node.value, site.node.value[1:], strict=False):
            (a, b), (c, d) = text.span(first), text.span(second)
            new = text.text[:a] + second.value + text.text[b:c] + first.value + text.text[d:]
            yield Change(kind, "", f"{first.value}, {second.value}", f"{second.value}, {first.value}", new)

    return rule


def _layout(text: Text, driver: Driver, site: Site) -> Iterator[Change]:
    """Members of an entry change places: type and name of each two neighbours."""
    for (n1, v1), (n2, v2) in zip(site.node.value, site.node.value[1:], strict=False):
        a, b, c, d = text.span(n1)[0], text.span(v1)[1], text.span(n2)[0], text.span(v2)[1]
        one, other = text.text[a:b], text.text[c:d]
        yield Change("layout", "", f"{n1.value}, {n2.value}", f"{n2.value}, {n1.value}", text.text[:a] + other + text.text[b:c] + one + text.text[d:])


def _member(text: Text, driver: Driver, site: Site) -> Iterator[Change]:
    old = site.node.value
    for new in (f"u{width}" for width in WIDTHS if f"u{width}" != old):
        yield Change("width", "", old, new, text.replaced(site.node, new))


def _enum(text: Text, driver: Driver, site: Site) -> Iterator[Change]:
    """Neighbours, and the nearest free values."""
    enum = next(enum for enum in driver.enums if enum.name == site.path[1])
    taken = {value.value for value in enum.values}
    old = scalars.integer(site.node.value)
    assert old is not None
    up = next(value for value in range(old + 1, max(taken) + 2) if value not in taken)
    down = next(([value] for value in range(old - 1, -1, -1) if value not in taken), [])
    yield from _integers(site.node, [old + 1, old - 1, up, *down], text, "value")


# ---- identity and switches ----


def _pci(text: Text, driver: Driver, site: Site) -> Iterator[Change]:
    vendor, device = site.node.value.split(":")
    for new in (f"{int(vendor, 16) ^ 1:04x}:{device}", f"{vendor}:{int(device, 16) ^ 1:04x}"):
        yield Change("identity", "", site.node.value, new, text.replaced(site.node, new))


def _choice(kind: str, *values: str) -> Rule:
    def rule(text: Text, driver: Driver, site: Site) -> Iterator[Change]:
        for value in values:
            if value != site.node.value:
                yield Change(kind, "", site.node.value, value, text.replaced(site.node, value))

    return rule


def _when(text: Text, driver: Driver, site: Site) -> Iterator[Change]:
    old = site.node.value
    condition = scalars.condition(old)
    assert condition is not None
    new = f"{condition.register}.{condition.field} == {1 - int(condition.value)}"
    yield Change("value", "", old, new, text.replaced(site.node, new))


def _nothing(text: Text, driver: Driver, site: Site) -> Iterator[Change]:
    return iter(())


_register_bits = _bits(_register_of, _register_fields)
_member_bits = _bits(_member_of, _member_fields)

#: The first pattern that fits a path wins. A mapping's rule changes it as a whole; its values have rules of their own.
RULES: tuple[tuple[str, Rule], ...] = (
    ("registers.*", _register),
    ("registers.*.at", _offset),
    ("registers.*.stride", _number("offset")),
    ("registers.*.count", _count),
    ("registers.*.width", _nothing),  # with the register
    ("registers.*.access", _nothing),
    ("registers.*.fields.*", _register_field),
    ("registers.*.fields.*.bit", _register_bits),
    ("registers.*.fields.*.bits", _register_bits),
    ("registers.*.fields.*.access", _nothing),  # with the field
    ("registers.*.fields.*.enum", _nothing),  # a type's name: values are changed at the enum
    ("registers.*.reset", _reset),
    ("registers.*.fields.*.reset", _reset),
    ("registers.*.when", _when),
    ("**.volatile", _choice("switch", "true", "false")),
    ("**.sets", _reference(_effect)),
    ("**.clears", _reference(_effect)),
    ("**.resets", _reference(_effect)),
    ("enums.*", _swapped("value")),
    ("enums.*.*", _enum),
    ("descriptors.*.layout", _layout),
    ("descriptors.*.layout.*", _member),
    ("descriptors.*.fields.*.*", _member_bits),
    ("match.*.pci", _pci),
    ("regions.*.bar", _choice("identity", "0", "1")),
    ("regions.*.size", _number("identity")),
    ("regions.*.kind", _choice("identity", "memory", "port")),
    ("presence", _reference(_registers)),
    ("rings.*.attach.*", _attach),
    ("rings.*.attach.*.*", _nothing),  # with the pair
    ("rings.*.enable", _reference(_fields)),
    ("rings.*.spare", _number("value")),
    ("rings.*.give.to", _reference(_registers)),
    ("rings.*.take.field", _reference(_ring_fields)),
    ("rings.*.take.on", _choice("switch", "each", "last")),
    ("rings.*.payload.address", _reference(_ring_members)),
    ("rings.*.payload.length", _reference(_ring_members)),
    ("rings.*.payload.size", _number("width")),
    ("rings.*.payload.max", _number("width")),
    ("rings.*.frame.*", _reference(_ring_fields)),
    ("rings.*.frame.*.*", _reference(_ring_fields)),
    ("fifos.*.data", _reference(_registers)),
    ("fifos.*.ready", _reference(_fields)),
    ("fifos.*.overrun", _reference(_fields)),
    ("fifos.*.depth", _number("width")),
    ("transfers.*.source", _reference(_registers)),
    ("transfers.*.target", _reference(_registers)),
    ("transfers.*.length", _reference(_registers)),
    ("transfers.*.go", _reference(_fields)),
    ("transfers.*.direction", _reference(_fields)),
    ("transfers.*.notify", _reference(_fields)),
    ("transfers.*.done", _reference(_causes)),
    ("transfers.*.device_memory.base", _number("offset")),
    ("transfers.*.device_memory.size", _number("width")),
    ("interrupts.*.cause", _reference(_registers)),
    ("interrupts.*.cause.register", _reference(_registers)),
    ("interrupts.*.cause.none", _reference(_own_fields)),
    ("interrupts.*.cause.code", _reference(_own_fields)),
    ("interrupts.*.acknowledge", _reference(_registers)),
    ("interrupts.*.mask.*", _reference(_registers)),
    ("interrupts.*.on", _swapped("reference")),
    ("interrupts.*.on.*.service", _reference(_services)),
    ("interrupts.*.on.*.raised_by", _reference(_services)),
    ("interrupts.*.on.*.enable", _reference(_fields)),
    ("interrupts.*.on.*.at_start", _choice("switch", "true", "false")),
)


def _matches(pattern: str, path: Path_) -> bool:
    parts = ["(?:[^/]+/)*[^/]+" if part == "**" else "[^/]+" if part == "*" else re.escape(part) for part in pattern.split(".")]
    return re.fullmatch("/".join(parts), "/".join(path)) is not None


def _normal(driver: Driver, site: Site) -> Path_:
    """The path with a field or member in its long form, so that `SLU: 6` and `SLU: {bit: 6}` have the same rule."""
    path = site.path
    if site.node.kind is Kind.SCALAR:
        if _matches("registers.*", path):
            return (*path, "at")
        if _matches("registers.*.fields.*", path):
            return (*path, "bits")
    return path


def rules_of(driver: Driver, site: Site) -> list[Rule] | None:
    """The rules for a site; None: it is left alone. Raises KeyError for what nobody thought of."""
    paths = dict.fromkeys((site.path, _normal(driver, site)))
    found = []
    for path in paths:
        rule = next((rule for pattern, rule in RULES if _matches(pattern, path)), None)
        if rule is not None:
            found.append(rule)
    if found:
        return found
    if site.node.kind is not Kind.SCALAR or any(_matches(p, site.path) for patterns in LEFT_ALONE for p in patterns.split()):
        return None
    raise KeyError(f"{driver.name}: nobody said what to do about {'.'.join(site.path)}")


def _of_text(text: Text, driver: Driver, only: Callable[[Site], bool]) -> Iterator[Mutant]:
    for site in filter(only, text.sites()):
        mark = "&" if site.shared else ""
        for rule in rules_of(driver, site) or ():
            for change in rule(text, driver, site):
                path = ".".join(filter(None, (*site.path, change.what))) + mark
                yield Mutant(driver.name, change.kind, path, f"{change.old} -> {change.new}", change.text)


def mutants(driver: Driver, text: str) -> list[Mutant]:
    """Every mutant of a manifest, each once, in the order of the text; then those of each user of a shared value alone.

    A path that ends in `&` is an anchor's: the change is seen by every user of it.
    """
    written = parse(driver.name, text)
    found = list(_of_text(written, driver, lambda site: True))
    shared = written.shared_paths()
    if shared:
        alone = parse(driver.name, expanded(text))
        found += _of_text(alone, driver, lambda site: any(site.path[: len(path)] == path for path in shared))
    return list({mutant.text: mutant for mutant in found}.values())
