# SPDX-License-Identifier: MIT
"""Rings whose entries come back in every way that runs: both sides are generated from one manifest and run against each other.

The generated tests send and receive several times around the ring, over the wrap of its free-running indices, with frames of
one piece and of several, and let the device stand still, come back and write nonsense.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from whole import Project

MANIFEST = """\
dddk: 1
driver: ringed
title: A network device whose rings can be anything
class: net
license: MIT
match: [{pci: 1234:0001}]
dma: {address_bits: 64}
regions: {regs: {bar: 0, size: 4KiB}}
registers:
  CTRL:  {at: 0x00, fields: {RX: 0, TX: 1, SIZE: 7:4}}
  CAUSE: {at: 0x04, access: rc, reset: 0, fields: {RECEIVED: 0, SENT: 1}}
  MASK:  {at: 0x08, reset: 0, fields: {RECEIVED: 0, SENT: 1}}
  RXB:   {at: 0x10, width: 64}
  RXN:   {at: 0x18, width: 16}
  RXT:   {at: 0x1c, width: 16}
  RXI:   {at: 0x20, width: 16, access: ro, volatile: true}
  RXW:   {at: 0x28, width: 64}
  TXB:   {at: 0x30, width: 64}
  TXN:   {at: 0x38, width: 16}
  TXT:   {at: 0x3c, width: 16}
  TXI:   {at: 0x40, access: ro, volatile: true}
  TXWL:  0x48
  TXWH:  0x4c
  BELL:  {at: 0x50, reset: 0, fields: {RX: {bit: 0, access: sc}, TX: 7:4}}
presence: CTRL
descriptors:
  rx_desc:
    layout: {addr: u64, length: u16, flags: u16, rest: u32}
    fields: {flags: {LAST: 1, BAD: 5}, rest: {DONE: 31}}
    order: ORDER
  tx_desc:
    layout: {addr: u64, length: u16, flags: u16, rest: u32}
    fields: {flags: {DONE: 0, LAST: 1, TELL: 2}}
    order: ORDER
rings:
  rx:
    direction: from_device
    entry:   {layout: rx_desc, count: {default: 64, max: 256, multiple: 8}}
    attach:  [RXB: base, RX_SIZE, RXT: tail]
    enable:  CTRL.RX
    spare:   1
    give:    {by: index, to: RXT, RX_GIVE}
    take:    RX_TAKE
    payload: {address: addr, length: length, size: 1024}
    frame:   {last: flags.LAST, bad: flags.BAD}
  tx:
    direction: to_device
    entry:   {layout: tx_desc, count: {default: 64, max: 256, multiple: 8}}
    attach:  [TXB: base, TX_SIZE, TXT: tail]
    enable:  CTRL.TX
    spare:   1
    give:    {by: index, to: TXT, TX_GIVE}
    take:    TX_TAKE
    payload: {address: addr, length: length, max: 4096}
    frame:   {last: [flags.LAST]}
interrupts:
  main:
    cause: CAUSE
    mask: {register: MASK}
    on:
      RECEIVED: {service: rx, raised_by: rx, enable: MASK.RECEIVED}
      SENT:     {service: tx, raised_by: tx, enable: MASK.SENT}
handlers: [identify]
"""
HANDLERS = """\
#include "ringed.dddk.h"

int ringed_identify(struct ringed *dev)
{
    static const struct dddk_mac mac = {{2, 0, 0, 0, 0, 1}};

    return dddk_net_set_mac(dev, mac);
}
"""
#: Byte order, how the sizes are told, how entries come back, how they are given. More ways are in tests/generator/whole/plenty_*.yaml.
FORMS: dict[str, tuple[str, tuple[str, str], tuple[str, str], tuple[str, str]]] = {
    "an index in a register, a bit that becomes 0": (
        "little", ("RXN: count - 1", "TXN: bytes / 16 - 1"), ("{by: index, from: RXI, width: 16}", "{by: bit, field: flags.DONE, ready: 0, on: last}"),
        ("width: 16, once: poll, doorbell: {to: BELL.RX, value: 1}", "doorbell: {to: BELL.TX, value: 9}"),
    ),
    "an index in memory, a lap": (
        "big", ("CTRL.SIZE: log2(count), RXW: taken", "TXN: log2(bytes / 64)"), ("{by: index, from: memory, width: 32}", "{by: lap, field: flags.DONE, starts: 0}"), ("once: batch", "width: 16"),
    ),
}


def manifest(sizes: tuple[str, str], takes: tuple[str, str], gives: tuple[str, str] = ("once: batch", "once: batch")) -> str:
    text = MANIFEST
    for name, value in zip(("RX_SIZE", "TX_SIZE", "RX_TAKE", "TX_TAKE", "RX_GIVE", "TX_GIVE"), (*sizes, *takes, *gives)):
        text = text.replace(name, value)
    return text


def project(folder: Path, form: str) -> Project:
    order, *ways = FORMS[form]
    return Project(folder, "ringed", manifest(*ways).replace("ORDER", order), {"ringed.c": HANDLERS})


@pytest.mark.parametrize(("form", "compiler"), [(form, ("gcc", "clang")[number % 2]) for number, form in enumerate(FORMS)])
def test_both_sides_agree(tmp_path: Path, form: str, compiler: str) -> None:
    assert project(tmp_path, form).run(compiler) > 20


KINDS = """\
    layout: {address: u64, command: u32, rest: u32}
    fields: {command: {KIND: 23:20, EXTENDED: 29}}
    order: ORDER
    chosen_by: [command.EXTENDED, command.KIND]
    alternatives:
      context: {value: [1, 0], layout: {first: u32, wide: u32, command: u32, REST}, fields: {command: {REPORT: 27, BYTES: 19:0}, flags: {DONE: 0}}}
      data:    {value: [1, 1], layout: {addr: u64, command: u32, REST}, fields: {command: {LENGTH: 19:0, LAST: 24, REPORT: 27}, flags: {DONE: 0}}}
      plain:   {value: 0, layout: {addr: u64, command: u32, REST}, fields: {command: {LENGTH: 15:0, LAST: 24, REPORT: 27}, flags: {DONE: 0}}}
"""
#: What is given to the device says where, what comes back how much; of that there are two kinds.
BACK_KINDS = """\
    layout: {head: u64, more: u64}
    fields: {more: {DONE: 0, KIND: 3:1}}
    order: ORDER
    chosen_by: more.KIND
    alternatives:
      given: {value: 0, layout: {addr: u64, more: u64}, fields: {more: {DONE: 0}}}
      plain: {value: 1, layout: {hash: u64, more: u64}, fields: {more: {DONE: 0, LENGTH: 31:16, LAST: 4, BAD: 5}}}
      split: {value: 5, layout: {first: u32, second: u32, more: u64}, fields: {more: {DONE: 0, LENGTH: 31:16, LAST: 4, BAD: 5, EXTRA: 63:48}}}
"""
START = """
/* Two entries without payload go ahead of all frames, one of them reports. */
int ringed_start(struct ringed *dev)
{
    int status = ringed_tx_post_context(dev, .mss = 1460, .command_bytes = 3000);

    return status != 0 ? status : ringed_tx_post_context(dev, .mss = 9, .command_report = true);
}
"""
TEST = r"""
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "dddk/test.h"
#include "ringed.dddk.h"
#include "ringed.model.h"
#include "runtime/port/hosted/host.h"

static unsigned sent;

static void listen(void *user, const void *frame, size_t length_bytes)
{
    (void)user;
    (void)frame;
    sent += length_bytes == 100;
}

static struct dddk_model *model;

static struct ringed *open_bench(struct dddk_host **machine)
{
    static const struct dddk_driver *const drivers[] = {&ringed_driver};

    *machine = dddk_test_open(1);
    model = dddk_test_add(*machine, &ringed_model_type, 4);
    assert_int_equal(dddk_test_probe(*machine, drivers, 1), 1);
    dddk_test_listen(model, listen, NULL);
    struct dddk_device *dev = dddk_test_device(*machine, "ringed.0");
    assert_int_equal(dddk_host_net_open(dev, NULL, NULL), 0);
    sent = 0;
    return DDDK_CONTAINER(dev, struct ringed, dddk);
}

static void entries_of_every_kind_are_taken_and_come_back(void **state)
{
    struct dddk_host *machine;
    struct ringed *dev = open_bench(&machine);
    uint8_t frame[100] = {2};
    (void)state;

    assert_int_equal(dddk_test_idle(machine, DDDK_MSEC(1)), 0);
    assert_int_equal(dddk_test_counters(model).entries_without_payload, 2);
    assert_int_equal(ringed_rxi_read(dev), (1460 >> 8) + (1460 & 0xff) + 9); /* the model was shown both */
    assert_int_equal(dddk_ring_used(&dev->tx), 0); /* the second asked for a report, and so both are back */
    for (unsigned i = 0; i < 200; i++) {
        assert_int_equal(dddk_host_net_send(&dev->dddk, frame, sizeof(frame), false), 0);
        assert_int_equal(dddk_test_idle(machine, DDDK_MSEC(1)), 0);
    }
    assert_int_equal(sent, 200);
    assert_int_equal(ringed_tx_desc_kind((const struct ringed_tx_desc *)dev->tx.entries + 2), RINGED_TX_DESC_KIND_DATA);
    assert_true(dddk_ring_is_empty(&dev->tx));
    assert_int_equal(dddk_test_counters(model).entries_without_payload, 2);
    assert_int_equal(ringed_tx_post_context(dev, .mss = 1), DDDK_ESTATE);
    assert_int_equal(dddk_test_close(machine), 0);
}

static void the_device_takes_both_kinds_with_payload_and_complains_of_others(void **state)
{
    struct dddk_host *machine;
    struct ringed *dev = open_bench(&machine);
    struct ringed_tx_desc *entries = dev->tx.entries;
    uint64_t payload = dev->rx.memory.device.value; /* anything that the device may read */
    (void)state;

    assert_int_equal(dddk_test_idle(machine, DDDK_MSEC(1)), 0);
    assert_int_equal(ringed_tx_desc_put_plain(&entries[2], .addr = payload, .command_length = 60), 0);
    assert_int_equal(ringed_tx_desc_put_data(&entries[3], .addr = payload, .command_length = 40, .command_last = true, .command_report = true), 0);
    entries[4] = entries[3];
    entries[4].command.raw |= TO32(7u << 20);
    ringed_txt_write(dev, 5);
    assert_int_equal(dddk_test_idle(machine, DDDK_MSEC(1)), 0);
    assert_int_equal(sent, 1); /* 60 and 40 bytes, one frame */
    assert_int_equal(dddk_test_counters(model).complaints, 1);
    assert_int_equal(dddk_test_counters(model).entries_without_payload, 3);
    (void)dddk_test_close(machine);
}

static void what_comes_back_as_no_kind_is_not_delivered(void **state)
{
    struct dddk_host *machine;
    struct ringed *dev = open_bench(&machine);
    struct ringed_rx_desc *entries = dev->rx.entries;
    (void)state;

    assert_int_equal(dddk_test_idle(machine, DDDK_MSEC(1)), 0);
    assert_int_equal(ringed_rx_desc_kind(&entries[0]), RINGED_RX_DESC_KIND_GIVEN);
    entries[0].more.raw = TO64(60u << 16 | 1u << 4 | 2u << 1 | DONE);
    dddk_test_raise(model, 0, RINGED_MODEL_MAIN_RECEIVED);
    assert_int_equal(dddk_test_idle(machine, DDDK_MSEC(1)), 0);
    assert_int_equal(dev->dddk.counters.protocol_errors, 1);
    assert_int_equal(dev->net.counters.rx_errors, 1);
    assert_int_equal(dev->net.counters.rx_frames, 0);
    assert_int_equal(dddk_ring_used(&dev->rx), RINGED_RX_COUNT - 1); /* its buffer is given again */
    (void)dddk_test_close(machine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_comes_back_as_no_kind_is_not_delivered),
        cmocka_unit_test(entries_of_every_kind_are_taken_and_come_back),
        cmocka_unit_test(the_device_takes_both_kinds_with_payload_and_complains_of_others),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
"""


MODEL = """
#include "ringed.model.h"

struct ringed_model {
    struct dddk_model base;
    unsigned sum;
};

/* mss is in bytes 12 and 13, in either order: their sum is shown. */
static void note(struct ringed_model *model, const uint8_t *entry)
{
    model->sum += (unsigned)entry[12] + entry[13];
    ringed_model_set_rxi(model, model->sum);
}

const struct ringed_model_hooks ringed_model_hooks = {
    .size_bytes = sizeof(struct ringed_model),
    .on_tx_context = note,
};
"""


def kinds(folder: Path, order: str) -> Project:
    """To the device two alternatives with payload and one without, of which the driver posts two before it sends; from it two of
    another form than is given."""
    made = project(folder, "an index in memory, a lap")
    text = manifest(("RXN: count", "TXN: count"), WAYS[order])
    text = text[: text.index("  rx_desc:\n")] + f"  rx_desc:\n{BACK_KINDS}  tx_desc:\n{KINDS}" + text[text.index("rings:\n") :]
    text = text.replace("{address: addr, length: length, size: 1024}", "{in: [given, plain, split], address: addr, length: more.LENGTH, size: 1024}")
    text = text.replace("{last: flags.LAST, bad: flags.BAD}", "{last: more.LAST, bad: more.BAD}")
    text = text.replace("{address: addr, length: length, max: 4096}", "{in: [data, plain], address: addr, length: command.LENGTH, max: 4096}")
    text = text.replace("{last: [flags.LAST]}", "{last: [command.LAST, command.REPORT]}").replace("[identify]", "[identify, start]")
    text += "model: ringed_model.c\n"
    made.manifest = text.replace("ORDER", order).replace("REST", "mss: u16, flags: u16")
    made.files = {
        "ringed.c": HANDLERS + START,
        "ringed_model.c": MODEL,
        "test_kinds.c": f"#define TO32(value) dddk_to_{order[0]}e32(value).raw\n#define TO64(value) dddk_to_{order[0]}e64(value).raw\n#define DONE {int(order == 'little')}u\n{TEST}",
    }
    return made


#: How entries of several kinds come back: by a bit that becomes 1 or 0, and by one that is another one on each lap.
WAYS = {
    "little": ("{by: bit, field: more.DONE}", "{by: lap, field: flags.DONE}"),
    "big": ("{by: lap, field: more.DONE, starts: 0}", "{by: bit, field: flags.DONE, ready: 0, on: last}"),
}


@pytest.mark.parametrize(("order", "compiler"), [("little", "gcc"), ("big", "clang")])
def test_a_ring_takes_entries_of_several_kinds(tmp_path: Path, order: str, compiler: str) -> None:
    made = kinds(tmp_path, order)
    assert made.run(compiler, "test_kinds.c") == 3


def test_its_c_is_formatted(tmp_path: Path) -> None:
    assert kinds(tmp_path, "little").badly_formatted() == []


BACK = r"""
/* What the device says when it is asked how far it is. */
static void say(struct ringed *dev, uint32_t receive)
{
    *(dddk_be32 *)dev->rx.taken.cpu = dddk_to_be32(receive);
    dddk_test_raise(model, 0, RINGED_MODEL_MAIN_RECEIVED);
}

static void an_index_of_what_was_not_given_is_counted_and_moves_nothing(void **state)
{
    static const uint32_t wrong[] = {RINGED_RX_COUNT - 1 + 1, 0xffffffffu, 0x80000000u, RINGED_RX_COUNT + 3};
    struct dddk_host *machine;
    struct ringed *dev = open_bench(&machine);
    uint8_t frame[100] = {2};
    (void)state;

    assert_int_equal(dddk_test_idle(machine, DDDK_MSEC(1)), 0);
    for (unsigned i = 0; i < DDDK_COUNT(wrong); i++) {
        uint64_t before = dev->dddk.counters.protocol_errors;

        say(dev, wrong[i]);
        assert_int_equal(dddk_test_idle(machine, DDDK_MSEC(1)), 0);
        assert_true(dev->dddk.counters.protocol_errors > before);
        assert_int_equal(dddk_ring_used(&dev->rx), RINGED_RX_COUNT - 1);
        assert_int_equal(dev->net.counters.rx_frames, 0);
    }
    say(dev, 0);
    assert_int_equal(dddk_host_net_send(&dev->dddk, frame, sizeof(frame), false), 0);
    assert_int_equal(dddk_test_send(model, frame, sizeof(frame)), 0);
    assert_int_equal(dddk_test_idle(machine, DDDK_MSEC(1)), 0);
    assert_int_equal(sent, 1);
    assert_int_equal(dev->net.counters.rx_frames, 1);
    assert_int_equal(dddk_test_close(machine), 0);
}

static void laps_are_counted_from_where_the_indices_began(void **state)
{
    static const uint32_t begins[] = {RINGED_TX_COUNT, 0u - RINGED_TX_COUNT, 0u - 3u * RINGED_TX_COUNT, 0};
    uint8_t frame[100] = {2};
    (void)state;

    for (unsigned i = 0; i < DDDK_COUNT(begins); i++) {
        struct dddk_host *machine;

        dddk_ring_first_index = begins[i];
        struct ringed *dev = open_bench(&machine);
        for (unsigned k = 0; k < 3 * RINGED_TX_COUNT; k++) {
            assert_int_equal(dddk_host_net_send(&dev->dddk, frame, sizeof(frame), false), 0);
            assert_int_equal(dddk_test_send(model, frame, sizeof(frame)), 0);
            dddk_test_run(machine, DDDK_USEC(5));
        }
        assert_int_equal(dddk_test_idle(machine, DDDK_MSEC(1)), 0);
        assert_int_equal(sent, 3 * RINGED_TX_COUNT);
        assert_int_equal(dev->net.counters.rx_frames, 3 * RINGED_TX_COUNT);
        assert_true(dddk_ring_is_empty(&dev->tx));
        assert_int_equal(dddk_test_close(machine), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_index_of_what_was_not_given_is_counted_and_moves_nothing),
        cmocka_unit_test(laps_are_counted_from_where_the_indices_began),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
"""


def test_an_index_is_not_believed_and_laps_are_counted_from_the_first(tmp_path: Path) -> None:
    made = project(tmp_path, "an index in memory, a lap")
    made.files["test_back.c"] = TEST[: TEST.index("static void entries_of_every")] + BACK
    assert made.run("gcc", "test_back.c") == 2


WHOLE = Path(__file__).parents[1] / "generator/whole"
OWNED = r"""
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "dddk/test.h"
#include "owned.dddk.h"
#include "owned.model.h"
#include "runtime/port/hosted/host.h"

static unsigned sent, came;
static struct dddk_model *model;

static void listen(void *user, const void *frame, size_t length_bytes)
{
    (void)user;
    sent += length_bytes == 100 && ((const uint8_t *)frame)[99] == (uint8_t)sent;
}

static void hear(void *user, const void *frame, size_t length_bytes)
{
    (void)user;
    came += length_bytes == 100 && ((const uint8_t *)frame)[99] == (uint8_t)came;
}

static struct owned *open_bench(struct dddk_host **machine)
{
    static const struct dddk_driver *const drivers[] = {&owned_driver};

    *machine = dddk_test_open(1);
    model = dddk_test_add(*machine, &owned_model_type, 4);
    assert_int_equal(dddk_test_probe(*machine, drivers, 1), 1);
    dddk_test_listen(model, listen, NULL);
    struct dddk_device *dev = dddk_test_device(*machine, "owned.0");
    assert_int_equal(dddk_host_net_open(dev, hear, NULL), 0);
    assert_int_equal(dddk_test_idle(*machine, DDDK_MSEC(1)), 0);
    sent = came = 0;
    return DDDK_CONTAINER(dev, struct owned, dddk);
}

static void frames_go_both_ways_around_the_ring_again_and_again(void **state)
{
    uint8_t frame[100] = {2};
    struct dddk_host *machine;
    struct owned *dev = open_bench(&machine);
    (void)state;

    for (unsigned i = 0; i < 5 * OWNED_TX_COUNT; i++) {
        frame[99] = (uint8_t)i;
        assert_int_equal(dddk_host_net_send(&dev->dddk, frame, sizeof(frame), i % 7 != 6), 0);
        assert_int_equal(dddk_test_send(model, frame, sizeof(frame)), 0);
        if (i % 7 == 6) {
            assert_int_equal(dddk_ring_used(&dev->tx), 7); /* in flight */
            assert_int_equal(dddk_test_idle(machine, DDDK_MSEC(1)), 0);
        }
    }
    (void)dddk_host_net_send(&dev->dddk, frame, 60, false);
    assert_int_equal(dddk_test_idle(machine, DDDK_MSEC(1)), 0);
    assert_int_equal(sent, 5 * OWNED_TX_COUNT);
    assert_int_equal(came, 5 * OWNED_TX_COUNT);
    assert_true(dddk_ring_is_empty(&dev->tx));
    assert_int_equal(dddk_test_counters(model).complaints, 0);
    assert_int_equal(dev->dddk.counters.protocol_errors, 0);
    assert_int_equal(dddk_test_close(machine), 0);
}

static void a_frame_of_several_entries_gives_each_of_them_back(void **state)
{
    static uint8_t frame[5000] = {2};
    struct dddk_host *machine;
    struct owned *dev = open_bench(&machine);
    const struct owned_tx_desc *out = dev->tx.entries;
    unsigned first = 0, last = 0;
    (void)state;

    dev->net.mtu = sizeof(frame);
    for (unsigned i = 0; i < 2 * OWNED_TX_COUNT; i++) {
        assert_int_equal(dddk_host_net_send(&dev->dddk, frame, sizeof(frame), false), 0);
        assert_int_equal(dddk_ring_used(&dev->tx), 3);
        assert_int_equal(dddk_test_send(model, frame, sizeof(frame)), 0);
        assert_int_equal(dddk_test_idle(machine, DDDK_MSEC(1)), 0);
        assert_true(dddk_ring_is_empty(&dev->tx));
    }
    for (unsigned i = 0; i < OWNED_TX_COUNT; i++) {
        uint32_t said = FROM32(out[i].opts1);

        assert_int_equal(said & OWNED_TX_DESC_OPTS1_OWN, DRIVERS);
        first += (said & OWNED_TX_DESC_OPTS1_FS) != 0;
        last += (said & OWNED_TX_DESC_OPTS1_LS) != 0;
    }
    assert_in_range(first, OWNED_TX_COUNT / 3, OWNED_TX_COUNT / 3 + 1);
    assert_in_range(last, OWNED_TX_COUNT / 3, OWNED_TX_COUNT / 3 + 1);
    assert_int_equal(dddk_test_counters(model).frames_sent, 2 * OWNED_TX_COUNT);
    assert_int_equal(dev->net.counters.rx_frames, 2 * OWNED_TX_COUNT);
    assert_int_equal(dddk_test_counters(model).complaints, 0);
    assert_int_equal(dddk_test_close(machine), 0);
}

static void a_full_ring_takes_no_more_until_the_device_gives_back(void **state)
{
    uint8_t frame[100] = {2};
    struct dddk_host *machine;
    struct owned *dev = open_bench(&machine);
    unsigned taken = 0;
    (void)state;

    for (; taken <= OWNED_TX_COUNT; taken++) {
        frame[99] = (uint8_t)taken;
        if (dddk_host_net_send(&dev->dddk, frame, sizeof(frame), true) != 0) {
            break;
        }
    }
    assert_int_equal(taken, OWNED_TX_COUNT); /* no entry stays empty: whose it is says the bit */
    assert_int_equal(dev->tx.full, 1);
    assert_int_equal(dddk_test_idle(machine, DDDK_MSEC(1)), 0); /* and what waited was sent */
    assert_int_equal(sent, OWNED_TX_COUNT);
    frame[99] = (uint8_t)sent;
    assert_int_equal(dddk_host_net_send(&dev->dddk, frame, sizeof(frame), false), 0);
    assert_int_equal(dddk_test_idle(machine, DDDK_MSEC(1)), 0);
    assert_int_equal(sent, OWNED_TX_COUNT + 1);
    assert_int_equal(dddk_test_close(machine), 0);
}

static void only_the_last_entry_is_marked_as_such_and_stays_so(void **state)
{
    uint8_t frame[100] = {2};
    struct dddk_host *machine;
    struct owned *dev = open_bench(&machine);
    const struct owned_rx_desc *in = dev->rx.entries;
    const struct owned_tx_desc *out = dev->tx.entries;
    (void)state;

    for (unsigned i = 0; i < 2 * OWNED_TX_COUNT; i++) {
        assert_int_equal(dddk_host_net_send(&dev->dddk, frame, sizeof(frame), false), 0);
        assert_int_equal(dddk_test_send(model, frame, sizeof(frame)), 0);
        assert_int_equal(dddk_test_idle(machine, DDDK_MSEC(1)), 0);
    }
    for (unsigned i = 0; i < OWNED_TX_COUNT; i++) {
        assert_int_equal((FROM32(in[i].opts1) & OWNED_RX_DESC_OPTS1_EOR) != 0, WRAPS && i == OWNED_RX_COUNT - 1);
        assert_int_equal((FROM32(out[i].opts1) & OWNED_TX_DESC_OPTS1_EOR) != 0, WRAPS && i == OWNED_TX_COUNT - 1);
    }
    assert_int_equal(dddk_test_close(machine), 0);
}

static void lie(struct dddk_host *machine, struct owned *dev, uint32_t length)
{
    struct owned_rx_desc *entries = dev->rx.entries;

    entries[dev->rx.head & dev->rx.mask].opts1 = TO32(OWNED_RX_DESC_OPTS1_LS | length | DRIVERS);
    dddk_test_raise(model, 0, OWNED_MODEL_MAIN_ROK);
    assert_int_equal(dddk_test_idle(machine, DDDK_MSEC(1)), 0);
}

static void a_length_that_no_buffer_has_is_not_delivered(void **state)
{
    struct dddk_host *machine;
    struct owned *dev = open_bench(&machine);
    (void)state;

    lie(machine, dev, OWNED_RX_BUFFER_BYTES + 1);
    assert_int_equal(dev->dddk.counters.protocol_errors, 1);
    lie(machine, dev, 0);
    assert_int_equal(dev->dddk.counters.protocol_errors, 2);
    assert_int_equal(dev->net.counters.rx_frames, 0);
    assert_int_equal(dev->net.counters.rx_errors, 2);
    assert_int_equal(dddk_ring_used(&dev->rx), OWNED_RX_COUNT); /* their buffers are given again */
    (void)dddk_test_close(machine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_go_both_ways_around_the_ring_again_and_again),
        cmocka_unit_test(a_frame_of_several_entries_gives_each_of_them_back),
        cmocka_unit_test(a_full_ring_takes_no_more_until_the_device_gives_back),
        cmocka_unit_test(only_the_last_entry_is_marked_as_such_and_stays_so),
        cmocka_unit_test(a_length_that_no_buffer_has_is_not_delivered),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
"""


def owned(folder: Path, opposite: bool) -> Project:
    """Rings whose entries say whose they are. The opposite: by a bit that is 1 when an entry is the driver's, of devices that are
    told of sizes instead of marks, of received entries instead of those to send, and in the other byte order."""
    text = (WHOLE / "plenty_owned.yaml").read_text(encoding="utf-8")
    if opposite:
        text = text.replace("ready: 0}", "ready: 1}").replace("    wrap:    opts1.EOR\n", "").replace(", doorbell: {to: TPPOLL.NPQ}}", "}").replace(", once: batch", "")
        text = text.replace("give:    {by: bit, field: opts1.OWN}", "give:    {by: bit, field: opts1.OWN, doorbell: {to: TPPOLL.NPQ, value: 1}}", 1)
        text = text.replace("RDSARH: base.high", "RDSARH: base.high, RXN: count - 1").replace("TNPDS: base", "TNPDS: base, TXN: bytes")
        text = text.replace("  RDSARL: 0xe4\n", "  RDSARL: 0xe4\n  RXN: 0xec\n  TXN: 0xf0\n").replace("    layout: {opts1", "    order: big\n    layout: {opts1")
    order = "be" if opposite else "le"
    defines = {"FROM32(raw)": f"dddk_from_{order}32(raw)", "TO32(value)": f"dddk_to_{order}32(value)", "WRAPS": str(int(not opposite)), "DRIVERS": "OWNED_RX_DESC_OPTS1_OWN" if opposite else "0u"}
    test = "".join(f"#define {name} {value}\n" for name, value in defines.items()) + OWNED
    return Project(folder, "owned", text, {"owned.c": (WHOLE / "plenty_owned.c").read_text(encoding="utf-8"), "test_owned.c": test})


@pytest.mark.parametrize(("opposite", "compiler"), [(False, "gcc"), (True, "clang")])
def test_entries_say_whose_they_are(tmp_path: Path, opposite: bool, compiler: str) -> None:
    made = owned(tmp_path, opposite)
    assert made.run(compiler, "test_owned.c") == 5
    if opposite:
        assert made.run(compiler) > 15
