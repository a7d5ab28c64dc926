# SPDX-License-Identifier: MIT
"""The part of the model that is procedures: what generated code does with several registers when a handler asks for it.

They are part of `model.Driver`, which describes what they refer to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .dataclass import dataclass
from .semantics import POLICIES, Idle

if TYPE_CHECKING:
    from .model import Ref, Register, Span


@dataclass(frozen=True, slots=True)
class CauseRef:
    """One cause of an interrupt, and the completion that it wakes; None: nobody waits for it."""

    interrupt: str
    cause: str
    complete: str | None


@dataclass(frozen=True, slots=True)
class Until:
    """A field that has a value."""

    ref: Ref
    value: int


@dataclass(frozen=True, slots=True)
class Transfer:
    """The device moves a piece of memory when it is told to: one at a time, without descriptors."""

    name: str
    # What takes addresses: one place each, or two for its halves, the low one first. Either where data comes from and goes to,
    # or in the host's memory and in the device's, which may have none.
    source: tuple[Ref, ...]
    target: tuple[Ref, ...]
    host: tuple[Ref, ...]
    device: tuple[Ref, ...]
    length: Ref
    length_unit: int  # bytes
    length_bias: int
    go: Ref  # one bit
    direction: Ref | None  # None: the addresses say it, or there is one way only
    from_device: int  # what the direction is when data leaves the device
    to_device: int
    only: str | None  # "to_device" | "from_device"
    notify: Ref | None  # one bit beside `go`: raise the cause at the end
    done: CauseRef | Until
    fail: Until | None
    channels: int | None  # registers that are arrays, of which no element is named, have one for each
    align: int  # bytes, of addresses and length
    base: int  # of the device's own memory, in its own addresses
    size: int  # bytes of it that may be touched
    max: int  # bytes of one transfer
    timeout_ns: int
    origin: Span
    doc: str = ""
    see: str = ""
    fixed: bool = False  # `source` takes the host's address and `target` the device's, whichever way it goes

    @property
    def addresses(self) -> tuple[tuple[str, tuple[Ref, ...]], ...]:
        """Those that there are, by their keys."""
        return tuple((key, refs) for key, refs in (("source", self.source), ("target", self.target), ("host", self.host), ("device", self.device)) if refs)

    @property
    def ways(self) -> tuple[str, ...]:
        return ("to_device", "from_device") if self.only is None else (self.only,)

    @property
    def has_offset(self) -> bool:
        """It may begin anywhere in the device's memory."""
        return bool(self.source or self.device)


@dataclass(frozen=True, slots=True)
class Argument:
    """What an operation is given, or gives."""

    name: str
    width: int  # bits
    origin: Span
    doc: str = ""
    see: str = ""


@dataclass(frozen=True, slots=True)
class Operand:
    """What goes into one field, or for None into the whole register: an argument or a number."""

    field: str | None
    argument: Argument | None
    number: int | None
    span: Span


@dataclass(frozen=True, slots=True)
class Put:
    """Write a register, or change some fields of it."""

    to: Ref
    operands: tuple[Operand, ...]
    update: bool
    span: Span
    says: str = ""  # what the step's author says about it; of several that one step became, the first has it

    @property
    def register(self) -> str:
        return self.to.register


@dataclass(frozen=True, slots=True)
class Wait:
    """Wait until something holds, or `fail` does: that one, even beside the other, is a failure."""

    until: Until
    fail: Until | None
    timeout_ns: int
    span: Span
    fail_span: Span
    says: str = ""


@dataclass(frozen=True, slots=True)
class Delay:
    """Let time pass."""

    duration_ns: int
    span: Span
    says: str = ""


@dataclass(frozen=True, slots=True)
class Take:
    """Read a result."""

    argument: Argument
    source: Ref
    span: Span
    says: str = ""


Step = Put | Wait | Delay | Take


@dataclass(frozen=True, slots=True)
class Operation:
    """Several register accesses with one purpose, in order."""

    name: str
    inputs: tuple[Argument, ...]
    outputs: tuple[Argument, ...]
    steps: tuple[Step, ...]
    memory: str | None  # of the simulated device; the inputs are its address
    origin: Span
    doc: str = ""
    see: str = ""

    @property
    def starts(self) -> bool:
        """It writes something, which the device sees."""
        return any(isinstance(step, Put) for step in self.steps)

    @property
    def idle(self) -> tuple[Wait, ...]:
        """What it waits for before it writes anything."""
        first = next((index for index, step in enumerate(self.steps) if isinstance(step, Put)), len(self.steps))
        return tuple(step for step in self.steps[:first] if isinstance(step, Wait))

    @property
    def delay_ns(self) -> int:
        """How long it takes at least."""
        return sum(step.duration_ns for step in self.steps if isinstance(step, Delay))

    @property
    def stores(self) -> bool:
        """It writes its memory: the last input is what is written."""
        return self.memory is not None and not self.outputs

    @property
    def address(self) -> tuple[Argument, ...]:
        """The inputs that say which cell of the memory."""
        return self.inputs[:-1] if self.stores else self.inputs


def meaning(doc: str, see: str) -> str:
    """What an object is, and where the datasheet says so."""
    return f"{doc} ({see})".strip() if see else doc


def named_with_go(transfer: Transfer) -> tuple[Ref, ...]:
    """The bits in the register of `go` that are written when it starts."""
    go = transfer.go
    bits = (go, transfer.direction, transfer.notify)
    return tuple(ref for ref in bits if ref is not None and (ref.register, ref.index) == (go.register, go.index))


def needs_update(transfer: Transfer, register: Register) -> bool:
    """The register of `go` has other fields that hold something, which is to stay: it is read, changed and written."""
    named = {ref.field for ref in named_with_go(transfer)}
    constant = (Idle.ANY, Idle.ZEROS, Idle.ONES)
    return any(POLICIES[field.access].idle not in constant for field in register.fields if field.name not in named)
