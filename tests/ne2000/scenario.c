/* SPDX-License-Identifier: MIT
 *
 * An NE2000's memory through its data port, on both hosted ports: one driver, words of 16 and 32
 * bits, and what becomes of the last one when it is not full.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ne2000.dddk.h"
#include "ne2000.model.h"

#include "dddk/test.h"
#include "runtime/port/hosted/host.h"
#include "runtime/port/qemu/qemu.h"

#define MEMORY 0x4000u /* where the chip's begins */

DDDK_REGISTRY_STORAGE(of_sim, 1, 1, 1);
DDDK_REGISTRY_STORAGE(of_qemu, 1, 1, 1);

enum port { SIM, QEMU, PORTS };

static struct rig {
    struct dddk_host *host;
    struct dddk_registry registry;
    struct ne2000 *card;
} rigs[PORTS];

static int probe(struct rig *rig, const struct dddk_registry_storage *storage)
{
    if (rig->host == NULL || dddk_registry_init(&rig->registry, storage) != 0 ||
        dddk_registry_add_driver(&rig->registry, &ne2000_driver) != 0 ||
        dddk_host_probe(rig->host, &rig->registry) != 1) {
        return -1;
    }
    rig->card = DDDK_CONTAINER(dddk_host_find(rig->host, "ne2000.0"), struct ne2000, dddk);
    return 0;
}

static int open_both(void **state)
{
    static const char *const devices[] = {"ne2k_pci,addr=4"};
    const struct dddk_qemu_options options = {.devices = devices, .device_count = 1};

    (void)state;
    rigs[SIM].host = dddk_test_open(1);
    rigs[QEMU].host = dddk_qemu_open(&options);
    if (rigs[SIM].host == NULL || dddk_test_add(rigs[SIM].host, &ne2000_model_type, 4) == NULL) {
        return -1;
    }
    return probe(&rigs[SIM], &of_sim) == 0 ? probe(&rigs[QEMU], &of_qemu) : -1;
}

static int close_both(void **state)
{
    (void)state;
    dddk_host_close(rigs[QEMU].host);
    return dddk_test_close(rigs[SIM].host) == 0 ? 0 : -1;
}

/* A claim holds on both ports. */
static void on_both(void (*claim)(struct ne2000 *card))
{
    for (unsigned port = 0; port < PORTS; port++) {
        claim(rigs[port].card);
    }
}

static void come_back(struct ne2000 *card)
{
    uint8_t bytes[199], back[sizeof(bytes) + 1];

    for (unsigned i = 0; i < sizeof(bytes); i++) {
        bytes[i] = (uint8_t)(i * 7 + 1);
    }
    for (size_t size = 1; size <= 9; size++) {
        memset(back, 0xee, sizeof(back));
        assert_int_equal(ne2000_call_poke(card, MEMORY, bytes, size), 0);
        assert_int_equal(ne2000_call_peek(card, MEMORY, back, size), 0);
        assert_memory_equal(back, bytes, size);
        assert_int_equal(back[size], 0xee); /* the rest of the last word went nowhere */
    }
    assert_int_equal(ne2000_call_poke(card, MEMORY, bytes, sizeof(bytes)), 0);
    assert_int_equal(ne2000_call_peek(card, MEMORY, back, sizeof(bytes)), 0);
    assert_memory_equal(back, bytes, sizeof(bytes));
}

static void last_word(struct ne2000 *card)
{
    static const uint8_t full[8] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    static const uint8_t expected[8] = {1, 2, 3, 4, 5, 0, 0xff, 0xff};
    uint8_t back[8];

    assert_int_equal(ne2000_call_poke(card, MEMORY, full, sizeof(full)), 0);
    assert_int_equal(ne2000_call_poke(card, MEMORY, expected, 5), 0);
    assert_int_equal(ne2000_call_peek(card, MEMORY, back, sizeof(back)), 0);
    assert_memory_equal(back, expected, sizeof(back));
}

static void count(struct ne2000 *card)
{
    uint8_t bytes[10] = {0};
    uint64_t in = card->in.counters.words, out = card->out.counters.words;

    assert_int_equal(ne2000_call_poke(card, MEMORY, bytes, 9), 0);
    assert_int_equal(ne2000_call_peek(card, MEMORY, bytes, 10), 0);
    assert_int_equal(card->out.counters.words - out, 5); /* of 2 bytes */
    assert_int_equal(card->in.counters.words - in, 3);   /* of 4 */
}

static void bytes_of_any_number_come_back(void **state)
{
    (void)state;
    on_both(come_back);
}

static void the_last_word_is_filled_up_with_0_and_nothing_behind_it_is_touched(void **state)
{
    (void)state;
    on_both(last_word);
}

static void each_word_is_counted(void **state)
{
    (void)state;
    on_both(count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_of_any_number_come_back),
        cmocka_unit_test(the_last_word_is_filled_up_with_0_and_nothing_behind_it_is_touched),
        cmocka_unit_test(each_word_is_counted),
    };

    return cmocka_run_group_tests_name("ne2000", tests, open_both, close_both);
}
