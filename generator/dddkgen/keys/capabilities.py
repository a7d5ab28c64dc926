# SPDX-License-Identifier: MIT
"""The key table: PCI capabilities, which say where a region is."""

from __future__ import annotations

from .registers import DOC, SEE
from .types import Boolean, Integer, Key, ObjectType

CAPABILITY = ObjectType(
    "capability",
    "A PCI capability of the device. In short: its ID. A memory or port region is what a vendor-specific capability names in the layout that virtio "
    "defined (BAR in byte 4, offset in bytes 8 to 11, length in bytes 12 to 15); with `kind: config` the registers are in the capability itself. The "
    "first that fits is taken. What the device says is checked: a list that loops, a BAR that is not there or of the other kind, a place outside the "
    "BAR, or one in another region make the driver refuse it.",
    (
        Key("id", Integer(1, 0xFFFF), "Its ID.", "id: 0x09", required=True),
        Key("type", Integer(0, 255), "Of a vendor-specific one: the byte behind its length, by which a device with several tells them apart.", "type: 1", default="any"),
        Key("extended", Boolean(), "It is in the list of extended configuration space, which begins at 0x100.", "extended: true", default="false"),
        DOC,
        SEE,
    ),
    short="id",
    remarks=True,
)
