# SPDX-License-Identifier: MIT
"""Rings in forms that no driver runs yet: resolved and checked like all else, and answered by one code that says which forms
do run. What runs is `model.Ring`.

    RingForm
      parts ── head                 pieces of memory
      attach                        register writes, or a handler
      give ── doorbell              how entries go
      take                          how they come back
      payload: pages, record        where the data is
      chain, slots, arm
"""

from __future__ import annotations

from .dataclass import dataclass
from .model import Direction, Member, MemberRef, Ref, Span
from .ring_values import Value


@dataclass(frozen=True, slots=True)
class Place:
    """A register or field (`register`), or a member of a part's head (`part`), perhaps a bit field of it."""

    text: str
    register: str | None
    part: str | None
    index: int | str | None  # of a register's array; "qid": that of the instance
    member: str | None
    field: str | None
    origin: Span

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    is_table: bool
    descriptor: str | None  # None: numbers
    element_bytes: int
    head: tuple[Member, ...]
    align: int
    origin: Span
    doc: str = ""
    see: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One register write of `attach:`."""

    to: Place
    value: Value | str
    origin: Span


@dataclass(frozen=True, slots=True)
class Doorbell:
    to: Place
    value: Value | str
    unless: Place | None


@dataclass(frozen=True, slots=True)
class Give:
    by: str  # "index" | "offset" | "bit"
    to: Place | None  # None: the field of an entry
    field: MemberRef | None
    once: str
    part: str | None
    width: int | None
    bias: int
    doorbell: Doorbell | None


@dataclass(frozen=True, slots=True)
class Take:
    by: str  # "bit" | "lap" | "index" | "offset" | "ring"
    field: MemberRef | None
    source: Place | None  # `from:`
    ready: int
    starts: int
    part: str | None
    width: int | None
    bias: int
    ring: str | None
    match: str | None
    length: str | None
    frees: str | None


@dataclass(frozen=True, slots=True)
class Record:
    header: tuple[Member, ...]
    includes: int
    max: int
    not_yet: int | None

    @property
    def header_bytes(self) -> int:
        return sum(member.width for member in self.header) // 8


@dataclass(frozen=True, slots=True)
class RingForm:
    name: str
    direction: Direction | None
    instances: int | None
    vector: Value | str | None
    descriptor: str | None  # of the entry, or of the table among the parts
    count: int | None
    bytes: int | None  # of a ring of bytes
    slack: int
    align: int | None
    parts: tuple[Part, ...]
    attach: tuple[Step, ...]
    call: str | None
    enable: Ref | None
    spare: int
    give: Give
    take: Take
    pages: tuple[str, str] | None
    record: Record | None
    chain: tuple[MemberRef, MemberRef] | None
    slots: str
    arm: tuple[tuple[Place, int], ...]
    does_not_run: tuple[tuple[str, Span], ...]  # what about it no driver runs
    origin: Span
    doc: str = ""
    see: str = ""

    @property
    def made_of(self) -> frozenset[str]:
        """The descriptors that the ring is made of, those of the heads of its parts among them."""
        names = (self.descriptor, *(part.descriptor for part in self.parts), *(part.name for part in self.parts if part.head))
        return frozenset(name for name in names if name is not None)
