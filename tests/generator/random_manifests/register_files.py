# SPDX-License-Identifier: MIT
"""Random registers: every policy, every pair of sibling policies, and whatever else a register can be.

What is made is valid: the rules that it keeps to are those of the checks, and each is named where it is kept.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from typing import Any

from .draft import AWKWARD, Draft, Space
from .meanings import by_kind, directions, meaning
from .yaml_text import Plain

from dddkgen.semantics import POLICIES, WriteEffect

PAIRS = frozenset(frozenset(pair) for pair in itertools.combinations_with_replacement(POLICIES, 2))
#: Fields that an effect may reach, or a lock be held by: they keep what they are given.
HOLDS = [name for name, policy in POLICIES.items() if policy.readable and policy.write is WriteEffect.STORES and not policy.read_has_effect and not policy.once]
WRITABLE = [name for name, policy in POLICIES.items() if policy.writable]
READ_ONLY = [name for name, policy in POLICIES.items() if policy.readable and not policy.read_has_effect and not policy.writable]
#: Fields of a register that cannot be read: policies by bits say there what a write does.
WRITE_ONLY = [
    name
    for name, policy in POLICIES.items()
    if not policy.readable or (not policy.read_has_effect and policy.write not in (WriteEffect.NONE, WriteEffect.STORES, WriteEffect.CLEARS, WriteEffect.SETS))
]
#: Reading them is harmless.
QUIET = [name for name, policy in POLICIES.items() if policy.readable and not policy.read_has_effect]
#: Beside these a field can be changed and nothing else happens.
GENTLE = [name for name, policy in POLICIES.items() if policy.idle.value in ("any", "read_back", "zeros", "ones") and not policy.read_has_effect]


class RegisterFile:
    """Makes registers for drafts, and prefers the pairs of siblings that it has made least."""

    def __init__(self) -> None:
        self.pairs: Counter[frozenset[str]] = Counter()

    def policy(self, draft: Draft, siblings: Sequence[str], allowed: Sequence[str]) -> str:
        """Mostly the one that stood beside these siblings least often."""
        if draft.chance(0.15):
            return draft.random.choice(allowed)
        order = draft.random.sample(allowed, len(allowed))
        return min(order, key=lambda name: sum(min(self.pairs[frozenset((name, other))], 3) for other in siblings))

    def count(self, names: Sequence[str]) -> None:
        self.pairs.update(frozenset(pair) for pair in itertools.combinations(names, 2))

    # Fields.

    def enum(self, draft: Draft, width: int) -> str:
        """The name of an enum that fits a field of so many bits: one that is there, or a new one."""
        enums: dict[str, Any] = draft.data.setdefault("enums", {})
        fitting = [name for name, bits in draft.enum_bits.items() if bits <= width]
        if fitting and draft.chance(0.6):
            return draft.random.choice(fitting)
        name = draft.fresh()
        bits = draft.random.randint(1, min(width, 5))
        values: dict[str, Any] = {}
        used: set[int] = set()
        large = width > 16 and draft.chance(0.2)  # values that do not fit an int, or a word
        for _ in range(draft.random.randint(1, min(1 << bits, 6))):
            number = draft.random.choice(sorted(set(range(1 << bits)) - used))
            if large:
                number = draft.random.choice((draft.random.getrandbits(width), (1 << width) - 1, 1 << width - 1))
                if number in used:
                    continue
            used.add(number)
            label = draft.random.choice((draft.fresh(), draft.fresh(), f"{draft.random.randint(1, 9)}{draft.fresh().upper()}", f"{draft.random.randint(1, 9)}.{draft.random.randint(1, 9)}G{draft.fresh()}"))
            values[label] = draft.documented({"value": draft.number(number)}) if draft.chance(0.15) else draft.number(number)
            if draft.chance(0.05):
                values[label] = {"value": draft.number(number), "c_name": draft.fresh().upper()}
        if draft.chance(0.25):
            directions(draft, values)
        if draft.chance(0.3):
            item: dict[str, Any] = {"values": values}
            if draft.chance(0.5):
                item["other"] = draft.fresh()
            if draft.chance(0.4):
                item["flags"] = draft.flag(draft.chance(0.9))
            enums[name] = draft.documented(item, 0.4)
        else:
            enums[name] = values
        draft.enum_bits[name] = max(used).bit_length() or 1
        return name

    def field_name(self, draft: Draft, item: dict[str, Any], taken: set[str]) -> str:
        """A name, sometimes one that C does not take."""
        awkward = [name for name in AWKWARD if name not in taken and name.lower() not in taken]
        if awkward and draft.chance(0.04):
            name = draft.random.choice(awkward)
            item["c_name"] = draft.fresh(small=True)
            taken |= {name, name.lower()}
            return name
        while True:
            name = draft.fresh()
            if name.lower() not in taken:
                taken.add(name.lower())
                return name

    def fields(self, draft: Draft, width: int, access: str | None, allowed: Sequence[str], reset: int | None, most: int = 9, also: Sequence[int] = ()) -> dict[str, Any]:
        """Fields that leave some bits free; most narrow, some wide. `also`: what other kinds of reset give."""
        random_ = draft.random
        made: dict[str, Any] = {}
        names: list[str] = []
        taken: set[str] = set()
        at = width
        while at > 0 and len(made) < most:
            at -= random_.choice((0, 0, 0, 0, 1, 2, 5))
            size = min(random_.choice((1, 1, 1, 1, 1, 2, 2, 3, 4, 8, 16, 33)), at)
            if at <= 0 or size <= 0:
                break
            at -= size
            policy = access if access is not None else self.policy(draft, names, allowed)
            names.append(policy)
            item: dict[str, Any] = {}
            bits = Plain(str(at)) if size == 1 else Plain(f"{at + size - 1}:{at}")
            item["bit" if size == 1 and draft.chance(0.7) else "bits"] = bits
            if access is None and (policy != "rw" or draft.chance(0.1)):
                item["access"] = policy
            if size >= 2 and draft.chance(0.3):
                item["enum"] = self.enum(draft, size)
            given = [] if reset is None else [one >> at & ((1 << size) - 1) for one in (reset, *also)]
            if reset is None and draft.chance(0.3):
                item["reset"], given = by_kind(draft, random_.getrandbits(size), size)
            elif reset is not None and not also and draft.chance(0.05):
                item["reset"] = draft.number(reset >> at & ((1 << size) - 1))
            if size >= 2 and "enum" not in item and draft.chance(0.3):
                meaning(draft, item, size, at, policy, given)
            if draft.chance(0.1):
                item["volatile"] = draft.flag(draft.chance(0.8))
            if size <= 3 and at >= size and access is None and not item.keys() & {"min", "max"} and draft.chance(0.04):
                self._repeated(draft, item, names, policy, at, size)
                at = 0 if "count" not in item else self._lowest(item)
            name = self.field_name(draft, item, taken)
            if set(item) <= {"bit", "bits"} and draft.chance(0.7):
                made[name] = bits
            else:
                made[name] = draft.documented(item, 0.08)
        self.count(names)
        return dict(random_.sample(sorted(made.items()), len(made)))

    def _repeated(self, draft: Draft, item: dict[str, Any], names: list[str], policy: str, at: int, size: int) -> None:
        """FIELD_0 above FIELD_1 would be out of order: repeated upwards from below."""
        stride = size + draft.random.choice((0, 0, 1))
        most = (at + size - size) // stride  # elements below this place, beside the last
        count = draft.random.randint(1, min(most + 1, 4)) if most >= 0 else 1
        low = at - (count - 1) * stride
        for key in ("bit", "bits"):
            if key in item:
                item[key] = Plain(str(low)) if size == 1 else Plain(f"{low + size - 1}:{low}")
        item["count"] = draft.number(count)
        if stride != size or draft.chance(0.2):
            item["stride"] = draft.number(stride)
        if "reset" in item and item["reset"]:
            item.pop("reset")
        names += [policy] * (count - 1)

    @staticmethod
    def _lowest(item: dict[str, Any]) -> int:
        return int(str(item.get("bit", item.get("bits"))).split(":")[-1])

    # Registers.

    def register(self, draft: Draft, space: Space) -> str:
        """One register, or an array, in the default way."""
        random_ = draft.random
        width = space.width or random_.choice((8, 16, 32, 32, 32, 64))
        item: dict[str, Any] = {"at": None}
        if width > 8 and not space.window_unit and draft.chance(0.06):
            return self._with_enable_bits(draft, space, width)
        access = random_.choice((None, None, None, None, *POLICIES)) if draft.chance(0.5) else None
        reset = random_.choice((None, 0, random_.getrandbits(width)))
        given: list[int] = []
        if reset is not None:
            item["reset"], given = by_kind(draft, reset, width)
        if width != 32 or draft.chance(0.1):
            item["width"] = draft.number(width)
        if access is not None:
            item["access"] = access
        if draft.chance(0.88):
            allowed = list(POLICIES) if draft.chance(0.5) else GENTLE
            if access is not None and not POLICIES[access].readable:
                allowed = WRITE_ONLY
            item["fields"] = self.fields(draft, width, access if access is not None and draft.chance(0.5) else None, allowed, reset, also=given[1:])
            if access is not None:
                for field in item["fields"].values():
                    if isinstance(field, dict) and "access" not in field and draft.chance(0.3):
                        field["access"] = access
        elif access is None:
            item["access"] = random_.choice(list(POLICIES))
        if item.get("fields") == {}:
            del item["fields"]
        self._array(draft, space, item, width // 8)
        if draft.chance(0.3):
            item["reserved"] = random_.choice(("preserve", "zero", "one"))
        if draft.chance(0.1):
            item["shadow"] = draft.flag(draft.chance(0.9))
        if draft.chance(0.1):
            item["volatile"] = draft.flag()
        if not space.waits and draft.chance(0.07):
            item["lock"] = "irq"
        if width > 8 and draft.chance(0.1) and not space.window_unit:
            item["order"] = random_.choice(("big", "little"))
        if width == 64 and draft.chance(0.5) and not space.window_unit:
            item["split"] = random_.choice(("low_first", "high_first"))
            if draft.chance(0.5):
                item["latched"] = draft.flag()
        return self.add(draft, space, item)

    def _with_enable_bits(self, draft: Draft, space: Space, width: int) -> str:
        """The upper half enables the lower one."""
        item: dict[str, Any] = {"at": None, "write_mask": draft.flag()}
        if width != 32:
            item["width"] = draft.number(width)
        reset = draft.random.choice((None, 0, draft.random.getrandbits(width // 2)))
        item["fields"] = self.fields(draft, width // 2, None, WRITABLE if draft.chance(0.5) else GENTLE, reset)
        if not any(not isinstance(field, dict) or field.get("access", "rw") in WRITABLE for field in item["fields"].values()):
            item["fields"] = {draft.fresh(): Plain("0")}
        if reset is not None:
            item["reset"] = draft.number(reset)
        self._array(draft, space, item, width // 8)
        return self.add(draft, space, item)

    def _array(self, draft: Draft, space: Space, item: dict[str, Any], bytes_: int) -> None:
        """Where it is: one offset, a count with a stride, a list of offsets, an element for each value of an enum."""
        if draft.chance(0.75):
            item["at"] = draft.number(draft.place(space, bytes_))
            return
        unit = max(bytes_, space.window_unit)
        stride = unit * draft.random.choice((1, 1, 2, 3))
        count = draft.random.choice((1, 2, 3, 5, 16))
        if draft.chance(0.3):
            count = draft.random.choice((2, 3, 4))
            offset = draft.place(space, bytes_, count, stride)
            offsets = [offset + index * stride for index in range(count)]
            if draft.chance(0.6):
                draft.random.shuffle(offsets)
                if len(offsets) > 2 and draft.chance(0.5):
                    offsets.pop()
            item["at"] = [draft.number(one) for one in offsets]
            return
        if draft.chance(0.3):
            name = draft.fresh()
            values = {draft.fresh(): draft.number(index) for index in range(count)}
            draft.data.setdefault("enums", {})[name] = values
            draft.enum_bits[name] = max(count - 1, 1).bit_length()
            item["count"] = Plain(name)
        else:
            item["count"] = draft.number(count)
        if stride != bytes_ or draft.chance(0.3):
            item["stride"] = draft.size(stride)
        item["at"] = draft.number(draft.place(space, bytes_, count, stride))

    def add(self, draft: Draft, space: Space, item: dict[str, Any], into: dict[str, Any] | None = None, name: str | None = None) -> str:
        """Give it a name and a region, and write it down."""
        name = name or draft.fresh()
        if space.name != draft.default_region or draft.chance(0.1):
            item["region"] = space.name
        if draft.chance(0.02) and "c_name" not in item:
            item["c_name"] = draft.fresh(small=True)
        draft.documented(item, 0.08)
        registers = draft.data["registers"] if into is None else into
        short = set(item) == {"at"} and not isinstance(item["at"], list) and draft.chance(0.8)
        registers[name] = item["at"] if short else item
        return name

    # What takes several registers.

    def with_effects(self, draft: Draft, space: Space) -> None:
        """A cause register with its companions: one sets it, one clears it, bit by bit; a field that does; a key that locks."""
        random_ = draft.random
        width = random_.choice((8, 16, 32))
        names = [draft.fresh() for _ in range(random_.randint(2, min(width, 6)))]
        bits = random_.sample(range(width), len(names))
        plain = {name: Plain(str(bit)) for name, bit in zip(names, bits, strict=True)}
        elements = random_.choice((1, 3))
        count = {"count": draft.number(elements)} if draft.chance(0.15) else {}
        elements = elements if count else 1
        wide = {} if width == 32 else {"width": draft.number(width)}
        stored = self.add(draft, space, {"at": draft.number(draft.place(space, width // 8, elements, width // 8)), **wide, **count, "reset": draft.number(0), "access": random_.choice(("rw", "w1c", "ro", "w1s")), "fields": dict(plain)})
        for kind in ("sets", "clears"):
            access = random_.choice(("wo", "wo", "rw"))
            target = [stored] if draft.chance(0.3) else stored
            self.add(draft, space, {"at": draft.number(draft.place(space, width // 8, elements, width // 8)), **wide, **count, "access": access, kind: target, "fields": dict(plain)})
        if count:
            return
        lock = self.add(draft, space, {"at": draft.number(draft.place(space, 4)), "reset": draft.number(random_.choice((0, 1))), "fields": {"LOCKED": Plain("0"), "REST": Plain("7:4")}})
        guarded: dict[str, Any] = {"GUARDED": {"bits": Plain("7:4"), "access": self.policy(draft, ["rw"], [name for name in GENTLE if name in WRITABLE and name != "sc"]), "locked_by": f"{lock}.LOCKED"}}
        guarded["FREE"] = Plain("0")
        self.count([guarded["GUARDED"]["access"], "rw"])
        self.add(draft, space, {"at": draft.number(draft.place(space, 4)), "reset": draft.number(0), "fields": guarded})
        scratch = self.add(draft, space, {"at": draft.number(draft.place(space, 4)), "reset": draft.number(random_.getrandbits(32))})
        starts: dict[str, Any] = {}
        effects = [{"sets": f"{stored}.{names[0]}"}, {"clears": f"{stored}.{names[1]}"}, {"resets": scratch}, {"resets": [scratch, f"{lock}.REST"]}, {"sets": f"{lock}.REST"}]
        if not draft.resets_device:
            effects += [{"resets": kind} for kind in ("device", *draft.data.get("reset_kinds", ()))]
        for number, effect in enumerate(random_.sample(effects, random_.randint(1, 4))):
            draft.resets_device = draft.resets_device or effect.get("resets") in ("device", *draft.data.get("reset_kinds", ()))
            starts[f"GO_{number}"] = {"bit": Plain(str(number)), "access": random_.choice(("sc", "sc", "wo", "w1s")), **effect}
        self.count([item["access"] for item in starts.values()])
        self.add(draft, space, {"at": draft.number(draft.place(space, 4)), "reset": draft.number(0), "fields": starts})
        if draft.chance(0.5):
            self.add(draft, space, {"at": draft.number(draft.place(space, 4)), "access": "wo", "resets": scratch})

    def banks(self, draft: Draft, space: Space) -> None:
        """A selector, and registers at one place that are there one at a time."""
        random_ = draft.random
        policies = ["w1c", "w0c", "w1s", "ro", "w1t", "w0s"]
        first, second = random_.sample(policies, 2)
        fields = {"BANK": {"bits": Plain("7:6")}, "KEEP": Plain("5:3"), "DONE": {"bit": Plain("1"), "access": first}, "GONE": {"bit": Plain("0"), "access": second}}
        self.count(["rw", "rw", first, second])
        if draft.chance(0.5):
            name = draft.fresh()
            draft.data.setdefault("enums", {})[name] = {f"BANK_{number}": Plain(str(number)) for number in range(3)}
            fields["BANK"]["enum"] = name
        item: dict[str, Any] = {"at": draft.number(draft.place(space, 1)), "width": draft.number(8), "reset": draft.number(random_.choice((0, 0x80))), "fields": fields}
        if draft.chance(0.3):
            item["lock"] = "irq"
        selector = self.add(draft, space, item)
        width = random_.choice((8, 16, 32))
        places = [draft.place(space, width // 8) for _ in range(2)]
        for value in range(3):
            for place in places:
                inner = self.fields(draft, width, None, GENTLE, 0) if draft.chance(0.6) else {}
                text = f"BANK_{value}" if "enum" in fields["BANK"] and draft.chance(0.5) else str(value)
                one: dict[str, Any] = {"at": draft.number(place), "width": draft.number(width), "reset": draft.number(0), "when": Plain(f"{selector}.BANK == {text}")}
                if inner:
                    one["fields"] = inner
                self.add(draft, space, one)

    def two_at_one_place(self, draft: Draft, space: Space) -> None:
        """One is read and the other written."""
        place = draft.place(space, 4)
        read: dict[str, Any] = {"at": draft.number(place), "access": draft.random.choice(("ro", "rc")), "volatile": draft.flag()}
        write: dict[str, Any] = {"at": draft.number(place), "access": "wo"}
        for item, policies in ((read, ["ro", "rc", "rs"]), (write, ["wo", "woc", "wos", "wo1"])):
            if draft.chance(0.5):
                item["fields"] = self.fields(draft, 32, None, policies, None)
                for field in [name for name, value in item["fields"].items() if not isinstance(value, dict)]:
                    item["fields"][field] = {"bits": item["fields"][field]}
                for value in item["fields"].values():
                    value.setdefault("access", policies[0])
                if not item["fields"]:
                    del item["fields"]
            self.add(draft, space, item)

    def with_addresses(self, draft: Draft, space: Space) -> None:
        """A register with a second and a third address, where writing 1 sets or clears."""
        width = draft.random.choice((16, 32))
        fields = {name: Plain(str(number)) if draft.chance(0.6) else {"bit": Plain(str(number)), "access": draft.random.choice(("rw", "ro"))} for number, name in enumerate(draft.fresh() for _ in range(5))}
        if all(isinstance(item, dict) and item["access"] == "ro" for item in fields.values()):
            fields[next(iter(fields))] = Plain("0")  # or there is nothing to set
        self.count([item.get("access", "rw") if isinstance(item, dict) else "rw" for item in fields.values()])
        item: dict[str, Any] = {"at": draft.number(draft.place(space, width // 8)), "width": draft.number(width), "reset": draft.number(0), "fields": fields}
        for key in draft.random.choice((("set_at",), ("clear_at",), ("set_at", "clear_at"))):
            item[key] = draft.number(draft.place(space, width // 8))
        self.add(draft, space, item)

    def with_aliases(self, draft: Draft, space: Space) -> None:
        """A register, or an array, with further addresses: the same view, another access, other fields."""
        random_ = draft.random
        width = random_.choice((8, 16, 32))
        item: dict[str, Any] = {"at": None, "width": draft.number(width), "reset": draft.number(0)}
        item["fields"] = self.fields(draft, width, None, GENTLE, 0, most=4) or {draft.fresh(): Plain("0")}
        elements, stride = random_.choice(((1, width // 8), (1, width // 8), (3, width // 8), (4, width // 4)))
        if elements > 1:
            item |= {"count": draft.number(elements), "stride": draft.size(stride)}
        item["at"] = draft.number(draft.place(space, width // 8, elements, stride))
        shown = self.add(draft, space, item)
        for kind in random_.sample(("same", "access", "fields", "place"), random_.randint(1, 4)):
            alias: dict[str, Any] = {"at": draft.number(draft.place(space, width // 8, elements, stride)), "alias_of": shown}
            if kind == "access":
                alias["access"] = random_.choice(("ro", "w1c", "w1s", "w1t"))
            elif kind == "fields":
                alias["fields"] = {draft.fresh(): Plain(f"{width - 1}:0")}
            elif kind == "place":
                bits = [{key: field[key] for key in ("bit", "bits") if key in field} if isinstance(field, dict) else field for field in item["fields"].values()]
                alias |= {"at": item["at"], "fields": {draft.fresh(): each for each in random_.sample(bits, random_.randint(1, len(bits)))}}
            self.add(draft, space, alias)

    def far_apart(self, draft: Draft, space: Space) -> None:
        """Arrays whose elements are as far apart as the device says. Their reach in this device is set aside."""
        random_ = draft.random
        shift, factor = random_.randint(0, 3), random_.randint(1, 5)
        item = {"at": draft.number(draft.place(space, 4)), "access": "ro", "reset": draft.number(factor << 8 | shift), "fields": {"SHIFT": Plain("3:0"), "FACTOR": Plain("15:8")}}
        says = self.add(draft, space, item)
        for text, times in ((f"{says}.SHIFT", 1 << shift), (f"{says}.FACTOR", factor)):
            unit, count = random_.choice((4, 8)), random_.choice((1, 2, 5))
            place = draft.place(space, 4, count, unit * times)
            operator = "<<" if text.endswith("SHIFT") else "*"
            self.add(draft, space, {"at": draft.number(place), "count": draft.number(count), "stride": Plain(f"{unit} {operator} {text}")})

    def known(self, draft: Draft, space: Space) -> str:
        """A register by which a device is recognised; it never reads as all ones."""
        random_ = draft.random
        reset = random_.getrandbits(31)
        item: dict[str, Any] = {"at": draft.number(draft.place(space, 4)), "access": "ro"}
        match random_.randrange(3):
            case 0:
                item["expect"] = [Plain(hex(reset)), Plain(str(reset ^ 5))] if draft.chance(0.5) else Plain(hex(reset))
            case 1:
                item |= {"reset": draft.number(reset), "fields": {"KIND": {"bits": Plain("31:16"), "expect": Plain(hex(reset >> 16))}, "REVISION": Plain("3:0")}}
            case _:
                enum = draft.fresh()
                draft.data.setdefault("enums", {})[enum] = {"FIRST": Plain("1"), "SECOND": Plain("2")}
                item["fields"] = {"KIND": {"bits": Plain("19:16"), "enum": enum, "expect": ["FIRST", Plain("2")]}}
        return self.add(draft, space, item)

    def block(self, draft: Draft, space: Space, depth: int = 0) -> dict[str, Any]:
        """Registers with offsets of their own, some of them arrays; this block, and those in it, may be repeated."""
        random_ = draft.random
        inner = Space(space.name)
        before, draft.data["registers"] = draft.data["registers"], {}
        default, draft.default_region = draft.default_region, space.name  # registers of a block say no region
        item: dict[str, Any] = {"registers": draft.data["registers"]}
        repeated = draft.chance(0.6)
        for _ in range(random_.randint(1, 3)):
            width = random_.choice((8, 16, 32))
            one: dict[str, Any] = {"width": draft.number(width)}
            if draft.chance(0.3):
                self._array(draft, inner, one, width // 8)
            else:
                one["at"] = draft.number(draft.place(inner, width // 8))
            if draft.chance(0.7):
                one["fields"] = self.fields(draft, width, None, GENTLE, None, most=4)
                if not one["fields"]:
                    del one["fields"]
            self.add(draft, inner, one)
        if depth == 0 and draft.chance(0.6):
            nested = self.block(draft, inner, 1)
            item["blocks"] = {draft.fresh(): nested}
        draft.data["registers"], draft.default_region = before, default
        size = -(-inner.next // 8) * 8
        count = random_.choice((1, 2, 4)) if repeated else 1
        if repeated:
            item["count"] = draft.number(count)
            item["stride"] = draft.size(size)
        item["at"] = draft.number(self._block_at(draft, space, size * count))
        if depth:
            return draft.documented(item, 0.3)
        if space.name != draft.default_region or draft.chance(0.3):
            item["region"] = space.name
        return draft.documented(item, 0.3)

    @staticmethod
    def _block_at(draft: Draft, space: Space, size: int) -> int:
        at = -(-space.next // 8) * 8
        space.next = at + size
        return at

    def missing(self, draft: Draft, space: Space) -> None:
        """A small register for each pair of siblings that has not come up yet."""
        for pair in sorted(sorted(pair) for pair in PAIRS if self.pairs[pair] == 0):
            names = (pair * 2)[:2]
            self.count(names)
            fields = {draft.fresh(): {"bits": Plain("9:4"), "access": names[0]}, draft.fresh(): {"bit": Plain("1"), "access": names[1]}}
            self.add(draft, space, {"at": draft.number(draft.place(space, 4)), "reset": draft.number(0), "fields": fields})
