# SPDX-License-Identifier: MIT
"""The key table: parameters that the driver's user sets, and statistics that the device keeps."""

from __future__ import annotations

from .registers import DOC, SEE
from .types import Choice, FieldValue, Integer, Key, MapOf, Name, ObjectType, Ref

WORD = (1 << 64) - 1

PARAM = ObjectType(
    "module parameter",
    "What the driver's user may set before a device is attached: a member `params.NAME` of the driver struct, a module "
    "parameter on Linux, `dddk_host_param()` on a hosted port. A value that is none, or out of bounds, refuses the device.",
    (
        Key("type", Choice("a parameter's type", {"bool": "true or false", "u8": "8 bits", "u16": "16 bits", "u32": "32 bits", "u64": "64 bits"}), "Its type.", "type: u32"),
        Key("enum", Ref("the name of an enum", "speed"), "Its value is one of the enum's, set by name.", "enum: speed"),
        Key("default", FieldValue(), "The value when nobody says otherwise: a number, `true` or `false`, or the name of a value.", "default: 256", required=True),
        Key("min", Integer(0, WORD), "The least value.", "min: 16", default="0"),
        Key("max", Integer(0, WORD), "The greatest value.", "max: 4096", default="the greatest of its type"),
        DOC,
        SEE,
    ),
    one_of=(("type", "enum"),),
)
PARAMS = MapOf(Name("the name of a parameter", lower=True), PARAM, "parameters by name")

STAT = ObjectType(
    "statistic",
    "A counter of the device, summed to 64 bits in the member `stats.NAME` of the driver struct. What a read clears is added; "
    "of what runs on, the difference to the last look is. In short: the register.",
    (
        Key("register", Ref("a register or a field", "CRCERRS"), "The register, or field, that the device counts in.", "register: CRCERRS", required=True),
        DOC,
        SEE,
    ),
    short="register",
)
STATS = MapOf(Name("the name of a statistic", lower=True), STAT, "statistics by name")
