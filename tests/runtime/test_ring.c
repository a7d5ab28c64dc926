/* SPDX-License-Identifier: MIT
 *
 * Ring memory, and the words of descriptors.
 */
#include "fake.h"

#include <string.h>

static int setup(void **state)
{
    static const struct dddk_step only = {"only", NULL, NULL, false};
    static const struct dddk_misc_ops ops = {.operation_count = 0};
    static const struct dddk_driver driver = {.name = "toy",
                                              .class_kind = DDDK_CLASS_MISC,
                                              .instance_size = sizeof(struct dddk_device),
                                              .class_ops = &ops,
                                              .attach = {&only, 1}};

    *state = fake_reset(&driver);
    return 0;
}

static void a_new_ring_is_empty_and_zeroed(void **state)
{
    struct dddk_ring ring;

    dddk_ring_first_index = 0xfffffff0u;
    assert_int_equal(dddk_ring_alloc(*state, &ring, 64, 1, 16, 4096), 0);
    assert_true(dddk_ring_is_empty(&ring));
    assert_int_equal(dddk_ring_used(&ring), 0);
    assert_int_equal(dddk_ring_free(&ring), 63);
    assert_int_equal(ring.head, 0xfffffff0u);
    assert_int_equal(ring.limit - ring.tail, 63);
    assert_int_equal(ring.memory.size_bytes, 64 * 16);
    assert_int_equal((uintptr_t)ring.entries % 4096, 0);
    static const uint8_t zeros[64 * 16];
    assert_memory_equal(ring.entries, zeros, sizeof(zeros));
    dddk_ring_free_memory(*state, &ring);
    assert_int_equal(fake.dma_live + fake.memory_live, 0);
    dddk_ring_free_memory(*state, &ring); /* nothing happens */
    assert_int_equal(fake.dma_live + fake.memory_live, 0);
}

static void a_ring_that_cannot_be_is_refused(void **state)
{
    static const struct {
        uint32_t count, spare;
        size_t entry_bytes, align_bytes;
    } wrong[] = {{0, 0, 16, 16},  {3, 1, 16, 16},           {64, 64, 16, 16}, {64, 1, 0, 16},
                 {64, 1, 16, 24}, {0x80000000u, 1, 16, 16}, {64, 1, 16, 0}};
    struct dddk_ring ring;

    for (unsigned i = 0; i < DDDK_COUNT(wrong); i++) {
        assert_int_equal(dddk_ring_alloc(*state, &ring, wrong[i].count, wrong[i].spare,
                                         wrong[i].entry_bytes, wrong[i].align_bytes),
                         DDDK_EINVAL);
        assert_int_equal(fake.dma_live + fake.memory_live, 0);
    }
}

static void a_failed_allocation_leaves_nothing_behind(void **state)
{
    struct dddk_ring ring;

    for (unsigned k = 1; k <= 3; k++) {
        fake.fail_alloc = k;
        assert_int_equal(dddk_ring_alloc(*state, &ring, 64, 1, 16, 16), DDDK_ENOMEM);
        assert_int_equal(fake.dma_live + fake.memory_live, 0);
        assert_null(ring.entries);
    }
    fake.fail_alloc = 4;
    assert_int_equal(dddk_ring_alloc(*state, &ring, 64, 1, 16, 16), 0);
    dddk_ring_free_memory(*state, &ring);
}

static void used_and_free_are_right_across_the_wrap(void **state)
{
    struct dddk_ring ring = {.room = 63, .mask = 63};

    (void)state;
    for (uint32_t k = 0; k < 200; k++) {
        ring.head = 0xffffffffu - 100 + k;
        for (uint32_t used = 0; used <= 63; used++) {
            ring.tail = ring.head + used;
            assert_int_equal(dddk_ring_used(&ring), used);
            assert_int_equal(dddk_ring_free(&ring), 63 - used);
            assert_true(dddk_ring_is_empty(&ring) == (used == 0));
        }
    }
}

static void words_have_the_byte_order_of_their_descriptor(void **state)
{
    static const _Alignas(8) uint8_t bytes[8] = {1, 2, 3, 4, 5, 6, 7, 8};

    (void)state;
    assert_true(dddk_ring_load(bytes, 8, 0, false) == UINT64_C(0x0807060504030201));
    assert_true(dddk_ring_load(bytes, 8, 4, false) == UINT64_C(0x0807060504030201));
    assert_true(dddk_ring_load(bytes, 8, 0, true) == UINT64_C(0x0102030405060708));
    assert_true(dddk_ring_load(bytes, 8, 7, true) == UINT64_C(0x0102030405060708));
    assert_true(dddk_ring_load(bytes + 4, 4, 0, false) == 0x08070605);
    assert_true(dddk_ring_load(bytes + 4, 4, 0, true) == 0x05060708);
    assert_true(dddk_ring_load(bytes + 2, 2, 0, false) == 0x0403);
    assert_true(dddk_ring_load(bytes + 2, 2, 0, true) == 0x0304);
    assert_true(dddk_ring_load(bytes + 7, 1, 0, false) == 8);
}

static void a_word_that_is_stored_is_the_word_that_is_loaded(void **state)
{
    static const unsigned sizes[] = {1, 2, 4, 8};
    const uint64_t value = UINT64_C(0x8182838485868788);

    (void)state;
    for (unsigned i = 0; i < 8; i++) {
        _Alignas(8) uint8_t bytes[24];
        unsigned size = sizes[i / 2];
        bool big = i % 2;
        memset(bytes, 0x55, sizeof(bytes));
        switch (size) { /* the size is a constant */
        case 1: dddk_ring_store(bytes + 8, 1, big, value); break;
        case 2: dddk_ring_store(bytes + 8, 2, big, value); break;
        case 4: dddk_ring_store(bytes + 8, 4, big, value); break;
        default: dddk_ring_store(bytes + 8, 8, big, value); break;
        }
        uint64_t mask = size == 8 ? ~UINT64_C(0) : (UINT64_C(1) << 8 * size) - 1;
        assert_true(dddk_ring_load(bytes + 8, size, 0, big) == (value & mask));
        assert_int_equal(bytes[big ? 8 + size - 1 : 8], 0x88);
        assert_int_equal(bytes[7], 0x55);
        assert_int_equal(bytes[8 + size], 0x55);
    }
}

static void coherent_memory_is_asked_for_sensibly_or_not_at_all(void **state)
{
    struct dddk_dma_memory memory;

    assert_int_equal(dddk_dma_alloc(*state, 0, 16, &memory), DDDK_EINVAL);
    assert_int_equal(dddk_dma_alloc(*state, 16, 0, &memory), DDDK_EINVAL);
    assert_int_equal(dddk_dma_alloc(*state, 16, 24, &memory), DDDK_EINVAL);
    assert_null(memory.cpu);
    assert_int_equal(dddk_dma_alloc(*state, 100, 64, &memory), 0);
    assert_non_null(memory.cpu);
    dddk_dma_free(*state, &memory);
    assert_null(memory.cpu);
    dddk_dma_free(*state, &memory);
    assert_int_equal(fake.dma_live, 0);
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_new_ring_is_empty_and_zeroed),
        TEST(a_ring_that_cannot_be_is_refused),
        TEST(a_failed_allocation_leaves_nothing_behind),
        TEST(used_and_free_are_right_across_the_wrap),
        TEST(words_have_the_byte_order_of_their_descriptor),
        TEST(a_word_that_is_stored_is_the_word_that_is_loaded),
        TEST(coherent_memory_is_asked_for_sensibly_or_not_at_all),
    };

    return cmocka_run_group_tests_name("ring memory", tests, NULL, NULL);
}
