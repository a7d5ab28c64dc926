# SPDX-License-Identifier: MIT
"""The key table: indirect windows, through which a device shows registers one at a time."""

from __future__ import annotations

from .registers import DOC, SEE
from .transfers import Duration
from .types import Integer, Key, ObjectType, Ref, Size, When

REGISTER = Ref("a register", "INDEX")

WINDOW = ObjectType(
    "window",
    "Registers behind two others: one says which, the other holds it. Accessors of registers in such a region write the index and move "
    "the data. Where an interrupt or a poll uses one of them, or one says `lock: irq`, every access through the window holds the lock of "
    "`lock: irq`, and so do those of its own registers; elsewhere the device's mutex is enough. Several windows may have one index.",
    (
        Key("index", REGISTER, "The register that says which one, or the field of it: then its other fields keep what they hold.", "index: PHY_INDEX", required=True),
        Key("data", REGISTER, "The register that holds it: as wide as every register of the region.", "data: PHY_DATA", required=True),
        Key("write", REGISTER, "The register that takes what is written, where that is another one than `data`.", "write: PHY_WRITE_DATA", default="`data`"),
        Key("unit", Size(1, 8, power=True), "Bytes of the region for each step of the index: `at: 6` with a unit of 2 is index 3.", "unit: 2", default="1"),
        Key("increment", Integer(1, 1 << 16, what="a number of steps"), "Steps by which the index advances by itself after each access of data. Arrays whose elements are so far apart get `_read_range` and `_write_range`, which write the index once.", "increment: 1", default="it stays"),
        Key("ready", When(), "What to wait for after the index is written, and after data is; with `increment` also after data is read.", "ready: PHY_STATUS.READY == 1", default="no waiting"),
        Key("timeout", Duration(), "With `ready`: how long. After that a read gives all ones, and a write is lost; `counters.timeouts` of the device tells.", "timeout: 1ms", default="10ms"),
        DOC,
        SEE,
    ),
    remarks=True,
)
