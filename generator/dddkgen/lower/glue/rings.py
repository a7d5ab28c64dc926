# SPDX-License-Identifier: MIT
"""Descriptor rings: what the generated give, take, reap and refill need to know of the descriptors."""

from __future__ import annotations

from ... import alternatives
from ...dataclass import dataclass
from ...hazards import reserved_mask
from ...memory import as_register, order_of, swapped, written_by_driver
from ...model import ByteOrder, Descriptor, Direction, Driver, Member, MemberRef, Reserved, Ring, says_length
from ...ring_values import Binary, Log2
from ...ring_values import Value as RingValue
from ...values import filler
from ..alternatives import taken_by
from ..names import lower
from . import access
from ..text import about


@dataclass(frozen=True, slots=True)
class Word:
    """One aligned word of a descriptor that the device writes back, read once."""

    name: str  # local variable
    load: str  # expression; the entry is entries[at]


@dataclass(frozen=True, slots=True)
class Constant:
    """A set of bits of a word."""

    name: str
    value: str
    doc: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A member of an entry to send that says where in its frame the entry is."""

    name: str  # local variable
    member: str
    each: str  # its value
    last: str  # what the last entry of a frame has besides, or ""
    first: str  # and the first


@dataclass(frozen=True, slots=True)
class Post:
    """A kind of entry that carries no payload: a handler gives it to the device."""

    kind: str  # "context"
    name: str  # "foo_tx_post_context"
    put: str  # "foo_tx_desc_put_context_"
    descriptor: str  # "foo_tx_desc"
    layout: str  # "foo_tx_desc_context": of the struct of widths
    taken: str  # "foo_tx_desc_context_value": of what is said of the entry


@dataclass(frozen=True, slots=True)
class RingShape:
    name: str  # "rx"
    prefix: str  # "foo_rx"
    upper: str  # "FOO_RX"
    entry: str  # "foo_rx_desc"
    doc: str
    receives: bool
    spare: int
    align: int
    attach: tuple[str, ...]  # statements
    enable: str  # statement; "": no enable bit
    disable: str
    doorbell: str  # statement
    bell: str  # another one behind it, or ""
    tells_each: bool  # a doorbell for every entry
    marks: tuple[Mark, ...]  # of a frame to send
    stores: tuple[str, ...]  # statements that write entries[at] when it is given
    # receive
    constants: tuple[Constant, ...]
    words: tuple[Word, ...]  # first the one with the mark that the device is done
    length: str  # expressions over the words
    last: str
    bad: str
    good: str  # done, the last entry, and not bad
    good_of: tuple[str, ...]  # the words that say so
    known: str  # the entry is of a kind that comes back; "": they are all alike
    known_of: tuple[str, ...]
    # transmit
    ready: str  # condition on entries[at]
    # how entries come back
    done_is: str  # "!=": the mark is not 0 when an entry is done; "=="
    not_done_is: str
    lap: str  # what the mark is while an entry is not done, from `ring` and `index`; "": the same on each lap
    index: str  # the device's index, from `dev` and `ring`; "": it marks the entries
    index_runs: bool  # it runs freely, from 0 on
    index_mask: str  # what its index is masked by: "ring->mask", or its own width; "": all of 32 bits
    in_memory: str  # what the word with its index is at the beginning; "": there is none
    index_type: str  # of that word
    posts: tuple[Post, ...]  # entries without payload
    post_marks: tuple[str, ...]  # statements that mark one as not done
    # where a bit of an entry says whose it is
    owned: bool
    post_gives: str  # statement that makes one without payload the device's
    disowns: str  # statement that makes entries[at] the driver's before it was ever given; "": as it is zero it is
    vectors: tuple[str, ...]  # that serve the ring, one a mode


def _member(descriptor: Descriptor, name: str) -> Member:
    return next(member for member in descriptor.members if member.name == name)


def _order(descriptor: Descriptor, member: Member | None = None) -> str:
    order = descriptor.order if member is None else order_of(descriptor, member)
    return "be" if order is ByteOrder.BIG else "le"


def _from(descriptor: Descriptor, member: Member, place: str) -> str:
    value = f"DDDK_READ_ONCE({place}.{lower(member.name, member.c_name)})"
    return value if member.width == 8 else f"dddk_from_{_order(descriptor, member)}{member.width}({value})"


def _constant(driver: Driver, descriptor: Descriptor, ref: MemberRef) -> str:
    assert ref.field is not None
    member = _member(descriptor, ref.member)
    field = next(field for field in member.fields if field.name == ref.field)
    return f"{lower(driver.name)}_{lower(descriptor.name)}_{lower(member.name, member.c_name)}_{lower(field.name, field.c_name)}".upper()


class _Words:
    """A descriptor as aligned words, and where in them the members are.

    Words are as wide as they can be without tearing a member that the device writes back; only a layout without any
    alignment leaves members in pieces.
    """

    def __init__(self, driver: Driver, ring: Ring, descriptor: Descriptor, kinds: frozenset[int] = frozenset()) -> None:
        """`kinds`: the bits of an entry by which its kind is known."""
        self.driver, self.descriptor = driver, descriptor
        self.little = descriptor.order is ByteOrder.LITTLE
        marks = [] if ring.take_field is None else [ring.take_field]
        refs = [*marks, *ring.frame_last, *ring.frame_bad]
        if not says_length(descriptor, ring.payload_length, ring.payload_length_field):
            # What is given to the device, and comes back as something else: nothing is read from it.
            self.bytes, self.mark, self.read = next(size for size in (8, 4, 2, 1) if descriptor.size % size == 0), 0, []
            return
        read = dict.fromkeys([*(ref.member for ref in refs), ring.payload_length])
        sizes = [size for size in (8, 4, 2, 1) if descriptor.size % size == 0]
        self.bytes = next((size for size in sizes if all(self._fits(name, size) for name in read)), 1)
        offsets = [*(self.of_bit(ref) for ref in refs), *self.of_member(ring.payload_length), *sorted({bit // 8 // self.bytes * self.bytes for bit in kinds})]
        self.mark = self.byte(ring.take_field) if ring.take_field is not None else offsets[0]
        self.read = list(dict.fromkeys(offsets))  # offsets of the words to read, the one with the mark first

    def _fits(self, name: str, size: int) -> bool:
        member = _member(self.descriptor, name)
        return member.offset // size == (member.offset + member.width // 8 - 1) // size

    def byte(self, ref: MemberRef) -> int:
        """The byte of the descriptor that holds the lowest bit of a field."""
        member = _member(self.descriptor, ref.member)
        lsb = next(field.lsb for field in member.fields if field.name == ref.field)
        return member.offset + (lsb if _order(self.descriptor, member) == "le" else member.width - 1 - lsb) // 8

    def of_bit(self, ref: MemberRef) -> int:
        """The word that holds a field."""
        return self.byte(ref) // self.bytes * self.bytes

    def of_member(self, name: str) -> list[int]:
        """The words that hold a member, usually one."""
        member = _member(self.descriptor, name)
        first = member.offset // self.bytes * self.bytes
        return list(range(first, member.offset + member.width // 8, self.bytes))

    def shifted(self, value: str, name: str, word: int, out: bool) -> str:
        """`value` moved from where a member has it to where the word has it, or (`out`) the other way."""
        member = _member(self.descriptor, name)
        inside = (member.offset - word) * 8
        shift = inside if self.little else self.bytes * 8 - inside - member.width
        if shift == 0:
            return value
        return f"{value} {'<<' if (shift > 0) != out else '>>'} {abs(shift)}"

    def turned(self, value: str, name: str) -> str:
        """The value of a member whose bytes come the other way round than those of the others, as if they did not."""
        member = _member(self.descriptor, name)
        if not swapped(self.descriptor, member):
            return value
        return f"(uint64_t)__builtin_bswap{member.width}((uint{member.width}_t)({value}))"

    def name(self, offset: int) -> str:
        return "word" if offset == self.read[0] else f"word_{offset}"

    def place(self, offset: int, const: bool) -> str:
        return "&entries[at]" if offset == 0 else f"({'const ' if const else ''}char *)&entries[at] + {offset}"

    def loads(self) -> tuple[Word, ...]:
        big = "false" if self.little else "true"
        rows = []
        for offset in self.read:
            mark = self.mark - offset if offset == self.read[0] else 0
            rows.append(Word(self.name(offset), f"dddk_ring_load({self.place(offset, True)}, {self.bytes}, {mark}, {big})"))
        return tuple(rows)

    def value(self, name: str) -> str:
        """A whole member, as an expression over its words."""
        pieces = [self.shifted(self.name(word), name, word, True) for word in self.of_member(name)]
        text = " | ".join(f"({piece})" if " " in piece and len(pieces) > 1 else piece for piece in pieces)
        value = f"(uint{_member(self.descriptor, name).width}_t){f'({text})' if ' ' in text else text}"
        if swapped(self.descriptor, _member(self.descriptor, name)):
            value = f"__builtin_bswap{_member(self.descriptor, name).width}({value})"
        return value

    def bits(self, refs: tuple[MemberRef, ...], offset: int, column: int) -> str:
        """These bits, as far as they are in the word at `offset`; "" when none is. Wrapped, from `column` on."""
        terms = []
        for ref in refs:
            if self.of_bit(ref) == offset:
                bit = f"(uint64_t){_constant(self.driver, self.descriptor, ref)}"
                if swapped(self.descriptor, _member(self.descriptor, ref.member)):
                    bit = self.turned(_constant(self.driver, self.descriptor, ref), ref.member)
                terms.append(self.shifted(bit, ref.member, offset, False))
        return f" |\n{' ' * column}".join(terms)

    def of_kind(self, held: dict[int, int]) -> str:
        """The condition that an entry holds these bits, by their numbers in it."""
        terms = []
        for offset in self.read:
            mask = value = 0
            for bit, one in held.items():
                byte = bit // 8 - offset
                if 0 <= byte < self.bytes:
                    at = 8 * (byte if self.little else self.bytes - 1 - byte) + bit % 8
                    mask, value = mask | 1 << at, value | one << at
            if mask:
                suffix = "ull" if mask >> 32 else "u"
                terms.append(f"({self.name(offset)} & 0x{mask:x}{suffix}) == 0x{value:x}{suffix}")
        return " && ".join(terms)

    def stores(self, values: dict[str, str], gives: int | None = None) -> tuple[str, ...]:
        """Statements that write a whole entry, word by word, from the values of its members; the rest is zero. `gives`: the byte that
        makes it the device's, whose word comes last."""
        terms: dict[int, list[str]] = {offset: [] for offset in range(0, self.descriptor.size, self.bytes)}
        for name, value in values.items():
            for word in self.of_member(name):
                terms[word].append(self.shifted(self.turned(value, name), name, word, False))
        big = "false" if self.little else "true"
        last = None if gives is None else gives // self.bytes * self.bytes
        rows = [
            f"dddk_ring_store({self.place(offset, False)}, {self.bytes}, {big}, {' | '.join(parts) or '0'})"
            for offset, parts in terms.items()
            if offset != last
        ]
        if gives is not None and last is not None:
            rows.append(f"dddk_ring_hand_over({self.place(last, False)}, {self.bytes}, {gives - last}, {big}, {' | '.join(terms[last]) or '0'})")
        return tuple(rows)


def _receive(driver: Driver, ring: Ring, descriptor: Descriptor) -> dict[str, object]:
    """The fields of RingShape that only a receive ring has."""
    parent = driver.descriptor(ring.descriptor)
    kinds = [alternatives.fixed(parent, one) for one in driver.kinds_back(ring)]
    words = _Words(driver, ring, descriptor, frozenset(bit for held in kinds for bit in held))
    prefix = f"{lower(driver.name)}_{lower(ring.name)}"
    constants: list[Constant] = []
    bad_tests, last_tests, good_tests, good_of = [], [], [], []
    for offset in words.read:
        suffix = "" if offset == words.read[0] else f"_{offset}"
        name = words.name(offset)
        wanted, checked = [], []
        marks = () if ring.take_field is None else (ring.take_field,)
        for kind, refs in (("done", marks), ("last", ring.frame_last), ("bad", ring.frame_bad)):
            constant = f"{prefix}_{kind}{suffix}"
            bits = words.bits(refs, offset, len(f"static const uint64_t {constant} = "))
            if not bits:
                continue
            doc = "" if constants else f"Bits of the word at byte {offset} of an entry, which the device writes back."
            constants.append(Constant(constant, bits, doc))
            checked.append(constant)
            if kind == "last" or (kind == "done" and ring.take_ready == 1):
                wanted.append(constant)
            if kind == "bad":
                bad_tests.append(f"({name} & {constant}) != 0")
            if kind == "last":
                last_tests.append(f"({name} & {constant}) != 0")
        if checked:
            union = " | ".join(checked)
            good_of.append(name)
            good_tests.append(f"({name} & ({union})) == ({' | '.join(wanted) or '0'})")
    return {
        "constants": tuple(constants),
        "words": words.loads(),
        "length": _length(words, ring, descriptor),
        "last": " && ".join(last_tests) or "true",
        "bad": " || ".join(bad_tests) or "false",
        "good": " && ".join(good_tests) or "true",
        "good_of": tuple(good_of),
        **_known(words, kinds),
    }


def _length(words: _Words, ring: Ring, descriptor: Descriptor) -> str:
    """A member, or a field of one, of 32 bits at most."""
    member = _member(descriptor, ring.payload_length)
    field = next((field for field in member.fields if field.name == ring.payload_length_field), None)
    whole = words.value(ring.payload_length)
    if field is None:
        return whole
    shifted = f"{whole} >> {field.lsb}" if field.lsb else whole
    return f"(uint32_t)({shifted} & 0x{(1 << field.width) - 1:x}u)"


def _known(words: _Words, kinds: list[dict[int, int]]) -> dict[str, object]:
    """How the driver sees that an entry is of a kind that comes back, and the words that say so."""
    tests = [words.of_kind(held) for held in kinds]
    text = " || ".join(f"({test})" if "&&" in test and len(tests) > 1 else test for test in tests)
    return {"known": text, "known_of": tuple(name for name in map(words.name, words.read) if f"({name} &" in text)}


def _marks(driver: Driver, ring: Ring, descriptor: Descriptor) -> tuple[Mark, ...]:
    """What a frame to send is marked with, member by member."""
    if ring.direction is Direction.FROM_DEVICE:
        return ()
    rows = []
    for name in dict.fromkeys(ref.member for ref in (*ring.frame_each, *ring.frame_first, *ring.frame_last)):
        each = [_constant(driver, descriptor, ref) for ref in ring.frame_each if ref.member == name]
        last = [_constant(driver, descriptor, ref) for ref in ring.frame_last if ref.member == name]
        first = [_constant(driver, descriptor, ref) for ref in ring.frame_first if ref.member == name]
        rows.append(Mark(f"{lower(name)}_bits", name, " | ".join(each) or "0", " | ".join(last), " | ".join(first)))
    return tuple(rows)


def _stores(driver: Driver, ring: Ring, descriptor: Descriptor) -> tuple[str, ...]:
    """Statements that write a whole entry when it is given."""
    words = _Words(driver, ring, descriptor)
    address = "buffer.address" if ring.direction is Direction.FROM_DEVICE else "segment->address"
    values: dict[str, str] = {}

    def also(name: str, value: str) -> None:
        values[name] = f"({values[name]} | {value})" if name in values else value

    for ref, half in zip(ring.payload_address, ("low", "high"), strict=False):
        whole = half == "low" and _member(descriptor, ref.member).width == 64
        also(ref.member, f"{address}.value" if whole else f"(uint64_t)dddk_dma_{half}({address})")
    if ring.direction is Direction.TO_DEVICE:
        field = next((field for field in _member(descriptor, ring.payload_length).fields if field.name == ring.payload_length_field), None)
        also(ring.payload_length, f"(length << {field.lsb})" if field is not None and field.lsb else "length")
        for mark in _marks(driver, ring, descriptor):
            also(mark.member, mark.name)
    if ring.payload_room is not None:
        ref, room = ring.payload_room, f"(uint64_t){lower(driver.name)}_{lower(ring.name)}_BUFFER_BYTES".upper().replace("(UINT64_T)", "(uint64_t)")
        field = next((field for field in _member(descriptor, ref.member).fields if field.name == ref.field), None)
        also(ref.member, f"({room} << {field.lsb})" if field is not None and field.lsb else room)
    if ring.wrap is not None:
        end = "mask" if ring.direction is Direction.FROM_DEVICE else f"dev->{lower(ring.name)}.mask"
        also(ring.wrap.member, f"(at == {end} ? (uint64_t){_constant(driver, descriptor, ring.wrap)} : 0)")
    said = {(ref.member, ref.field) for ref in (*ring.frame_each, *ring.frame_first, *ring.frame_last, *filter(None, (ring.wrap, ring.payload_room)))} | {(ring.payload_length, ring.payload_length_field)}
    parent = driver.descriptor(ring.descriptor)
    kind = next((one for one in parent.alternatives if one.layout is descriptor), None)
    for member in descriptor.members:
        bits = reserved_mask(as_register(descriptor, member)) if member.reserved is Reserved.ONE else 0
        bits &= ~(0 if kind is None else alternatives.fixed_in(parent, kind, member)[0])
        for field in member.fields:
            if written_by_driver(field) and (member.name, field.name) not in said:
                bits |= filler(field) << field.lsb  # 0, unless it may not be 0
        if bits and member.fields:
            also(member.name, f"(uint64_t)0x{bits:x}u" if bits >> 32 == 0 else f"0x{bits:x}ull")
    for member in () if kind is None else descriptor.members:
        _, value = alternatives.fixed_in(parent, kind, member)
        if value:
            also(member.name, f"{value:#x}u")
    if ring.take_field is not None and (ring.take_by == "lap" or ring.take_ready == 0):
        bit = f"(uint64_t){_constant(driver, descriptor, ring.take_field)}"
        if ring.take_by == "lap":
            bit = f"({lower(driver.name)}_{lower(ring.name)}_lap(ring, {'tail' if ring.direction is Direction.FROM_DEVICE else 'index'}) ? {bit} : 0)"
        also(ring.take_field.member, bit)
    return words.stores(values, words.byte(ring.take_field) if ring.owned and ring.take_field is not None else None)


def _index(driver: Driver, ring: Ring, descriptor: Descriptor) -> tuple[str, str]:
    """The device's index, and what it is in memory at the beginning; "" where there is none."""
    if ring.take_by != "index":
        return "", ""
    if ring.take_from is not None:
        return access.read_raw(driver, ring.take_from), ""
    order = _order(descriptor)
    return f"dddk_from_{order}32(DDDK_READ_ONCE(*(const dddk_{order}32 *)ring->taken.cpu))", f"dddk_to_{order}32({_freely('ring->head', 'ring->first', ring.take_width) or 'ring->head & ring->mask'})"


def _lap(ring: Ring) -> str:
    if ring.take_by != "lap":
        return ""
    return f"((index ^ ring->first) & (ring->mask + 1u)) {'!=' if ring.take_starts else '=='} 0"


def _ready(driver: Driver, ring: Ring, descriptor: Descriptor) -> str:
    """The condition that an entry to send is done."""
    if ring.take_field is None:
        return ""
    mark = _from(descriptor, _member(descriptor, ring.take_field.member), "entries[at]")
    bit = f"({mark} & {_constant(driver, descriptor, ring.take_field)})"
    if ring.take_by == "lap":
        return f"({bit} != 0) != {lower(driver.name)}_{lower(ring.name)}_lap(ring, index)"
    return f"{bit} {'!=' if ring.take_ready else '=='} 0"


def _freely(index: str, first: str, width: int) -> str:
    """An index that runs freely over so many bits, from 0 on for the device; "" where it does not."""
    if not width:
        return ""
    return f"{index} - {first}" if width >= 32 else f"({index} - {first}) & 0x{(1 << width) - 1:x}u"


def _attach_value(ring: Ring, value: RingValue | str) -> tuple[str, int]:
    """What is written, and how many bits it has."""
    name = lower(ring.name)
    if isinstance(value, (Log2, Binary)):
        return _computed(ring, value), 32
    memory, _, half = str(value).partition(".")
    if memory in ("base", "taken"):
        address = f"dev->{name}.{'memory' if memory == 'base' else 'taken'}.device"
        return (f"dddk_dma_{half}({address})", 32) if half else (f"{address}.value", 64)
    match value:
        case "bytes":
            return f"(uint32_t)dev->{name}.memory.size_bytes", 32
        case "count":
            return f"dev->{name}.mask + 1u", 32
        case "head" | "tail" if ring.give_width or (value == "head" and ring.take_width):
            width = ring.take_width if value == "head" and ring.take_width else ring.give_width
            return _freely(f"dev->{name}.{value}", f"dev->{name}.first", width), 32
        case "head" | "tail":
            return f"dev->{name}.{value} & dev->{name}.mask", 32
    return f"{value}u", 0


def _computed(ring: Ring, value: RingValue) -> str:
    """An expression over the ring's sizes, in 32 bits."""
    match value:
        case int():
            return f"{value}u"
        case Log2(of):
            return f"(uint32_t)__builtin_ctz({_computed(ring, of)})"
        case Binary(operator, left, right):
            sides = [_computed(ring, side) for side in (left, right)]
            sides = [f"({text})" if isinstance(side, Binary) or text.endswith("+ 1u") else text for side, text in zip((left, right), sides)]
            return f"{sides[0]} {operator} {sides[1]}"
    return _attach_value(ring, str(value))[0]


def _shape(driver: Driver, ring: Ring) -> RingShape:
    descriptor = driver.ring_layout(ring)
    receives = ring.direction is Direction.FROM_DEVICE
    prefix = f"{lower(driver.name)}_{lower(ring.name)}"
    attach = []
    for entry in ring.attach:
        value, width = _attach_value(ring, entry.value)
        attach.append(access.put(driver, entry.to, value, width))
    index, in_memory = _index(driver, ring, descriptor)
    clears = ring.take_by == "bit" and ring.take_ready == 0
    none: dict[str, object] = {"constants": (), "words": (), "length": "", "last": "", "bad": "", "good": "", "good_of": (), "known": "", "known_of": ()}
    return RingShape(
        name=lower(ring.name),
        prefix=prefix,
        upper=prefix.upper(),
        entry=f"{lower(driver.name)}_{lower(descriptor.name)}",
        doc=about(driver, f"rings.{ring.name}", ring),
        receives=receives,
        spare=ring.spare,
        align=ring.align,
        attach=tuple(attach),
        enable=access.update(driver, ring.enable, "true") if ring.enable else "",
        disable=access.update(driver, ring.enable, "false") if ring.enable else "",
        doorbell="" if ring.give_to is None else access.put(driver, ring.give_to, _freely("tail", f"dev->{lower(ring.name)}.first", ring.give_width) or "tail & mask"),
        bell="" if ring.bell is None else access.put(driver, ring.bell, f"{ring.bell_value}u" if ring.bell_value is not None else _freely("tail", f"dev->{lower(ring.name)}.first", ring.give_width) or "tail & mask", 0 if ring.bell_value is not None else 32),
        tells_each=ring.give_once == "entry",
        marks=_marks(driver, ring, descriptor),
        stores=_stores(driver, ring, descriptor),
        ready="" if receives else _ready(driver, ring, descriptor),
        done_is="==" if clears else "!=",
        not_done_is="!=" if clears else "==",
        lap=_lap(ring),
        index=index,
        index_runs=bool(ring.take_width),
        index_mask=(f"0x{(1 << ring.take_width) - 1:x}u" if ring.take_width < 32 else "") if ring.take_width else "ring->mask",
        in_memory=in_memory,
        index_type=f"dddk_{_order(descriptor)}32",
        posts=_posts(driver, ring),
        post_marks=_post_marks(driver, ring),
        owned=ring.owned,
        post_gives=_handed_over(driver, ring, "entries[tail & ring->mask]", ring.mark_when_given) if ring.owned else "",
        disowns=_handed_over(driver, ring, "entries[at]", ring.take_ready) if ring.owned and ring.take_ready else "",
        vectors=_vectors(driver, ring) if ring.owned and not receives else (),
        **(_receive(driver, ring, driver.ring_back(ring)) if receives else none),  # type: ignore[arg-type]
    )


def _vectors(driver: Driver, ring: Ring) -> tuple[str, ...]:
    serving = [interrupt for interrupt in driver.interrupts if any(ring.name in cause.services for cause in interrupt.causes)]
    return tuple(f"{lower(driver.name)}_{lower(interrupt.name)}".upper() for interrupt in serving)


def _post_marks(driver: Driver, ring: Ring) -> tuple[str, ...]:
    """An entry without payload is marked as not done wherever the bit is in it: it is the same bit in every kind."""
    if ring.owned:
        return (_handed_over(driver, ring, "entry", ring.take_ready), *_wrap_mark(driver, ring))
    if ring.take_field is None or (ring.take_by == "bit" and ring.take_ready == 1):
        return _wrap_mark(driver, ring)
    bit = alternatives.bits_of(driver.ring_layout(ring), ring.take_field)[0]
    value = f"0x{1 << bit % 8:02x}u"
    if ring.take_by == "lap":
        value = f"({lower(driver.name)}_{lower(ring.name)}_lap(ring, tail) ? {value} : 0)"
    byte = f"((uint8_t *)&entry)[{bit // 8}]"
    return (f"{byte} = (uint8_t)(({byte} & ~0x{1 << bit % 8:02x}u) | {value})", *_wrap_mark(driver, ring))


def _wrap_mark(driver: Driver, ring: Ring) -> tuple[str, ...]:
    """The mark of the ring's last entry, in the bytes of one without payload."""
    if ring.wrap is None:
        return ()
    bit = alternatives.bits_of(driver.ring_layout(ring), ring.wrap)[0]
    byte = f"((uint8_t *)&entry)[{bit // 8}]"
    return (f"{byte} = (uint8_t)(({byte} & ~0x{1 << bit % 8:02x}u) | ((tail & ring->mask) == ring->mask ? 0x{1 << bit % 8:02x}u : 0u))",)


def _handed_over(driver: Driver, ring: Ring, entry: str, value: int | None) -> str:
    """A statement that changes the bit that says whose an entry is, and nothing else of it."""
    assert ring.take_field is not None
    bit = alternatives.bits_of(driver.ring_layout(ring), ring.take_field)[0]
    mask = f"0x{1 << bit % 8:02x}u"
    byte = f"((uint8_t *)&{entry})[{bit // 8}]"
    return f"{byte} = (uint8_t)({byte} {f'| {mask}' if value else f'& ~{mask}'})"


def _posts(driver: Driver, ring: Ring) -> tuple[Post, ...]:
    low, parent = lower(driver.name), driver.descriptor(ring.descriptor)
    descriptor = f"{low}_{lower(parent.name)}"
    return tuple(
        Post(lower(one.name), f"{low}_{lower(ring.name)}_post_{lower(one.name)}", f"{descriptor}_put_{lower(one.name)}_", descriptor, f"{low}_{lower(one.layout.name)}", taken_by(driver, parent, one))
        for one in (parent.alternatives if ring.carries else ())
        if one.name not in ring.carries
    )


def rings(driver: Driver) -> tuple[RingShape, ...]:
    return tuple(_shape(driver, ring) for ring in driver.rings)
