# SPDX-License-Identifier: MIT
"""Small checked models made in Python, for tests that need a register file and no manifest."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "generator"))

from dddkgen.model import (  # noqa: E402
    Bank,
    ByteOrder,
    Descriptor,
    DeviceClass,
    Driver,
    Effect,
    Enum_,
    EnumValue,
    Field,
    Member,
    Region,
    RegionKind,
    Register,
    Reserved,
    Scale,
    Span,
)

HERE = Span("test.yaml", 1, 1, 1, 2)


def enum(name: str, **values: int) -> Enum_:
    """Names may begin with an underscore where a digit could not: `_10M`."""
    return Enum_(name, tuple(EnumValue(key.lstrip("_"), value, "", None, HERE) for key, value in values.items()), HERE)


def field(name: str, bits: int | tuple[int, int], access: str = "rw", **more: object) -> Field:
    """`bits` is one bit, or (most significant, least significant)."""
    high, low = bits if isinstance(bits, tuple) else (bits, bits)
    values: dict[str, object] = {"enum": None, "reset": None, "effects": (), "volatile": False}
    return Field(name=name, lsb=low, width=high - low + 1, access=access, origin=HERE, **{**values, **more})  # type: ignore[arg-type]


def register(name: str, offset: int, *fields: Field, access: str = "rw", **more: object) -> Register:
    values: dict[str, object] = {
        "region": "regs",
        "width": 32,
        "count": None,
        "stride": 0,
        "reset": None,
        "reserved": Reserved.PRESERVE,
        "bank": None,
        "shadow": False,
        "effects": (),
        "volatile": False,
    }
    ordered = tuple(sorted(fields, key=lambda field: -field.lsb))
    return Register(name=name, offset=offset, access=access, fields=ordered, origin=HERE, **{**values, **more})  # type: ignore[arg-type]


def region(name: str = "regs", index: int = 0, size: int = 0x10000, **more: object) -> Region:
    values: dict[str, object] = {"bar": index, "kind": RegionKind.MEMORY, "order": ByteOrder.LITTLE}
    return Region(name=name, index=index, size=size, origin=HERE, **{**values, **more})  # type: ignore[arg-type]


def member(name: str, offset: int, width: int, *fields: Field) -> Member:
    return Member(name, offset, width, tuple(sorted(fields, key=lambda field: -field.lsb)), HERE)


def descriptor(name: str, size: int, *members: Member, order: ByteOrder = ByteOrder.LITTLE) -> Descriptor:
    return Descriptor(name, size, order, members, HERE)


def driver(name: str, *registers: Register, **more: object) -> Driver:
    empty: dict[str, object] = {
        key: ()
        for key in (
            "matches rings fifos interrupts buffers user handlers state completions enums descriptors".split()
        )
    }
    values: dict[str, object] = {
        **empty,
        "title": "A device of the tests",
        "klass": DeviceClass.MISC,
        "license": "MIT",
        "datasheet": "",
        "doc": "",
        "file": "test.yaml",
        "dma": None,
        "regions": (region(),),
        "presence": None,
        "model_source": None,
        "registers": registers,
        "origin": HERE,
    }
    return Driver(name=name, **{**values, **more})  # type: ignore[arg-type]


__all__ = [
    "Bank",
    "ByteOrder",
    "Driver",
    "Effect",
    "EnumValue",
    "Enum_",
    "HERE",
    "ROOT",
    "Region",
    "RegionKind",
    "Reserved",
    "Scale",
    "descriptor",
    "driver",
    "enum",
    "field",
    "member",
    "region",
    "register",
    "replace",
]
