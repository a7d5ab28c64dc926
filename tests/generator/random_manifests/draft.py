# SPDX-License-Identifier: MIT
"""One manifest in the making: its names, its numbers, and which bytes of its regions are taken."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from .yaml_text import Plain

from dddkgen.check.names_are_free import macros

WORDS = (
    "ack addr alarm apex arm band beat bell bias bit buff bus cap cell chan clip code core count cred ctrl cycle data debug delta depth door "
    "drop dump dwell echo edge eject fan feed fence fifo fill flag flow flush frame gain gate gear gray grid guard halt hash head hold hop "
    "idle input irq jam jitter key kick lane latch level limb link list load loop lug mail mask mesh mode moon mux node noise odd offs "
    "page pair parity path pause peer phase pin pipe pole port pulse pump quota rank rate ready ring ripple rise route sample scan seed "
    "sense share shift skew slot snoop span spin stall stamp start state status step stop strobe sum swap sync table tail temp tick tilt "
    "timer token trap trim tune turn twin user valve vault view volt wait wake wall wave web wrap xor yield zone"
).split()

#: Fine in a datasheet, and not in C: they need a `c_name:`.
AWKWARD = ("INT", "CURRENT", "LINUX", "DEFAULT", "CLASS", "NEW", "REGISTER", "ERRNO", "AUTO", "OR", "THIS", "SIGNED", "UNIX", "VOID")

TEXTS = (
    "a line of text", "the `RDT` of others, in *Markdown*", "100% of it; \"quoted\", 'twice'", "dB: a unit", "two lines\nof text",
    "Größe in µm", "back\\slash and %s %n", "an asterisk * and a / slash", "# no comment", "a | b | c", "<b>angle</b> & ampersand",
    "?" * 3, "ends with a backslash \\", "`open", "{braces} [brackets]",
)  # fmt: skip
PAGES = ("13.4.1", "page 7", "table 3-1, note 2", "figure \"A\"", "§ 5", "A.1")


@dataclass
class Space:
    """A region and its free bytes."""

    name: str
    window_unit: int = 0  # of an indirect window
    width: int = 0  # of every register, behind a window
    next: int = 0
    waits: bool = False  # a window that is waited for


@dataclass
class Draft:
    """What a maker adds to."""

    random: random.Random
    name: str
    data: dict[str, Any] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    spaces: dict[str, Space] = field(default_factory=dict)
    parameters: dict[str, int] = field(default_factory=dict)
    enum_bits: dict[str, int] = field(default_factory=dict)  # that the largest value of an enum needs
    address_bits: int = 32
    default_region: str = "regs"
    resets_device: bool = False  # one field does

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def fresh(self, small: bool = False, prefix: str = "") -> str:
        """A name that nothing has."""
        while True:
            word = self.random.choice(WORDS)
            if self.chance(0.3):
                word += "_" + self.random.choice(WORDS)
            name = f"{prefix}{word}{self.random.choice(('', '', '_')) or ''}{self.random.randrange(100)}"
            if name in self.taken or macros().replaces(name) or macros().replaces(name.upper()):
                continue  # such as `hash_64`
            self.taken.add(name)
            if small:
                return name
            return self.random.choice((name.upper(), name.upper(), name.capitalize(), name))

    def number(self, value: int) -> Plain:
        """A number, written in one of the ways."""
        forms = [str(value), f"{value:#x}"]
        if 0 <= value < 256:
            forms.append(f"{value:#b}")
        if value >= 0x10000:
            forms += [f"0x{value >> 16:x}_{value & 0xFFFF:04x}", f"{value:#X}".replace("X", "x")]
        if self.parameters and self.chance(0.15):
            name, known = self.random.choice(sorted(self.parameters.items()))
            if 0 <= known <= value:
                forms = [f"{name} + {value - known}", f"{value - known} + {name}", f"({name} + {value - known})"]
                if value % 2 == 0:
                    forms.append(f"{value // 2} * 2 + {name} - {name}")
        return Plain(self.random.choice(forms))

    def size(self, value: int) -> Plain:
        """A number of bytes, with a unit where one fits."""
        if value % 1024 == 0 and self.chance(0.5):
            return Plain(f"{value >> 20}MiB" if value % (1 << 20) == 0 else f"{value >> 10}KiB")
        return self.number(value)

    def flag(self, value: bool = True) -> Plain:
        return Plain("true" if value else "false")

    def documented(self, item: dict[str, Any], probability: float = 0.25) -> dict[str, Any]:
        """The same, sometimes with `doc:` and `see:`."""
        if self.chance(probability):
            item["doc"] = self.random.choice(TEXTS)
        if self.chance(probability):
            item["see"] = self.random.choice(PAGES)
        return item

    def place(self, space: Space, bytes_: int, count: int = 1, stride: int = 0) -> int:
        """The offset of something new in a region."""
        align = max(bytes_, 1, space.window_unit)
        offset = -(-space.next // align) * align
        if self.chance(0.2):
            offset += align * self.random.randrange(1, 4)
        space.next = offset + (count - 1) * stride + bytes_
        return offset
