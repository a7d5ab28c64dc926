# SPDX-License-Identifier: MIT
"""Variants, revisions and errata: one driver meets each of its devices, on `sim` and with QEMU's own variants of one."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from whole import COMPILERS, ROOT, Project

from dddkgen.compile import compile_manifest
from dddkgen.diagnostics import Report
from dddkgen.model import Driver

MANIFEST = """
dddk: 1
driver: kinds
title: A device of several kinds
class: misc
license: MIT
match:
  - {pci: 1234:0001, variant: LITE}
  - {pci: 1234:0002, variant: PRO}
revisions: {A1: 0x01, B0: 0x10, C0: 0x20}
variants:
  LITE: {lacks: [CTRL.BOOST]}
  PRO:  {registers: {CTRL: {at: 0x40}, EXTRA: {at: 0x58, fields: {ON: 0}}}}
errata:
  E1: {title: MODE comes up wrong, variants: PRO, since: B0, until: C0, touches: [CTRL.MODE], workaround: mend_mode}
  E2: {title: nobody was sold it, until: A1, workaround: never}
  E3: {title: STILL forgets, since: C0, workaround: remind, moment: start}
waive: [{code: D0470, reason: the errata sheet lists it}]
regions: {regs: {bar: 0, size: 256}}
enums: {pace: {SLOW: 0, FAST: {value: 1, variants: PRO}}}
registers:
  CTRL:  {at: 0x04, reset: 0, fields: {GO: 0, MODE: 3:2, PACE: {bits: 5:4, enum: pace}, BOOST: 8}}
  STILL: {at: 0x08, reset: 0, fields: {GO: 0, LEVEL: 7:4}}
  FRESH: {at: 0x0c, reset: 0, since: B0, fields: {ON: 0, LEVEL: 7:4}}
state: {mended: u32, reminded: u32}
"""

HANDLERS = """#include "kinds.dddk.h"

int kinds_mend_mode(struct kinds *dev)
{
    dev->state.mended++;
    return kinds_ctrl_update(dev, .mode = 1);
}

int kinds_remind(struct kinds *dev)
{
    dev->state.reminded++;
    return kinds_still_update(dev, .level = 9);
}

int kinds_never(struct kinds *dev)
{
    (void)dev;
    return DDDK_EIO;
}
"""

PROGRAM = """#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "dddk/dump.h"
#include "dddk/test.h"
#include "kinds.dddk.h"
#include "kinds.model.h"
#include "runtime/port/hosted/host.h"

static struct dddk_host *machine;

/* The driver of a device of that kind, in slot `slot`, with revision ID `id` (-1: its own). */
static struct kinds *meet(unsigned as, int id)
{
    static const struct dddk_driver *const drivers[] = {&kinds_driver};

    machine = dddk_test_open(1);
    struct dddk_model *model = dddk_test_add_as(machine, &kinds_model_type, as, 3);
    assert_non_null(model);
    assert_int_equal(dddk_model_as(model), as);
    if (id >= 0) {
        dddk_test_revision(model, (unsigned)id);
    }
    assert_int_equal(dddk_test_probe(machine, drivers, 1), 1);
    struct kinds *dev = DDDK_CONTAINER(dddk_test_device(machine, "kinds.0"), struct kinds, dddk);
    dddk_thread_enter(&dev->dddk);
    return dev;
}

static uint64_t leave(struct kinds *dev)
{
    dddk_thread_leave(&dev->dddk);
    return dddk_test_close(machine);
}

static struct dddk_test_register look(struct kinds *dev, const char *name)
{
    struct dddk_test_register found = {0};

    assert_true(dddk_test_register(dddk_test_model(&dev->dddk), name, 0, &found));
    return found;
}

static unsigned lines;
static char last[200];

static void listen(void *user, const struct dddk_device *dev, enum dddk_log_level level, const char *line)
{
    (void)user;
    (void)dev;
    (void)level;
    if (strstr(line, "revision") != NULL) {
        lines++;
        (void)snprintf(last, sizeof last, "%s", line);
    }
}

static void an_id_without_a_name_is_driven_as_the_revision_below(void **state)
{
    static const struct {
        int id;
        enum kinds_revision revision;
        unsigned lines;
    } cases[] = {
        {0x01, KINDS_REVISION_A1, 0}, {0x10, KINDS_REVISION_B0, 0}, {0x20, KINDS_REVISION_C0, 0},
        {0x00, KINDS_REVISION_A1, 1}, {0x0f, KINDS_REVISION_A1, 1}, {0x11, KINDS_REVISION_B0, 1},
        {0x21, KINDS_REVISION_C0, 1}, {0xff, KINDS_REVISION_C0, 1},
    };

    (void)state;
    dddk_host_log_to(listen, NULL);
    dddk_host_log_level(DDDK_LOG_INFO);
    for (unsigned i = 0; i < DDDK_COUNT(cases); i++) {
        lines = 0;
        struct kinds *dev = meet(KINDS_MODEL_AS_LITE_A1, cases[i].id);
        assert_int_equal(dev->dddk.revision, cases[i].id);
        assert_int_equal(dev->revision, cases[i].revision);
        assert_int_equal(lines, cases[i].lines);
        assert_int_equal(leave(dev), 0);
    }
    assert_non_null(strstr(last, "revision 0xff has no name here: driven as C0"));
    dddk_host_log_level(DDDK_LOG_WARNING);
    dddk_host_log_to(NULL, NULL);
}

static void a_register_that_moves_is_reached_where_it_is(void **state)
{
    (void)state;
    for (unsigned as = KINDS_MODEL_AS_LITE_A1; as <= KINDS_MODEL_AS_PRO_C0; as++) {
        struct kinds *dev = meet(as, -1);
        struct dddk_test_register before = look(dev, "CTRL");
        assert_int_equal(dev->at.ctrl, as >= KINDS_MODEL_AS_PRO_A1 ? 0x40 : 0x04);
        assert_int_equal(kinds_ctrl_write(dev, .mode = 2), 0);
        assert_int_equal(kinds_ctrl_read(dev).mode, 2);
        assert_int_equal(look(dev, "CTRL").writes, before.writes + 1);
        assert_int_equal(look(dev, "CTRL").value, 8);
        assert_int_equal(leave(dev), 0);
    }
}

static void two_kinds_live_side_by_side(void **state)
{
    static const struct dddk_driver *const drivers[] = {&kinds_driver};

    (void)state;
    machine = dddk_test_open(1);
    struct dddk_model *lite = dddk_test_add_as(machine, &kinds_model_type, KINDS_MODEL_AS_LITE_A1, 3);
    struct dddk_model *pro = dddk_test_add_as(machine, &kinds_model_type, KINDS_MODEL_AS_PRO_C0, 5);
    assert_null(dddk_test_add_as(machine, &kinds_model_type, KINDS_MODEL_AS_PRO_C0 + 1, 7));
    assert_int_equal(dddk_test_probe(machine, drivers, 1), 2);
    for (unsigned i = 0; i < 2; i++) {
        struct kinds *dev = DDDK_CONTAINER(dddk_test_device(machine, i ? "kinds.1" : "kinds.0"), struct kinds, dddk);
        struct dddk_test_register found;
        dddk_thread_enter(&dev->dddk);
        assert_int_equal(dev->variant, i ? KINDS_VARIANT_PRO : KINDS_VARIANT_LITE);
        assert_int_equal(kinds_ctrl_update(dev, .go = true), 0);
        dddk_thread_leave(&dev->dddk);
        assert_true(dddk_test_register(i ? pro : lite, "CTRL", 0, &found));
        assert_int_equal(found.value & 1, 1);
    }
    assert_int_equal(dddk_test_close(machine), 0);
}

static void what_the_device_lacks_is_refused_and_not_touched(void **state)
{
    struct kinds *dev = meet(KINDS_MODEL_AS_LITE_A1, -1);
    struct dddk_test_counters before = dddk_test_counters(dddk_test_model(&dev->dddk));

    (void)state;
    (void)dddk_test_refusals(true);
    assert_int_equal(kinds_fresh_write(dev, .on = true), DDDK_ENOTSUP);
    assert_int_equal(kinds_fresh_update(dev, .on = true), DDDK_ENOTSUP);
    assert_int_equal(kinds_fresh_read(dev).level, 0);
    assert_int_equal(kinds_ctrl_update(dev, .boost = true, .go = true), DDDK_ENOTSUP);
    assert_int_equal(kinds_ctrl_write(dev, .pace = KINDS_PACE_FAST), DDDK_ENOTSUP);
    assert_int_equal(dddk_test_refusals(false), 5);
    struct dddk_test_counters after = dddk_test_counters(dddk_test_model(&dev->dddk));
    assert_int_equal(after.reads, before.reads);
    assert_int_equal(after.writes, before.writes);
    /* 0 is as if it was not named: no test of the device is needed around the call. */
    assert_int_equal(kinds_ctrl_update(dev, .boost = kinds_has_ctrl_boost(dev), .go = true), 0);
    assert_int_equal(look(dev, "CTRL").value, 1);
    assert_int_equal(leave(dev), 0);
}

static void a_field_that_the_device_lacks_reads_zero(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        struct kinds *dev = meet(i ? KINDS_MODEL_AS_PRO_A1 : KINDS_MODEL_AS_LITE_A1, -1);
        assert_true(dddk_test_poke(dddk_test_model(&dev->dddk), "CTRL", 0, 0x100));
        assert_int_equal(kinds_ctrl_read(dev).boost, i);
        assert_int_equal(leave(dev), 0);
    }
}

static void the_bits_of_a_lacking_field_are_reserved(void **state)
{
    struct kinds *dev = meet(KINDS_MODEL_AS_LITE_A1, -1);

    (void)state;
    dddk_write32(&dev->regs.mmio, KINDS_CTRL, 0x100);
    assert_int_equal(leave(dev), 1); /* one complaint */
}

static void a_lacking_register_is_not_there(void **state)
{
    struct kinds *dev = meet(KINDS_MODEL_AS_LITE_A1, -1);
    struct dddk_test_register found;

    (void)state;
    assert_int_equal(dddk_read32(&dev->regs.mmio, KINDS_FRESH), 0xffffffff);
    assert_false(dddk_test_register(dddk_test_model(&dev->dddk), "FRESH", 0, &found));
    assert_int_equal(dddk_test_counters(dddk_test_model(&dev->dddk)).complaints, 1);
    assert_int_equal(leave(dev), 1);
}

static void using_what_is_lacking_traps_in_debug_builds(void **state)
{
    int status = 0;
    pid_t child = fork();

    (void)state;
    if (child == 0) {
        struct kinds *dev = meet(KINDS_MODEL_AS_LITE_A1, -1);
        assert_non_null(freopen("/dev/null", "w", stderr));
        (void)kinds_fresh_read(dev);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(status != 0);
}

static void a_workaround_runs_where_its_erratum_is_and_nowhere_else(void **state)
{
    (void)state;
    for (unsigned as = KINDS_MODEL_AS_LITE_A1; as <= KINDS_MODEL_AS_PRO_C0; as++) {
        struct kinds *dev = meet(as, -1);
        unsigned mended = as == KINDS_MODEL_AS_PRO_B0, reminded = as == KINDS_MODEL_AS_LITE_C0 || as == KINDS_MODEL_AS_PRO_C0;
        assert_int_equal(kinds_erratum_e1(dev), mended);
        assert_false(kinds_erratum_e2(dev));
        assert_int_equal(dev->state.mended, mended);
        assert_int_equal(dev->state.reminded, reminded);
        assert_int_equal(kinds_ctrl_read(dev).mode, mended);
        assert_int_equal(kinds_still_read(dev).level, reminded ? 9 : 0);
        dddk_thread_leave(&dev->dddk);
        assert_int_equal(dddk_recover(&dev->dddk), 0);
        dddk_thread_enter(&dev->dddk);
        assert_int_equal(dev->state.mended, 2 * mended);
        assert_int_equal(dev->state.reminded, 2 * reminded);
        assert_int_equal(leave(dev), 0);
    }
}

static char dumped[2000];

static void keep(void *user, const char *text)
{
    (void)user;
    (void)strncat(dumped, text, sizeof dumped - strlen(dumped) - 2);
    (void)strncat(dumped, "\\n", 2);
}

static void dump_and_trace_know_the_device(void **state)
{
    char trace[4000] = "";
    FILE *out = fmemopen(trace, sizeof trace, "w");
    struct kinds *dev = meet(KINDS_MODEL_AS_PRO_A1, -1);

    (void)state;
    assert_int_equal(kinds_ctrl_write(dev, .mode = 3), 0);
    dddk_host_trace(machine, out);
    dumped[0] = 0;
    assert_int_equal(dddk_dump(&dev->dddk, keep, NULL), 0);
    dddk_host_trace(machine, NULL);
    (void)fclose(out);
    assert_non_null(strstr(dumped, "CTRL 0x0000000c PACE=SLOW MODE=0x3"));
    assert_non_null(strstr(dumped, "FRESH not there: this device has none"));
    assert_non_null(strstr(dumped, "EXTRA 0x"));
    assert_non_null(strstr(trace, "CTRL"));
    assert_null(strstr(trace, "FRESH"));
    assert_int_equal(leave(dev), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_id_without_a_name_is_driven_as_the_revision_below),
        cmocka_unit_test(a_register_that_moves_is_reached_where_it_is),
        cmocka_unit_test(two_kinds_live_side_by_side),
        cmocka_unit_test(what_the_device_lacks_is_refused_and_not_touched),
        cmocka_unit_test(a_field_that_the_device_lacks_reads_zero),
        cmocka_unit_test(the_bits_of_a_lacking_field_are_reserved),
        cmocka_unit_test(a_lacking_register_is_not_there),
        cmocka_unit_test(using_what_is_lacking_traps_in_debug_builds),
        cmocka_unit_test(a_workaround_runs_where_its_erratum_is_and_nowhere_else),
        cmocka_unit_test(dump_and_trace_know_the_device),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
"""

TWINS = """#include "kinds.dddk.h"

#define PAIR(type, name, generated, hand)                            \\
    type generated_##name(struct kinds *dev);                        \\
    type hand_##name(struct kinds *dev);                             \\
    type generated_##name(struct kinds *dev) { generated; }          \\
    type hand_##name(struct kinds *dev) { hand; }

#define REGS (&dev->regs.mmio)
PAIR(uint32_t, moved_read, return kinds_ctrl_read(dev).mode, return dddk_read32(REGS, dev->at.ctrl) >> 2 & 3)
PAIR(void, moved_write, (void)kinds_ctrl_write(dev, .mode = 2), dddk_write32(REGS, dev->at.ctrl, 8))
PAIR(void, moved_update, (void)kinds_ctrl_update(dev, .go = true), dddk_write32(REGS, dev->at.ctrl, dddk_read32(REGS, dev->at.ctrl) | 1))
PAIR(uint32_t, still_read, return kinds_still_read(dev).level, return dddk_read32(REGS, 8) >> 4 & 15)
PAIR(void, still_update, (void)kinds_still_update(dev, .go = true), dddk_write32(REGS, 8, dddk_read32(REGS, 8) | 1))
PAIR(bool, has, return kinds_has_fresh(dev), return dev->revision >= KINDS_REVISION_B0)
PAIR(void, guarded_write, if (kinds_has_fresh(dev)) (void)kinds_fresh_write(dev, .on = true), if (dev->revision >= KINDS_REVISION_B0) dddk_write32(REGS, 12, 1))
PAIR(uint32_t, guarded_read, return kinds_has_fresh(dev) ? kinds_fresh_read(dev).level : 0, return dev->revision >= KINDS_REVISION_B0 ? dddk_read32(REGS, 12) >> 4 & 15 : 0)
PAIR(bool, lacking_field, return kinds_ctrl_read(dev).boost, return (dddk_read32(REGS, dev->at.ctrl) >> 8 & 1) && dev->variant == KINDS_VARIANT_PRO)
PAIR(int, erratum_of_nobody, return kinds_erratum_e2(dev) ? kinds_never(dev) : 0, (void)dev; return 0)
"""

NICS = """
dddk: 1
driver: nics
title: Three of Intel's 8254x, of which QEMU has models
class: misc
license: MIT
match:
  - {pci: 8086:100e, variant: 82540EM}
  - {pci: 8086:100c, variant: 82544GC}
  - {pci: 8086:100f, variant: 82545EM}
revisions: {R0: 0x00, R3: 0x03}
variants:
  82540EM: {dma: {address_bits: 32}}
  82544GC: {lacks: [LEDCTL]}
  82545EM: {registers: {SCRATCH: {at: 0x2804}}}
errata:
  E1: {title: its LEDs have no register, variants: 82544GC, touches: [SCRATCH], workaround: mark}
regions: {regs: {bar: 0, size: 128KiB}}
presence: STATUS
registers:
  STATUS: {at: 0x0008, access: ro, volatile: true}
  EERD:
    at: 0x0014
    fields: {START: {bit: 0, access: sc}, DONE: {bit: 4, access: ro, volatile: true}, ADDR: 15:8, DATA: {bits: 31:16, access: ro, volatile: true}}
  LEDCTL: {at: 0x0e00, fields: {MODE0: 3:0, INVERT0: 6}}
  SCRATCH: {at: 0x3804, doc: the upper half of a ring's address}
user:
  word: {in: {address: u8}, out: {value: u16}, doc: a word of the EEPROM}
model: nics_model.c
"""

NICS_HANDLERS = """#include "nics.dddk.h"

int nics_mark(struct nics *dev)
{
    return nics_scratch_write(dev, 0x544);
}

int nics_word(struct nics *dev, uint8_t address, uint16_t *value)
{
    int status = nics_eerd_write(dev, .start = true, .addr = address);

    if (status == 0) {
        status = dddk_poll(dev, nics_eerd_read(dev).done, DDDK_MSEC(10));
    }
    *value = (uint16_t)nics_eerd_read(dev).data;
    return status;
}
"""

NICS_MODEL = """#include "nics.model.h"

struct nics_model {
    struct dddk_model base;
};

/* The EEPROM holds the device ID in its words 11 and 13, as QEMU's does. */
static void written(struct nics_model *nics, uint32_t value)
{
    static const uint32_t ids[] = {
        [NICS_MODEL_AS_82540EM_R0] = 0x100e, [NICS_MODEL_AS_82540EM_R3] = 0x100e, [NICS_MODEL_AS_82544GC_R0] = 0x100c,
        [NICS_MODEL_AS_82544GC_R3] = 0x100c, [NICS_MODEL_AS_82545EM_R0] = 0x100f, [NICS_MODEL_AS_82545EM_R3] = 0x100f,
    };

    nics_model_set_eerd(nics, (value & 0xff00) | 0x10 | ids[dddk_model_as(nics_model_base(nics))] << 16);
}

const struct nics_model_hooks nics_model_hooks = {.size_bytes = sizeof(struct nics_model), .on_write_eerd = written};
"""

NICS_PROGRAM = """#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "dddk/test.h"
#include "nics.dddk.h"
#include "nics.model.h"
#include "runtime/port/hosted/host.h"
#include "runtime/port/qemu/qemu.h"

static struct dddk_host *on_sim(void)
{
    static const unsigned kinds[] = {NICS_MODEL_AS_82540EM_R3, NICS_MODEL_AS_82544GC_R3, NICS_MODEL_AS_82545EM_R3};
    struct dddk_host *host = dddk_test_open(1);

    for (unsigned i = 0; i < 3; i++) {
        assert_non_null(dddk_test_add_as(host, &nics_model_type, kinds[i], 4 + i));
    }
    return host;
}

static struct dddk_host *on_qemu(void)
{
    static const char *const devices[] = {"e1000,addr=4,netdev=a", "e1000-82544gc,addr=5,netdev=b", "e1000-82545em,addr=6,netdev=c"};
    static const char *const netdevs[] = {"a", "b", "c"};
    static char why[512];
    const struct dddk_qemu_options options = {
        .devices = devices, .device_count = 3, .netdevs = netdevs, .netdev_count = 3, .why = why, .why_bytes = sizeof why};
    struct dddk_host *host = dddk_qemu_open(&options);

    if (host == NULL) {
        fail_msg("%s", why);
    }
    return host;
}

static void meets_three(struct dddk_host *host)
{
    static const uint16_t ids[] = {0x100e, 0x100c, 0x100f};
    DDDK_REGISTRY_STORAGE(storage, 1, 4, 3);
    struct dddk_registry registry;

    assert_int_equal(dddk_registry_init(&registry, &storage), 0);
    assert_int_equal(dddk_registry_add_driver(&registry, &nics_driver), 0);
    assert_int_equal(dddk_host_probe(host, &registry), 3);
    for (unsigned i = 0; i < 3; i++) {
        static const char *const names[] = {"nics.0", "nics.1", "nics.2"};
        struct nics *nic = DDDK_CONTAINER(dddk_host_find(host, names[i]), struct nics, dddk);
        uint16_t word = 0;

        assert_int_equal(nic->variant, (enum nics_variant)i);
        assert_int_equal(nic->revision, NICS_REVISION_R3);
        assert_int_equal(nics_call_word(nic, 13, &word), 0);
        assert_int_equal(word, ids[i]); /* the device says itself which it is */

        dddk_thread_enter(&nic->dddk);
        assert_int_equal(nics_has_ledctl(nic), nic->variant != NICS_VARIANT_82544GC);
        if (nics_has_ledctl(nic)) {
            assert_int_equal(nics_ledctl_update(nic, .mode0 = 6, .invert0 = true), 0);
            assert_int_equal(nics_ledctl_read(nic).mode0, 6);
        }
        assert_int_equal(nics_scratch_read(nic), nics_erratum_e1(nic) ? 0x544 : 0);
        assert_int_equal(nics_scratch_write(nic, 0x1000 + i), 0);
        assert_int_equal(dddk_read32(&nic->regs.mmio, nic->variant == NICS_VARIANT_82545EM ? 0x2804 : 0x3804), 0x1000 + i);
        dddk_thread_leave(&nic->dddk);
        assert_int_equal(dddk_host_remove(host, &nic->dddk), 0);
    }
}

static void the_driver_meets_three_variants_on_sim(void **state)
{
    struct dddk_host *host = on_sim();

    (void)state;
    meets_three(host);
    assert_int_equal(dddk_test_close(host), 0);
}

static void the_driver_meets_three_variants_of_qemu(void **state)
{
    struct dddk_host *host = on_qemu();

    (void)state;
    meets_three(host);
    dddk_host_close(host);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_driver_meets_three_variants_on_sim),
        cmocka_unit_test(the_driver_meets_three_variants_of_qemu),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
"""


def instructions(text: str) -> dict[str, int]:
    """How many instructions each function has, by objdump."""
    found: dict[str, int] = {}
    for name, body in re.findall(r"^[0-9a-f]+ <(\w+)>:\n((?:\s+[0-9a-f]+:.*\n?)*)", text, re.MULTILINE):
        lines = [line.split("\t")[-1].split()[0] for line in body.splitlines() if "\t" in line]
        while lines and (lines[-1].startswith("nop") or lines[-1] in ("xchg", "data16", "cs")):
            lines.pop()
        found[name] = len(lines)
    return found


@pytest.fixture
def kinds(tmp_path: Path) -> Project:
    return Project(tmp_path, "kinds", MANIFEST, {"kinds.c": HANDLERS, "test_program.c": PROGRAM})


@pytest.mark.parametrize("compiler", COMPILERS)
def test_one_driver_meets_each_of_its_devices(kinds: Project, compiler: str) -> None:
    assert kinds.run(compiler, "test_program.c") == 10


def test_one_driver_meets_the_variants_that_qemu_has(tmp_path: Path) -> None:
    """The same object file, with the simulated devices and with QEMU's own."""
    files = {"nics.c": NICS_HANDLERS, "nics_model.c": NICS_MODEL, "test_program.c": NICS_PROGRAM}
    assert Project(tmp_path, "nics", NICS, files).run("gcc", "test_program.c") == 2


@pytest.mark.parametrize("compiler", COMPILERS)
def test_it_costs_what_a_person_would_pay(kinds: Project, compiler: str) -> None:
    """A load for a register that moves, a load and a comparison for who it is; nothing for everything else."""
    out = kinds.generate()
    source, made = kinds.folder / "twins.c", kinds.folder / "twins.o"
    source.write_text(TWINS, encoding="utf-8")
    command = [compiler, "-std=gnu11", "-O2", "-c", f"-I{ROOT}", f"-I{ROOT}/runtime/port/direct", f"-I{out}", str(source), "-o", str(made)]
    subprocess.run(command, check=True, timeout=60)
    shown = subprocess.run(["objdump", "-d", "--no-show-raw-insn", str(made)], check=True, capture_output=True, text=True, timeout=60).stdout
    counts = instructions(shown)
    pairs = {name.removeprefix("hand_"): count for name, count in counts.items() if name.startswith("hand_")}
    assert len(pairs) == 10 and all(count > 1 for count in pairs.values())
    worse = {name: (counts[f"generated_{name}"], count) for name, count in pairs.items() if counts[f"generated_{name}"] > count}
    assert worse == {}, shown


def checked(path: Path) -> tuple[Driver | None, Report]:
    report = Report()
    return compile_manifest(str(path), report), report


def test_a_manifest_can_extend_the_variants_of_another(tmp_path: Path) -> None:
    """What both say is joined key by key, and a mistake is shown in the file that it stands in."""
    (tmp_path / "base.yaml").write_text(MANIFEST, encoding="utf-8")
    path = tmp_path / "more.yaml"
    text = """dddk: 1
extends: base.yaml
driver: more
match: [{pci: 1234:0001, variant: LITE}, {pci: 1234:0002, variant: PRO}, {pci: 1234:0003, variant: MAX}]
variants:
  LITE: {lacks: [CTRL.BOOST, STILL]}
  PRO: {registers: {CTRL: {at: 0x44}, EXTRA: ~}}
  MAX: {registers: {CTRL: {at: 0x80}}}
errata: {E2: ~}
waive: ~
"""
    path.write_text(text, encoding="utf-8")
    driver, report = checked(path)
    assert driver is not None, [diagnostic.message for diagnostic in report.sorted()]
    found = {device.name: {register.name: register.offset for register in device.registers if register is not None} for device in driver.devices}
    assert found["LITE B0"] == {"CTRL": 0x04, "FRESH": 0x0C}
    assert found["PRO A1"] == {"CTRL": 0x44, "STILL": 0x08}
    assert found["MAX C0"] == {"CTRL": 0x80, "STILL": 0x08, "FRESH": 0x0C}
    assert [erratum.name for erratum in driver.errata] == ["E1", "E3"]
    control = next(register for register in driver.devices[-1].registers if register is not None and register.name == "CTRL")
    assert Path(control.origin.file).name == "base.yaml"

    path.write_text(text.replace("at: 0x80", "at: 0x102"), encoding="utf-8")
    _, report = checked(path)
    wrong = [diagnostic for diagnostic in report.sorted() if diagnostic.code == "D0202"]
    assert wrong and wrong[0].primary is not None and Path(wrong[0].primary.span.file).name == "more.yaml"


def test_what_differs_is_seen_by_every_check(tmp_path: Path) -> None:
    """A register that moves onto another one, out of its region, or gets a reset value that is too wide."""
    path = tmp_path / "kinds.yaml"
    for old, new, code in (
        ("CTRL: {at: 0x40}", "CTRL: {at: 0x08}", "D0204"),
        ("CTRL: {at: 0x40}", "CTRL: {at: 0x100}", "D0201"),
        ("CTRL: {at: 0x40}", "CTRL: {fields: {MODE: {reset: 4}}}", "D0212"),
        ("EXTRA: {at: 0x58, fields: {ON: 0}}", "EXTRA: {at: 0x58, fields: {ON: 32}}", "D0211"),
        ("STILL: {at: 0x08,", "STILL: {at: 0x0c,", "D0204"),
    ):
        assert old in MANIFEST
        path.write_text(MANIFEST.replace(old, new), encoding="utf-8")
        _, report = checked(path)
        assert code in {diagnostic.code for diagnostic in report.sorted()}, (new, [d.message for d in report.sorted()])
    # Two registers at one place, on different devices, are none of these.
    path.write_text(MANIFEST.replace("since: B0, fields: {ON: 0, L", "since: B0, fields: {ON: 0, L").replace("STILL: {at: 0x08,", "OLDER: {at: 0x0c, until: B0}\n  STILL: {at: 0x08,"), encoding="utf-8")
    driver, report = checked(path)
    assert driver is not None, [diagnostic.message for diagnostic in report.sorted()]
