# SPDX-License-Identifier: MIT
"""Which line of `match:` serves a device, and what handlers find there."""

from __future__ import annotations

import random
import re
import subprocess
from pathlib import Path

from dddkgen.lower.lines import Identity, accepts, winner
from dddkgen.model import DmaLimits, Match, Span
from whole import ROOT, SANITIZE, WARNINGS, Project, library

NOWHERE = Span("", 1, 1, 1, 1)
MASKS = (0, 0xFF0000, 0xFFFF00, 0xFFFFFF)
STRINGS = ("acme,one", "acme,two", "acme,three", "one")

HEAD = """\
#include <stdio.h>
#include "kernel/registry.h"

DDDK_REGISTRY_STORAGE(storage, 1, 16, 1);

struct question { struct dddk_identity identity; const char *strings[3]; unsigned string_count; int line; };
struct table { const struct dddk_match *lines; unsigned line_count; const struct question *questions; unsigned question_count; };

"""
MAIN = """
int main(void)
{
    static struct dddk_registry registry;
    unsigned asked = 0;

    for (unsigned t = 0; t < DDDK_COUNT(tables); t++) {
        struct dddk_driver driver = {.name = "random", .matches = tables[t].lines, .match_count = tables[t].line_count};
        if (dddk_registry_init(&registry, &storage) != 0 || dddk_registry_add_driver(&registry, &driver) != 0) {
            printf("table %u: %s\\n", t, registry.message);
            return 1;
        }
        for (unsigned q = 0; q < tables[t].question_count; q++) {
            const struct question *question = &tables[t].questions[q];
            struct dddk_registry_found found;
            int status = question->string_count != 0
                             ? dddk_registry_lookup_compatible(&registry, question->strings, question->string_count, &found)
                             : dddk_registry_lookup(&registry, &question->identity, &found);
            int line = status == 0 ? (int)(found.match - tables[t].lines) : -1;
            if (line != question->line) {
                printf("table %u, question %u: line %d where %d belongs\\n", t, q, line, question->line);
                return 1;
            }
            asked++;
        }
    }
    printf("%u\\n", asked);
    return 0;
}
"""


def random_line(choose: random.Random) -> Match:
    if choose.random() < 0.2:
        return Match(None, None, None, None, None, 0, None, DmaLimits(), NOWHERE, compatible=choose.choice(STRINGS))
    vendor = choose.choice((None, 1, 2))
    subsystem = choose.choice((None, 3, 4))
    mask = choose.choice(MASKS)
    code = choose.choice((0x020000, 0x020001, 0x028000, 0x030000)) & mask
    device = None if vendor is None else choose.choice((None, 5, 6))
    board = None if subsystem is None else choose.choice((None, 7, 8))
    return Match(vendor, device, subsystem, board, code if mask else None, mask, None, DmaLimits(), NOWHERE)


def asked(match: Match) -> tuple[object, ...]:
    return (match.vendor, match.device, match.subsystem_vendor, match.subsystem_device, match.class_code, match.class_mask, match.compatible)


def line_text(match: Match) -> str:
    if match.compatible is not None:
        return f'{{.compatible = "{match.compatible}"}}'
    ids = ("vendor", "device", "subsystem_vendor", "subsystem_device")
    members = [f".{name} = {'DDDK_PCI_ANY' if getattr(match, name) is None else getattr(match, name)}" for name in ids]
    return "{" + ", ".join([*members, f".class_code = {match.class_code or 0}", f".class_mask = {match.class_mask}"]) + "}"


def question(choose: random.Random, lines: tuple[Match, ...]) -> str:
    """A device, and the line that the order gives it."""
    if choose.random() < 0.3:
        strings = choose.sample(STRINGS, choose.randrange(1, 4))
        found = (match for string in strings for match in lines if match.compatible == string)
        line = next((lines.index(match) for match in found), -1)
        shown = ", ".join(f'"{string}"' for string in strings)
        return f"{{.strings = {{{shown}}}, .string_count = {len(strings)}, .line = {line}}}"
    identity = Identity(*(choose.choice(values) for values in ((1, 2), (5, 6), (3, 4), (7, 8), (0x020000, 0x020001, 0x028000, 0x030000))))
    match = winner(lines, identity)
    assert match is None or accepts(match, identity)
    members = [f".{name} = {getattr(identity, name)}" for name in ("vendor", "device", "subsystem_vendor", "subsystem_device", "class_code")]
    return f"{{.identity = {{{', '.join(members)}}}, .line = {-1 if match is None else lines.index(match)}}}"


def test_the_registry_takes_the_line_that_the_written_order_gives(tmp_path: Path) -> None:
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    choose, text, tables = random.Random(seed), [HEAD], []
    for number in range(60):
        unique = {asked(match): match for match in (random_line(choose) for _ in range(choose.randrange(1, 14)))}
        lines = tuple(unique.values())
        text.append(f"static const struct dddk_match lines_{number}[] = {{{', '.join(map(line_text, lines))}}};\n")
        text.append(f"static const struct question questions_{number}[] = {{{', '.join(question(choose, lines) for _ in range(60))}}};\n")
        tables.append(f"{{lines_{number}, {len(lines)}, questions_{number}, 60}}")
    text.append(f"static const struct table tables[] = {{{', '.join(tables)}}};\n{MAIN}")
    source, program = tmp_path / "lines.c", tmp_path / "lines"
    source.write_text("".join(text))
    command = ["gcc", "-std=gnu11", "-Wall", "-Werror", "-g", "-fsanitize=address,undefined", f"-I{ROOT}", f"-I{ROOT}/runtime/port/hosted", str(source), str(library("gcc")), "-o", str(program)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[:4000]
    done = subprocess.run([str(program)], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, f"seed {seed}: {done.stdout}{done.stderr[-2000:]}"
    assert int(done.stdout) == 3600


MANIFEST = """\
dddk: 1
driver: toy
title: A toy
class: misc
license: MIT
match_data: {queues: u8, slow: bool}
match:
  - {pci: 1234:0001, data: {queues: 2, slow: false}}
  - {pci: 1234:0002, data: {queues: 4, slow: true}}
regions: {regs: {bar: 0, size: 256}}
registers: {CTRL: 0}
"""


def test_a_class_beside_devices_by_their_ids_is_for_the_rest(tmp_path: Path) -> None:
    """As drivers of a standard interface are written; the ID wins, and nobody needs to be told."""
    manifest = tmp_path / "hba.yaml"
    head = "dddk: 1\ndriver: hba\ntitle: An HBA\nclass: misc\nlicense: MIT\nmatch_data: {quirks: u8}\nregions: {regs: {bar: 0, size: 256}}\nregisters: {CAP: {at: 0, access: ro}}\n"
    for last, warned in (("class: 010601", False), ("class: 010601, subsystem: 1af4:*", True)):
        manifest.write_text(f"{head}match: [{{pci: 8086:2922, data: {{quirks: 1}}}}, {{{last}, data: {{quirks: 0}}}}]\n")
        done = subprocess.run([str(ROOT / "generator" / "dddk"), "check", str(manifest)], capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0 and ("D0438" in done.stderr + done.stdout) == warned, done.stderr


def test_a_datum_is_two_loads_away(tmp_path: Path) -> None:
    out = Project(tmp_path, "toy", MANIFEST).generate()
    source = tmp_path / "reader.c"
    source.write_text('#include "toy.dddk.h"\nunsigned queues(const struct toy *dev);\nunsigned queues(const struct toy *dev) { return toy_match(dev)->queues; }\n')
    for compiler in ("gcc", "clang"):
        command = [compiler, "-std=gnu11", "-O2", "-S", "-o", "-", f"-I{ROOT}", f"-I{ROOT}/runtime/port/hosted", f"-I{out}", str(source)]
        listing = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
        body = listing.split("queues:", 1)[1].split(".size", 1)[0]
        loads = re.findall(r"^\tmov\w*\s+[-0-9]*\(", body, re.MULTILINE)
        steps = [line for line in re.findall(r"^\t([a-z]\w*)", body, re.MULTILINE) if not line.startswith("endbr")]
        assert len(loads) <= 3 and len(steps) <= 4, body  # the device's line, its data, the member; and back


def test_generated_tests_notice_data_of_another_line(tmp_path: Path) -> None:
    """What they compare is written into them, and not taken from the driver."""
    out = Project(tmp_path, "toy", MANIFEST).generate()
    driver, program = out / "toy.dddk.c", tmp_path / "program"
    text = driver.read_text()
    assert text.count("&toy_match_values[1]") == 1
    driver.write_text(text.replace("&toy_match_values[1]", "&toy_match_values[0]"))
    command = ["gcc", "-O1", *WARNINGS, *SANITIZE, f"-I{ROOT}", f"-I{ROOT}/runtime/port/hosted", f"-I{out}", "-D_GNU_SOURCE"]
    command += [str(out / "toy.dddk.c"), str(out / "toy.model.c"), str(out / "toy_test.c"), str(library("gcc")), "-lcmocka", "-o", str(program)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[:4000]
    done = subprocess.run([str(program)], capture_output=True, text=True, timeout=60, check=False)
    failed = set(re.findall(r"FAILED  \] ([a-z]\w+)", done.stdout + done.stderr)) - {"toy"}
    assert failed == {"each_line_of_match_serves_its_device"} and done.returncode == 1, done.stdout + done.stderr


TWO_LINES = """\
dddk: 1
driver: toy
title: A toy on a board
class: misc
license: MIT
match: [{compatible: "acme,toy"}, {pci: 1234:0001}]
regions: {regs: {bar: 0, reg: 0, size: 256}}
registers:
  ID:     {at: 0, access: ro, reset: 0x1234}
  CAUSE_L: {at: 4, access: rc, fields: {BELL: 0}}
  CAUSE_R: {at: 8, access: rc, fields: {BELL: 0}}
presence: ID
interrupts:
  left:  {modes: [intx], cause: CAUSE_L, on: {BELL: {call: left_bell}}}
  right: {modes: [intx], cause: CAUSE_R, on: {BELL: {call: right_bell}}}
state: {lefts: u32, rights: u32}
"""
TWO_LINES_C = """\
#include "toy.dddk.h"

void toy_left_bell(struct toy *dev)
{
    dev->state.lefts++;
}

void toy_right_bell(struct toy *dev)
{
    dev->state.rights++;
}
"""
TWO_LINES_TEST = """\
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "toy.dddk.h"
#include "toy.model.h"
#include "dddk/test.h"
#include "runtime/port.h"

static void ring(bool on_pci, uint64_t others_asked)
{
    static struct dddk_model_type type;
    static const struct dddk_driver *const drivers[] = {&toy_driver};
    struct dddk_host *machine = dddk_test_open(1);
    struct dddk_model *model;
    struct toy *toy;

    type = toy_model_type;
    type.compatible = on_pci ? NULL : "acme,toy";
    assert_non_null(machine);
    model = dddk_test_add(machine, &type, 3);
    assert_non_null(model);
    assert_int_equal(dddk_test_probe(machine, drivers, 1), 1);
    toy = DDDK_CONTAINER(dddk_test_device(machine, "toy.0"), struct toy, dddk);
    uint64_t before = toy->vectors[TOY_LEFT].counters.not_mine;
    uint64_t calls = toy->vectors[TOY_RIGHT].counters.interrupts;
    dddk_test_raise(model, TOY_RIGHT, 1);
    assert_int_equal(dddk_test_idle(machine, DDDK_USEC(10)), 0);
    assert_int_equal(toy->state.rights, 1);
    assert_int_equal(toy->state.lefts, 0);
    assert_int_equal(toy->vectors[TOY_RIGHT].counters.interrupts, calls + 1);
    assert_int_equal(toy->vectors[TOY_LEFT].counters.not_mine, before + others_asked);
    dddk_test_raise(model, TOY_LEFT, 1);
    assert_int_equal(dddk_test_idle(machine, DDDK_USEC(10)), 0);
    assert_int_equal(toy->state.lefts, 1);
    assert_int_equal(dddk_test_close(machine), 0);
}

static void each_has_its_own_line_on_the_board(void **state)
{
    (void)state;
    ring(false, 0);
}

static void both_share_one_on_pci(void **state)
{
    (void)state;
    ring(true, 1);
}

/* Nobody is to blame for a line that is up while its handler is told to wait. */
static void a_line_that_is_held_off_is_not_called_stuck(void **state)
{
    static const struct dddk_driver *const drivers[] = {&toy_driver};
    struct dddk_host *machine = dddk_test_open(1);
    struct dddk_model_type type = toy_model_type;
    struct dddk_model *model;

    (void)state;
    type.compatible = "acme,toy";
    model = dddk_test_add(machine, &type, 3);
    assert_int_equal(dddk_test_probe(machine, drivers, 1), 1);
    struct toy *toy = DDDK_CONTAINER(dddk_test_device(machine, "toy.0"), struct toy, dddk);
    dddk_port_vector_mask(&toy->vectors[TOY_RIGHT], true);
    dddk_test_raise(model, TOY_RIGHT, 1);
    dddk_test_raise(model, TOY_LEFT, 1);
    dddk_test_run(machine, DDDK_MSEC(5));
    assert_int_equal(toy->state.lefts, 1);
    assert_int_equal(toy->state.rights, 0);
    assert_int_equal(dddk_test_damage(machine).stuck_lines, 0);
    dddk_port_vector_mask(&toy->vectors[TOY_RIGHT], false);
    assert_int_equal(dddk_test_idle(machine, DDDK_USEC(10)), 0);
    assert_int_equal(toy->state.rights, 1);
    assert_int_equal(dddk_test_close(machine), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_has_its_own_line_on_the_board),
        cmocka_unit_test(both_share_one_on_pci),
        cmocka_unit_test(a_line_that_is_held_off_is_not_called_stuck),
    };

    return cmocka_run_group_tests_name("lines", tests, NULL, NULL);
}
"""


def test_two_interrupts_of_a_board_have_two_lines(tmp_path: Path) -> None:
    files = {"toy.c": TWO_LINES_C, "test_lines.c": TWO_LINES_TEST}
    assert Project(tmp_path, "toy", TWO_LINES, files).run("clang", "test_lines.c") == 3
