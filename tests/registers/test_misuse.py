# SPDX-License-Identifier: MIT
"""What cannot work does not compile, and the compiler's message says why and what to do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from cc import COMPILERS, command, run


@dataclass(frozen=True)
class Misuse:
    claim: str
    code: str  # statements in a function that has `toy`, `n` and `i`
    gcc: str  # a regular expression that the error must match
    clang: str | None = None  # where it is another one
    late_on_gcc: bool = False  # gcc finds it only when it optimises
    late: bool = False  # and so does clang


def unavailable(text: str) -> str:
    return rf"error: .*unavailable: {text}"


MISUSES = [
    Misuse("reading a write-only register", "(void)toy_unmask_read(toy);", unavailable("toy UNMASK is write-only: a read returns nothing defined")),
    Misuse("reading a write-only register that has a shadow", "(void)toy_kept_read(toy);", unavailable("toy KEPT is write-only: .*; use toy_kept_written")),
    Misuse("writing a read-only register", "toy_status_write(toy, .lu = true);", unavailable("toy STATUS is read-only: the device writes it; use toy_status_read")),
    Misuse("updating a read-only register", "toy_status_update(toy, .lu = true);", unavailable("toy STATUS is read-only")),
    Misuse("updating what a read clears", "toy_cause_update(toy, .rx = true);", unavailable("toy CAUSE is read-only")),
    Misuse("updating a write-only register", "toy_unmask_update(toy, .rx = true);", unavailable("toy UNMASK.RX is wo: .*use toy_unmask_write and name every field.*shadow: true")),
    Misuse("updating beside a write-only field", "toy_mixed_update(toy, .level = 1);", unavailable("toy MIXED.SECRET is wo: what it holds cannot be read back; use toy_mixed_write")),
    Misuse("updating beside a field that the device changes", "toy_live_update(toy, .level = 1);", unavailable("toy LIVE.CREDIT is rw and the device changes it too: .*; use toy_live_write")),
    Misuse("updating beside a field that any write clears", "toy_any_update(toy, .level = 1);", unavailable("toy ANY.OVER is wc: every write clears it; use toy_any_write")),
    Misuse("updating beside a field that can be written once", "toy_fuse_update(toy, .level = 1);", unavailable("toy FUSE.BLOWN is w1: only the first write counts")),
    Misuse("updating beside a field that a read takes", "toy_taken_update(toy, .level = 1);", unavailable("toy TAKEN.GONE is wrc: reading the register clears it")),
    Misuse("updating a semaphore that a read takes", "toy_semaphore_update(toy, .software = false);", unavailable("toy SEMAPHORE.FIRMWARE is w0crs: reading the register sets it; use toy_semaphore_write")),
    Misuse("updating a register without fields", "toy_tail_update(toy, 1);", unavailable("toy TAIL has no fields: nothing of it could be kept; use toy_tail_write")),
    Misuse("a constant too wide for its field", "toy_ctrl_write(toy, .level = 16);", "toy CTRL.LEVEL is 4 bits wide: 0 to 15", "changes value from 16 to 0", late_on_gcc=True),
    Misuse("a constant too wide for its field in an update", "toy_ctrl_update(toy, .level = 16);", "toy CTRL.LEVEL is 4 bits wide: 0 to 15", "changes value from 16 to 0", late_on_gcc=True),
    Misuse("a constant too wide for its field in an array", "toy_filter_write(toy, i, .addr = 0x10000);", "toy FILTER.ADDR is 16 bits wide: 0 to 0xffff", "changes value from 65536 to 0", late_on_gcc=True),
    Misuse("a constant too wide for a wide register's field", "toy_long_write(toy, .mid = 0x10000000);", "toy LONG.MID is 28 bits wide", "changes value from 268435456 to 0", late_on_gcc=True),
    Misuse("a negative constant", "toy_ctrl_write(toy, .level = (uint32_t)-1);", "toy CTRL.LEVEL is 4 bits wide: 0 to 15", "changes value from 4294967295 to 15", late_on_gcc=True),
    Misuse("a constant too wide for a register of 8 bits", "toy_count8_write(toy, 256);", "toy COUNT8 is 8 bits wide: 0 to 0xff", "changes value from 256 to 0", late_on_gcc=True),
    Misuse("a constant too wide for a register of 16 bits", "toy_count16_write(toy, 65536);", "toy COUNT16 is 16 bits wide: 0 to 0xffff", "changes value from 65536 to 0", late_on_gcc=True),
    Misuse("a constant too wide for a register of 32 bits", "toy_tail_write(toy, 0x100000000);", "changes value from .4294967296. to .0.", "changes value from 4294967296 to 0"),
    Misuse("an index past an array", "(void)toy_table_read(toy, 16);", "toy TABLE has 16 entries: 0 to 15"),
    Misuse("an index past an array in a write", "toy_table_write(toy, 16, 0);", "toy TABLE has 16 entries: 0 to 15"),
    Misuse("an index past an array of fields", "toy_filter_write(toy, 8, .on = true);", "toy FILTER has 8 entries: 0 to 7"),
    Misuse("an index past an array in an update", "toy_filter_update(toy, 8, .on = true);", "toy FILTER has 8 entries: 0 to 7"),
    Misuse("a negative index", "(void)toy_table_read(toy, -1);", "toy TABLE has 16 entries: 0 to 15"),
    Misuse("a positional argument", "toy_ctrl_write(toy, 1);", "positional initialization", "dddk_name_the_fields"),
    Misuse("a positional zero", "toy_ctrl_write(toy, 0);", "positional initialization", "dddk_name_the_fields"),
    Misuse("a positional argument in an update", "toy_ctrl_update(toy, true);", "positional initialization", "dddk_name_the_fields"),
    Misuse("a positional argument behind a named one", "toy_ctrl_write(toy, .slu = true, false);", "positional initialization", "dddk_name_the_fields"),
    Misuse("a positional argument at the end", "toy_ctrl_write(toy, .level = 2, 1);", "positional initialization", "dddk_name_the_fields"),
    Misuse("a field that there is not", "toy_ctrl_write(toy, .slow = true);", "has no member named .slow.", "does not refer to any field"),
    Misuse("a field that is read-only", "toy_ctrl_write(toy, .busy = true);", "has no member named .busy.", "does not refer to any field"),
    Misuse("a field that cannot be read", "(void)toy_mixed_read(toy).secret;", "has no member named .secret.", "no member named 'secret'"),
    Misuse("the same field twice", "toy_ctrl_write(toy, .slu = true, .slu = false);", "initialized field overwritten", "overrides prior initialization"),
    Misuse("the same field twice in an update", "toy_ctrl_update(toy, .slu = true, .slu = n > 1);", "initialized field overwritten", "overrides prior initialization"),
    Misuse("a value of another enum", "toy_ctrl_write(toy, .speed = TOY_COLOUR_RED);", "implicit conversion from .enum toy_colour. to .enum toy_speed.", "different enumeration type 'enum toy_speed'"),
    Misuse("a variable of another enum", "enum toy_colour c = TOY_COLOUR_RED; toy_ctrl_update(toy, .speed = c);", "implicit conversion from .enum toy_colour. to .enum toy_speed.", "different enumeration type 'enum toy_speed'"),
    Misuse("a pointer for a value", "toy_ctrl_write(toy, .level = toy);", "makes integer from pointer", "incompatible pointer to integer"),
    Misuse("a pointer for a plain value", "toy_tail_write(toy, toy);", "makes integer from pointer", "incompatible pointer to integer"),
    Misuse("another device", "struct stranger *other = 0; (void)toy_ctrl_read(other);", "incompatible pointer type", "incompatible pointer types"),
    Misuse("a register that there is not", "(void)toy_ctlr_read(toy);", "implicit declaration of function .toy_ctlr_read."),
    Misuse("a constant too large for a field with a sign", "toy_sense_write(toy, .offset = 8);", "toy SENSE.OFFSET is 4 bits wide and signed: -8 to 7", "changes value from 8 to -8", late_on_gcc=True),
    Misuse("a constant too small for a field with a sign", "toy_sense_update(toy, .offset = -9);", "toy SENSE.OFFSET is 4 bits wide and signed: -8 to 7", "changes value from -9 to 7", late_on_gcc=True),
    Misuse("a constant below the least that is allowed", "toy_sense_write(toy, .trim = -5);", "toy SENSE.TRIM takes -4 to 4", late=True),
    Misuse("a constant above the greatest that is allowed", "toy_shares_write(toy, .share = 101);", "toy SHARES.SHARE takes 0 to 100", late=True),
    Misuse("a constant outside of its limits in an update", "toy_shares_update(toy, .depth = 7);", "toy SHARES.DEPTH takes 8 to 64", late=True),
    Misuse("a flag without a name", "toy_ability_write(toy, .use = (enum toy_caps)4);", "toy ABILITY.USE takes fast, wide, both or deep: other bits have no name", late=True),
    Misuse("a flag of another enum", "toy_ability_write(toy, .use = TOY_SPEED_100M);", "implicit conversion from .enum toy_speed. to .enum toy_caps.", "different enumeration type 'enum toy_caps'"),
    Misuse("a number for a flag too many", "toy_ability_write(toy, .use = TOY_CAPS_FAST | 16);", "toy ABILITY.USE takes fast", "changes value from 17 to 1", late_on_gcc=True),
    Misuse("writing what can only be read", "toy_phases_write(toy, .phase = TOY_PHASE_BUSY);", "implicit conversion from .enum toy_phase. to .enum toy_phase_that_can_be_written.", "different enumeration type 'enum toy_phase_that_can_be_written'"),
    Misuse("updating to what can only be read", "toy_states_update(toy, .state = TOY_STATE_FAILED);", "implicit conversion from .enum toy_state. to .enum toy_state_that_can_be_written.", "different enumeration type 'enum toy_state_that_can_be_written'"),
    Misuse("the number of what can only be read", "toy_states_update(toy, .state = 2);", "toy STATES.STATE can be read as FAILED, and cannot be written so", late=True),
    Misuse("updating beside what means something else when it is written back", "toy_phases_update(toy, .state = TOY_STATE_ON);", "toy PHASES.PHASE is read as BUSY where START is written: .*use toy_phases_write and name every field"),
    Misuse("reading what can only be written", "n = toy_phases_read(toy).phase == TOY_PHASE_START;", "comparison between .enum toy_phase. and .enum toy_phase_that_can_be_written.", r"comparison of different enumeration types \('enum toy_phase' and 'enum toy_phase_that_can_be_written'\)"),
    Misuse("a misaligned address", "toy_base_write(toy, .addr = {0x1800});", "toy BASE.ADDR takes an address of at most 32 bits and aligned to 4096 bytes", late=True),
    Misuse("an address beyond what the field has", "toy_base_update(toy, .addr = {0x100000000ull});", "toy BASE.ADDR takes an address of at most 32 bits", late=True),
    Misuse("a misaligned half of an address", "toy_base_low_write(toy, .addr = {0x100000020ull});", "toy BASE_LOW.ADDR takes an address aligned to 64 bytes", late=True),
    Misuse("a number for an address", "toy_base_write(toy, .addr = n);", "missing braces around initializer", "suggest braces around initialization of subobject"),
    Misuse("a pointer for an address", "toy_base_write(toy, .addr = toy);", "makes integer from pointer", "incompatible pointer to integer"),
    Misuse("a unit in which steps are not whole", "n = (unsigned)toy_sense_temperature_in(1, 1000);", "toy SENSE.TEMPERATURE counts steps of 1/16 degC, of which each is a whole number of parts"),
    Misuse("a negative number of parts", "n = (unsigned)toy_signed32_value_in(1, -1);", "toy SIGNED32.VALUE counts steps of 4096"),
    Misuse("a product that does not fit", "n = (unsigned)toy_signed32_value_in(1, 1000000000);", "toy SIGNED32.VALUE counts steps of 4096"),
    Misuse("the argument of an array without its index", "toy_filter_write(toy, .on = true);", "error"),
]  # fmt: skip


def source(misuse: Misuse) -> str:
    return (
        '#include "toy.h"\nstruct stranger;\nint misuse(struct toy *toy, unsigned n, size_t i);\n'
        f"int misuse(struct toy *toy, unsigned n, size_t i)\n{{\n    {misuse.code}\n    return (int)n + (int)i + (toy != 0);\n}}\n"
    )


# Pedantic, because that is how the project is built; no warning is made an error here, so that a message which only warns
# does not count.
OPTIONS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror=pedantic", "-S", "-o", "/dev/null"]


@pytest.mark.parametrize("compiler", COMPILERS)
@pytest.mark.parametrize("misuse", MISUSES, ids=lambda misuse: misuse.claim.replace(" ", "_"))
def test_it_does_not_compile(toy: Path, compiler: str, misuse: Misuse) -> None:
    file = toy / "misuse.c"
    file.write_text(source(misuse))
    wanted = misuse.clang if compiler == "clang" and misuse.clang is not None else misuse.gcc
    for level in ("-O2",) if misuse.late or misuse.late_on_gcc and compiler == "gcc" else ("-O0",):
        result = run(command(compiler, level, *OPTIONS, file, folder=toy))
        errors = "\n".join(line for line in result.stderr.splitlines() if "error" in line)
        assert result.returncode != 0, f"compiles at {level}: {misuse.code}\n{result.stderr}"
        assert re.search(wanted, errors), result.stderr


GOOD = """
    unsigned char small = (unsigned char)n;
    toy_ctrl_write(toy, .level = n);
    toy_ctrl_write(toy, .level = n & 15u, .speed = (enum toy_speed)n, .slu = n > 1);
    toy_ctrl_update(toy, .level = small);
    toy_ctrl_update(toy, .colour = TOY_COLOUR_BLUE, .rst = false);
    toy_ctrl_write(toy, .level = 15);
    toy_filter_update(toy, i, .addr = 0xffff, .on = true);
    toy_table_write(toy, i++, n);
    toy_count8_write(toy, n);
    toy_count8_write(toy, 255);
    toy_count8_write(toy, n & 0xffu);
    toy_tail_write(toy, 0xffffffff);
    toy_address_write(toy, 0x100000000);
    toy_kept_update(toy, .run = true);
    toy_kepts_update(toy, 2, .level = 3);
    toy_divisor_write(toy, small);
    toy_sign_write(toy, .is = TOY_MAGIC_LARGE);
    toy_sign64_update(toy, .is = TOY_HUGE_LARGE);
    toy_sense_write(toy, .temperature = -2048, .offset = 7, .trim = -4);
    toy_sense_update(toy, .temperature = (int)n, .trim = (signed char)n);
    toy_signed32_write(toy, .value = -0x7fffffff - 1);
    toy_shares_update(toy, .share = n, .depth = n);
    toy_shares_write(toy, .share = 100, .times = 1);
    enum toy_caps caps = TOY_CAPS_FAST;
    caps |= TOY_CAPS_DEEP;
    caps &= ~TOY_CAPS_FAST;
    toy_ability_write(toy, .use = TOY_CAPS_FAST | TOY_CAPS_DEEP);
    toy_ability_update(toy, .use = caps);
    if (toy_ability_read(toy).has & TOY_CAPS_BOTH)
        toy_ability_update(toy, .use = n ? TOY_CAPS_FAST | TOY_CAPS_WIDE : TOY_CAPS_DEEP);
    toy_phases_write(toy, .phase = TOY_PHASE_START, .state = TOY_STATE_ON);
    if (toy_phases_read(toy).phase == TOY_PHASE_BUSY || toy_phases_read(toy).state == TOY_STATE_ON)
        toy_command_update(toy, .phase = TOY_PHASE_IDLE);
    switch (toy_phases_read(toy).phase) {
    case TOY_PHASE_IDLE: n++; break;
    case TOY_PHASE_BUSY: n--; break;
    case TOY_PHASE_DONE: break;
    }
    n += toy_phase_is_reserved(toy_phases_read(toy).phase);
    toy_base_write(toy, .addr = {0x1000}, .on = true);
    toy_base_update(toy, .addr = {n});
    toy_base_low_write(toy, .addr = toy_base_read(toy).addr);
    toy_base_high_write(toy, .addr = toy_wide_read(toy).addr);
    int64_t milli = toy_sense_temperature_in(toy_sense_read(toy).temperature, 10000);
    int32_t steps = 0;
    n += (unsigned)toy_sense_temperature_from(milli, 10000, &steps) + (unsigned)toy_signed32_value_in(steps, 1);
    if (n)
        toy_ctrl_update(toy, .slu = true);
    else
        toy_ctrl_write(toy, .slu = false);
    for (unsigned k = 0; k < 16; k++)
        toy_table_write(toy, k, k);
    return toy_ctrl_write(toy, .slu = true) + (int)toy_table_read(toy, n) + (int)toy_filter_read(toy, 7).addr;
"""


@pytest.mark.parametrize("level", ("-O0", "-Og", "-O2", "-O3", "-Os"))
@pytest.mark.parametrize("compiler", COMPILERS)
def test_what_can_work_compiles_without_a_warning(toy: Path, compiler: str, level: str) -> None:
    file = toy / "good.c"
    file.write_text(
        '#include "toy.h"\nint good(struct toy *toy, unsigned n, size_t i);\n'
        f"int good(struct toy *toy, unsigned n, size_t i)\n{{{GOOD}}}\n"
    )
    result = run(command(compiler, level, "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror", "-S", "-o", "/dev/null", file, folder=toy))
    assert result.returncode == 0, result.stderr
