# SPDX-License-Identifier: MIT
"""FIFOs: bytes between a software ring of the serial class and one register."""

from __future__ import annotations

from dataclasses import dataclass

from ...model import Direction, Driver, Fifo, Ref
from ..names import lower
from . import access
from .text import block


@dataclass(frozen=True, slots=True)
class FifoShape:
    name: str  # "rx"
    prefix: str  # "foo_rx"
    doc: tuple[str, ...]  # lines
    receives: bool
    status: str  # expression: the register that says whether it is ready, raw
    status_type: str
    struct: str  # its value struct, or "" where the register has no fields
    unpack: str  # from `raw`
    ready: str  # condition on `raw` or `status`
    overrun: str  # condition, or ""
    absent: str  # what only an absent device can say
    data: str  # expression that reads, or statement that writes, one byte
    depth: int


@dataclass(frozen=True, slots=True)
class Fifos:
    receive: FifoShape | None
    transmit: FifoShape | None

    def __bool__(self) -> bool:
        return self.receive is not None or self.transmit is not None


def _shape(driver: Driver, fifo: Fifo) -> FifoShape:
    register = driver.register(fifo.ready.register)
    whole = Ref(fifo.ready.register, None, fifo.ready.index)
    receives = fifo.direction is Direction.FROM_DEVICE
    data = driver.register(fifo.data.register)
    if receives:
        byte = access.read_raw(driver, fifo.data)
        byte = byte if data.width == 8 else f"(uint8_t){byte}"
    else:
        byte = access.write_raw(driver, fifo.data, "byte")
    # A read takes an overrun away, whatever it was made for: each reader of the register counts it.
    lost = next((other.overrun for other in driver.fifos if other.overrun and other.overrun.register == register.name), None)
    overrun = "" if lost is None else f"status.{access.member(driver, lost)}"
    prefix = f"{lower(driver.name)}_{lower(fifo.name)}"
    return FifoShape(
        name=lower(fifo.name),
        prefix=prefix,
        doc=block(fifo.doc),
        receives=receives,
        status=access.read_raw(driver, whole),
        status_type=f"uint{register.width}_t",
        struct=f"struct {lower(driver.name)}_{lower(register.name, register.c_name)}",
        unpack=access.unpack(driver, whole, "raw"),
        ready=f"status.{access.member(driver, fifo.ready)}",
        overrun=overrun,
        absent=access.all_ones(register),
        data=byte,
        depth=fifo.depth,
    )


def fifos(driver: Driver) -> Fifos:
    shapes = [_shape(driver, fifo) for fifo in driver.fifos]
    return Fifos(
        receive=next((shape for shape in shapes if shape.receives), None),
        transmit=next((shape for shape in shapes if not shape.receives), None),
    )
