# SPDX-License-Identifier: MIT
"""A register file with one of everything that an accessor can be, for tests of the generated header."""

from __future__ import annotations

from build import HERE, Bank, ByteOrder, Effect, Enum_, EnumValue, Region, RegionKind, Reserved, Scale, descriptor, driver, enum, field, member, region, register, replace

from dddkgen.places import Repeat

SPEED = enum("speed", _10M=0, _100M=1, _1G=2)
COLOUR = enum("colour", red=0, green=1, blue=5)
MAGIC = enum("magic", small=1, large=0x80000001)
CAPS = replace(enum("caps", fast=1, wide=2, both=3, deep=8), flags=True)
PHASE = Enum_(
    "phase",
    (
        EnumValue("IDLE", 0, "", None, HERE),
        EnumValue("BUSY", 1, "", None, HERE, only="read"),
        EnumValue("START", 1, "", None, HERE, only="write"),
        EnumValue("DONE", 2, "", None, HERE, only="read"),
        EnumValue("ABORT", 3, "", None, HERE, only="write"),
    ),
    HERE,
    other="reserved",
)
STATE = Enum_("state", (EnumValue("OFF", 0, "", None, HERE), EnumValue("ON", 1, "", None, HERE), EnumValue("FAILED", 2, "", None, HERE, only="read")), HERE)
HUGE = enum("huge", small=1, large=0x8000000000000001)


def regions() -> tuple[Region, ...]:
    return (
        region("regs", 0, 0x1000),
        region("io", 1, 0x10, kind=RegionKind.PORT),
        region("net", 2, 0x100, order=ByteOrder.BIG),
    )


TOY = driver(
    "toy",
    register(
        "CTRL",
        0x00,
        field("RST", 26, "sc", doc="reads 0 when the reset is over"),
        field("COLOUR", (14, 12), enum=COLOUR),
        field("SPEED", (9, 8), enum=SPEED),
        field("SLU", 6, doc="set link up"),
        field("LEVEL", (5, 2)),
        field("BUSY", 0, "ro", volatile=True),
        see="13.4.1",
    ),
    register("STATUS", 0x04, field("SPEED", (7, 6), "ro", enum=SPEED), field("LU", 1, "ro"), access="ro"),
    register("CAUSE", 0x08, field("RX", 7, "rc"), field("TX", 0, "rc"), access="rc"),
    register("MASK", 0x0C, field("RX", 7, "w1s"), field("TX", 0, "w1s"), access="w1s"),
    register("UNMASK", 0x10, field("RX", 7, "wo"), field("TX", 0, "wo"), access="wo"),
    register("TAIL", 0x14),
    register("TABLE", 0x100, count=16, stride=4),
    register("FILTER", 0x200, field("ON", 31), field("ADDR", (15, 0)), count=8, stride=8),
    register("LONG", 0x40, field("HIGH", (63, 32)), field("MID", (31, 4)), field("GO", 0, "sc"), width=64),
    register("ADDRESS", 0x48, width=64),
    register("WORD", 0x50, field("B", (15, 8)), field("A", (7, 0)), width=16),
    register("COUNT16", 0x52, width=16),
    register("BYTE", 0x54, field("B", (7, 4)), field("A", 0), width=8),
    register("COUNT8", 0x55, width=8),
    register("SEMAPHORE", 0x60, field("FIRMWARE", 1, "w0crs"), field("SOFTWARE", 0, "w0crs")),
    register("FLAGS", 0x64, field("LEVEL", (7, 4)), field("DONE", 1, "w0c"), field("GO", 0, "w0s"), reserved=Reserved.ONE),
    register("EVENTS", 0x68, field("MODE", (11, 8)), field("LEVEL", (7, 4)), field("OVER", 1, "w1c"), field("FLIP", 0, "w1t"), reserved=Reserved.ZERO),
    register("MIXED", 0x6C, field("LEVEL", (7, 4)), field("SECRET", 0, "wo")),
    register("LIVE", 0x70, field("LEVEL", (7, 4)), field("CREDIT", (3, 0), volatile=True)),
    register("ANY", 0x74, field("LEVEL", (7, 4)), field("OVER", 0, "wc")),
    register("FUSE", 0x78, field("LEVEL", (7, 4)), field("BLOWN", 0, "w1")),
    register("TAKEN", 0x7C, field("LEVEL", (7, 4)), field("GONE", 0, "wrc")),
    register("KEPT", 0x80, field("LEVEL", (7, 4), "wo"), field("RUN", 0, "sc"), access="wo", shadow=True, reset=0x30),
    register("KEPTS", 0x84, field("LEVEL", (7, 4), "wo"), access="wo", shadow=True, count=3, stride=4),
    register("SIGN", 0x98, field("IS", (31, 0), enum=MAGIC)),
    register("SIGN64", 0xA0, field("IS", (63, 0), enum=HUGE), width=64),
    register("RESET", 0x90, field("NOW", 0, "sc", effects=(Effect("resets", "device"),)), field("NOT_YET", 1, "w0c", effects=(Effect("resets", "device"),))),
    register(
        "SENSE",
        0x400,
        field("TEMPERATURE", (27, 16), kind="signed", scale=(1, 16), unit="degC"),
        field("OFFSET", (7, 4), kind="signed"),
        field("TRIM", (3, 0), kind="signed", min=-4, max=4),
    ),
    register("SHARES", 0x404, field("SHARE", (22, 16), max=100, unit="%"), field("TIMES", (11, 8), min=1), field("DEPTH", (7, 0), min=8, max=64)),
    register("ABILITY", 0x408, field("HAS", (31, 28), "ro", enum=CAPS), field("USE", (3, 0), enum=CAPS)),
    register("PHASES", 0x40C, field("PHASE", (5, 4), enum=PHASE), field("STATE", (1, 0), enum=STATE)),
    register("COMMAND", 0x43C, field("PHASE", (5, 4), enum=PHASE)),
    register("STATES", 0x440, field("STATE", (1, 0), enum=STATE)),
    register("BASE", 0x410, field("ADDR", (31, 12), kind="address"), field("ON", 0)),
    register("BASE_LOW", 0x414, field("ADDR", (31, 6), kind="address", half="low"), field("ON", 0)),
    register("BASE_HIGH", 0x418, field("ADDR", (15, 0), kind="address", half="high")),
    register("WIDE", 0x420, field("ADDR", (51, 12), kind="address"), field("TRIM", (9, 4), kind="signed"), width=64),
    register("SIGNED16", 0x428, field("VALUE", (15, 0), kind="signed"), width=16),
    register("SIGNED32", 0x42C, field("VALUE", (31, 0), kind="signed", scale=(4096, 1))),
    register("THIRDS", 0x438, field("VALUE", (7, 0), scale=(1, 3), unit="V")),
    register("SIGNEDS", 0x430, field("VALUE", (12, 3), kind="signed", min=-300), count=2, stride=4),
    register("DATA", 0x0, access="ro", region="io", width=8, bank=Bank("LINE", "ALT", 0), volatile=True),
    register("DIVISOR", 0x0, region="io", width=8, bank=Bank("LINE", "ALT", 1)),
    register("SETUP", 0x1, field("FAST", 1), field("SLOW", 0), region="io", width=8, bank=Bank("LINE", "ALT", 1)),
    register("LINE", 0x3, field("ALT", 7), field("ACK", 6, "w1c"), field("WORD", (1, 0)), region="io", width=8, reset=0),
    register("SWAPPED", 0x0, field("HIGH", (31, 16)), field("LOW", (15, 0)), region="net"),
    register("SWAPPED16", 0x8, region="net", width=16),
    register("TOTAL", 0x300, access="ro", width=64, volatile=True, split="low_first", latched=True),
    register("RUNNING", 0x308, access="ro", width=64, volatile=True, split="high_first"),
    register("PAIR", 0x310, field("HIGH", (63, 40)), field("ON", 0), width=64, split="high_first"),
    register("GUARDED", 0x318, field("LEVEL", (7, 4)), field("ON", 0), lock="irq"),
    register("GUARDED_PLAIN", 0x31C, lock="irq", count=2, stride=4),
    register("MASKED", 0x324, field("FREE", 15, "w0c"), field("SPEED", (9, 8), enum=SPEED), field("LEVEL", (5, 2)), field("HOT", 1, volatile=True), field("ON", 0), write_mask=True),
    register("DEPTH", 0x334, field("LOG", (3, 0), "ro"), access="ro"),
    register("TAPS", 0x900, count=5, stride=4, repeats=(Repeat("TAPS", 5, 4, None, (0x00, 0x04, 0x40, 0x12 * 4, -0x10)),)),
    register("DOWN", 0x98C, count=4, stride=4, repeats=(Repeat("DOWN", 4, 4, None, (0, -4, -8, -12)),)),
    register("PORT_QUEUE", 0xA00, count=32, stride=8, repeats=(Repeat("PORT", 4, 0x80), Repeat("PORT_QUEUE", 8, 8))),
    register("PORT_LEVEL", 0xA04, field("ON", 31), field("HIGH", (15, 0)), count=32, stride=8, repeats=(Repeat("PORT", 4, 0x80), Repeat("PORT_LEVEL", 8, 8))),
    register("BELLS", 0x800, count=8, stride=4, scale=Scale("DEPTH", "LOG", True, 4)),
    register("NET_RUNNING", 0x10, access="ro", region="net", width=64, volatile=True, split="low_first"),
    register("NET_PAIR", 0x18, region="net", width=64, split="low_first"),
    regions=regions(),
    enums=(SPEED, COLOUR, MAGIC, HUGE, CAPS, PHASE, STATE),
    descriptors=(
        descriptor(
            "rx_desc",
            16,
            member("addr", 0, 64),
            member("length", 8, 16),
            member("status", 12, 8, field("DD", 0), field("KIND", (7, 4))),
        ),
        descriptor("be_desc", 7, member("kind", 0, 8), member("addr", 1, 32), member("length", 5, 16), order=ByteOrder.BIG),
    ),
)
