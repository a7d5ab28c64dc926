# SPDX-License-Identifier: MIT
"""Random register files: every policy, every pair of sibling policies, and everything else a register can be."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Iterable

from build import Bank, ByteOrder, Driver, Effect, RegionKind, Reserved, driver, enum, field, region, register
from dddkgen.model import Field, Register
from reference import POLICIES, UPDATE_IS_SAFE_BESIDE, UPDATE_IS_SAFE_BESIDE_WITH_SHADOW

MODE = enum("mode", off=0, slow=1, fast=2, odd=5)
PAIRS = frozenset(frozenset(pair) for pair in itertools.combinations_with_replacement(POLICIES, 2))


class Maker:
    """Makes register files, and prefers the pairs of siblings that it has made least."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.pairs: Counter[frozenset[str]] = Counter()
        self.policies: Counter[str] = Counter()

    def _policy(self, siblings: list[str], allowed: list[str]) -> str:
        """Mostly the one that stood beside these siblings least often."""
        if self.random.random() < 0.2:
            return self.random.choice(allowed)
        order = self.random.sample(allowed, len(allowed))
        seen = self.pairs
        return min(order, key=lambda name: sum(min(seen[frozenset((name, other))], 3) for other in siblings) / (len(siblings) or 1))

    def _count(self, names: list[str]) -> None:
        self.policies.update(names)
        self.pairs.update(frozenset(pair) for pair in itertools.combinations(names, 2))

    def _fields(self, width: int, allowed: list[str], reset: int | None, plain: bool = False) -> list[Field]:
        """Fields that leave some bits free; most narrow, some wide."""
        random_ = self.random
        fields: list[Field] = []
        names: list[str] = []
        at = width
        while at > 0 and len(fields) < 9:
            at -= random_.choice((0, 0, 0, 1, 2, 5))
            size = min(random_.choice((1, 1, 1, 1, 1, 2, 2, 3, 4, 8, 16, 33)), at)
            if at <= 0 or size <= 0:
                break
            at -= size
            policy = self._policy(names, allowed)
            names.append(policy)
            use_enum = 3 <= size <= 8 and random_.random() < 0.3
            stores = policy in ("rw", "wo")
            fields.append(
                field(
                    f"F{len(fields)}",
                    (at + size - 1, at) if size > 1 else at,
                    policy,
                    enum=MODE if use_enum else None,
                    reset=random_.getrandbits(size) if reset is None and random_.random() < 0.3 else None,
                    volatile=not plain and (not stores or random_.random() < 0.1),
                )
            )
        self._count(names)
        return fields

    def _register(self, name: str, offset: int, index: int) -> Register:
        random_ = self.random
        width = random_.choice((8, 16, 32, 32, 32, 64))
        shadow = random_.random() < 0.15
        region_name = random_.choice(("regs", "regs", "net", "io"))
        safe = UPDATE_IS_SAFE_BESIDE_WITH_SHADOW if shadow else UPDATE_IS_SAFE_BESIDE
        allowed = safe if random_.random() < 0.5 else list(POLICIES)
        reset = random_.choice((None, 0, random_.getrandbits(width)))
        fields = self._fields(width, allowed, reset) if random_.random() < 0.9 else []
        access = "rw" if fields else self._policy([], list(POLICIES))
        if not fields:
            self._count([access])
        elif width > 8 and random_.random() < 0.15:
            masked = self._masked(name, offset, region_name, width)
            if masked is not None:
                return masked
        split = random_.choice(("low_first", "high_first")) if width == 64 and random_.random() < 0.4 else None
        count = random_.choice((1, 2, 5)) if random_.random() < 0.2 else None
        stride = random_.choice((1, 2)) * max(width // 8, 4)
        return register(
            name,
            offset,
            *fields,
            access=access,
            region=region_name,
            width=width,
            count=count,
            stride=stride if count else 0,
            reset=reset,
            reserved=random_.choice(list(Reserved)),
            shadow=shadow,
            volatile=not fields and random_.random() < 0.5,
            split=split,
            latched=split is not None and random_.random() < 0.3,
            lock="irq" if random_.random() < 0.1 else None,
        )

    def _masked(self, name: str, offset: int, region_name: str, width: int) -> Register | None:
        """A register whose upper half enables the lower one; None: nothing in it can be written."""
        reset = self.random.choice((None, 0, self.random.getrandbits(width // 2)))
        fields = self._fields(width // 2, list(POLICIES), reset)
        if all(part.access in ("ro", "rc", "rs") for part in fields):
            return None
        return register(name, offset, *fields, region=region_name, width=width, reset=reset, write_mask=True)

    def _effects(self, source: Register, registers: list[Register]) -> tuple[Effect, ...]:
        """On registers of the same region behind; never on itself."""
        random_ = self.random
        others = [other for other in registers if other.name != source.name and other.bank is None and other.name != "SELECT"]
        target = random_.choice(others)
        name = target.name
        if target.fields and random_.random() < 0.5:
            name += f".{random_.choice(target.fields).name}"
        return (Effect(random_.choice(("sets", "clears", "resets")), name),)

    def _with_effects(self, registers: list[Register]) -> list[Register]:
        """Some fields do something elsewhere, one resets the device, some are locked by another field."""
        from build import replace

        random_ = self.random
        lock = next((r for r in registers if r.count is None and r.bank is None and r.name != "SELECT" for f in r.fields if f.access == "rw"), None)
        lock_field = next((f.name for f in lock.fields if f.access == "rw"), "") if lock else ""
        made = []
        for one in registers:
            if one.name == "SELECT":  # selecting a bank writes it back: refused where that does something elsewhere
                made.append(one)
                continue
            fields = []
            for part in one.fields:
                writable = part.access in UPDATE_IS_SAFE_BESIDE and part.access != "ro" or part.access == "wo"
                if writable and random_.random() < 0.1:
                    part = replace(part, effects=self._effects(one, registers))
                elif part.access in ("sc", "w0c") and one.bank is None and one.split is None and random_.random() < 0.1:
                    part = replace(part, effects=(Effect("resets", "device"),))
                elif lock is not None and one.name != lock.name and not one.shadow and random_.random() < 0.08:
                    part = replace(part, locked_by=f"{lock.name}.{lock_field}")
                fields.append(part)
            whole = self._effects(one, registers) if one.access == "wo" and random_.random() < 0.3 else ()
            made.append(replace(one, fields=tuple(fields), effects=whole))
        return made

    def _banks(self) -> Iterable[Register]:
        """Two banks of a few registers each, behind a selector that has siblings of its own."""
        selector = register(
            "SELECT", 0xF00, field("BANK", 7), field("KEEP", (6, 4)), field("DONE", 1, "w1c", volatile=True),
            field("GONE", 0, "w0c", volatile=True), width=8, region="io", reset=self.random.choice((0, 0x80, 0x0C, 0x84)),
            reserved=self.random.choice(list(Reserved)), lock=self.random.choice((None, "irq")),
        )  # fmt: skip
        yield selector
        self._count(["rw", "rw", "w1c", "w0c"])
        for value in (0, 1):
            for place in range(2):
                fields = self._fields(16, UPDATE_IS_SAFE_BESIDE, 0)
                yield register(f"B{value}{place}", 0xF10 + 2 * place, *fields, width=16, region="io", reset=0, bank=Bank("SELECT", "BANK", value))

    def _missing(self) -> Iterable[Register]:
        """One small register for each pair of siblings that has not come up yet."""
        for number, pair in enumerate(sorted(sorted(pair) for pair in PAIRS if self.pairs[pair] == 0)):
            names = (pair * 2)[:2]
            self._count(names)
            yield register(f"M{number}", 0xA00 + 4 * number, field("F1", (9, 4), names[0]), field("F0", 1, names[1]), reset=0)

    def make(self, name: str, registers: int = 22, last: bool = False) -> Driver:
        """`last`: with all pairs of siblings that are still missing."""
        made: list[Register] = []
        offset = 0
        for index in range(registers):
            one = self._register(f"R{index}", offset, index)
            made.append(one)
            offset += 8 * ((one.count or 1) * max(one.stride, 8) // 8)
        made = self._with_effects(made + list(self._banks()))
        made += self._missing() if last else []
        order = {"regs": 0, "net": 1, "io": 2}
        made.sort(key=lambda one: (order[one.region], one.offset, one.bank.value if one.bank else 0))
        return driver(
            name,
            *made,
            enums=(MODE,),
            regions=(
                region("regs", 0, 0x1000),
                region("net", 1, 0x1000, order=ByteOrder.BIG),
                region("io", 2, 0x1000, kind=RegionKind.PORT),
            ),
        )
