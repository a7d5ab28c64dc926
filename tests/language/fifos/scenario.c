/* SPDX-License-Identifier: MIT
 *
 * FIFOs on the port sim, where their generated tests do not look: how often the device is asked,
 * what is lost and how that is seen, the ends of streams, and the device as a file.
 */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sampler.dddk.h"
#include "sampler.model.h"

#include "dddk/test.h"
#include "runtime/port/hosted/host.h"

static struct dddk_host *machine;
static struct dddk_model *model;
static struct sampler *dev;
static uint8_t sent[64];
static size_t sent_bytes;

static int open_it(void **state)
{
    static const struct dddk_driver *const drivers[] = {&sampler_driver};

    (void)state;
    machine = dddk_test_open(1);
    model = dddk_test_add(machine, &sampler_model_type, 2);
    if (model == NULL || dddk_test_probe(machine, drivers, 1) != 1) {
        return -1;
    }
    dev = DDDK_CONTAINER(dddk_test_device(machine, "sampler.0"), struct sampler, dddk);
    sent_bytes = 0;
    return 0;
}

static int close_it(void **state)
{
    (void)state;
    return dddk_test_close(machine) == 0 ? 0 : -1;
}

static void hear(void *user, const uint8_t *bytes, size_t size_bytes)
{
    (void)user;
    for (size_t i = 0; i < size_bytes && sent_bytes < sizeof(sent); i++) {
        sent[sent_bytes++] = bytes[i];
    }
}

static struct dddk_test_register look(const char *name)
{
    struct dddk_test_register found = {0};

    assert_true(dddk_test_register(model, name, 0, &found));
    return found;
}

/* Words 1, 2, 3 ... on the wire of FIFO samples; interrupts are lost meanwhile. */
static void feed_quietly(uint32_t words)
{
    dddk_test_lose_interrupts(model, UINT_MAX);
    for (uint32_t word = 1; word <= words; word++) {
        assert_int_equal(dddk_test_feed(model, SAMPLER_MODEL_FIFO_SAMPLES, &word, 4), 4);
    }
    dddk_test_run(machine, DDDK_USEC(4) * words);
    dddk_test_lose_interrupts(model, 0);
}

static void poll_now(void)
{
    dddk_vector_schedule(&dev->vectors[SAMPLER_MAIN]);
    dddk_test_run(machine, DDDK_USEC(10));
}

static void a_burst_asks_once_how_many_words_there_are(void **state)
{
    uint32_t words[50];

    (void)state;
    feed_quietly(40);
    uint64_t asked = look("FILL").reads, read = look("IN").reads;
    poll_now();
    assert_int_equal(look("IN").reads - read, 40);
    /* once for the words, once for the end; the other FIFO; and before the interrupt is let in */
    assert_in_range(look("FILL").reads - asked, 2, 4);
    assert_int_equal(sampler_call_record(dev, words, sizeof(words)), 160);
    for (uint32_t i = 0; i < 40; i++) {
        assert_int_equal(words[i], i + 1);
    }
}

static void bits_beside_the_word_are_left_out(void **state)
{
    uint32_t word = 0;

    (void)state;
    assert_true(dddk_test_override(model, "IN", 0, UINT64_MAX, 0x70000000));
    feed_quietly(1);
    poll_now();
    assert_int_equal(sampler_call_record(dev, &word, 4), 4);
    assert_int_equal(word, 1);
}

static void an_overrun_in_another_register_is_counted_once_and_cleared(void **state)
{
    (void)state;
    dddk_test_ignore_room(model, true);
    feed_quietly(70); /* there is room for 64 */
    dddk_test_ignore_room(model, false);
    assert_true(dddk_test_poke(model, "ERRORS", 0, 3));
    poll_now();
    assert_int_equal(dev->samples.counters.overruns, 1);
    assert_int_equal(look("ERRORS").value, 2); /* the other one is not the FIFO's */
    poll_now();
    assert_int_equal(dev->samples.counters.overruns, 1);
    assert_true(dddk_test_poke(model, "LOST", 0, 1));
    poll_now();
    assert_int_equal(dev->wide.counters.overruns, 1);
    assert_int_equal(look("LOST").value, 0); /* by the read alone */
}

static void a_level_that_cannot_be_is_an_error_of_the_device(void **state)
{
    (void)state;
    assert_true(dddk_test_override(model, "FILL", 0, 0, 0xff));
    assert_int_equal(dev->dddk.counters.protocol_errors, 0);
    poll_now();
    assert_true(dev->dddk.counters.protocol_errors != 0);
    assert_true(dddk_test_override(model, "FILL", 0, UINT64_MAX, 0));
}

static void a_model_puts_words_where_there_is_room(void **state)
{
    uint32_t words[2];

    (void)state;
    assert_false(dddk_model_fifo_put(model, SAMPLER_MODEL_FIFO_PLAY, 1));
    assert_false(dddk_model_fifo_put(model, 99, 1));
    assert_true(dddk_model_fifo_put(model, SAMPLER_MODEL_FIFO_SAMPLES, 0xff123456));
    dddk_test_run(machine, DDDK_USEC(10));
    assert_int_equal(sampler_call_record(dev, words, sizeof(words)), 4);
    assert_int_equal(words[0], 0x123456); /* a word has 24 bits */
    dddk_test_lose_interrupts(model, UINT_MAX);
    for (unsigned i = 0; i < 64; i++) {
        assert_true(dddk_model_fifo_put(model, SAMPLER_MODEL_FIFO_SAMPLES, i));
    }
    assert_false(dddk_model_fifo_put(model, SAMPLER_MODEL_FIFO_SAMPLES, 64));
    dddk_test_lose_interrupts(model, 0);
    assert_int_equal(look("ERRORS").value, 1);
}

static void a_full_ring_pauses_reception_and_a_reader_resumes_it(void **state)
{
    static uint32_t words[1024];
    uint32_t expected = 1;

    (void)state;
    for (uint32_t word = 1; word <= 1500; word++) {
        assert_int_equal(dddk_test_feed(model, SAMPLER_MODEL_FIFO_SAMPLES, &word, 4), 4);
    }
    dddk_test_run(machine, DDDK_MSEC(10));
    assert_true(dev->samples.counters.throttled != 0);
    for (unsigned turns = 0; turns < 10; turns++) {
        int count = sampler_call_record(dev, words, sizeof(words));
        for (int i = 0; i < count / 4; i++) {
            assert_int_equal(words[i], expected++);
        }
        dddk_test_run(machine, DDDK_MSEC(2));
    }
    assert_int_equal(expected, 1501);
    assert_int_equal(dddk_test_counters(model).bytes_lost, 0);
}

static void the_last_word_of_a_push_is_filled_up_with_0(void **state)
{
    static const uint8_t bytes[] = {1, 2, 3}, expected[] = {1, 2, 3, 0};

    (void)state;
    dddk_test_drain(model, SAMPLER_MODEL_FIFO_COMMAND, hear, NULL);
    dddk_thread_enter(&dev->dddk);
    assert_int_equal(sampler_command_push(dev, bytes, 3), 3);
    dddk_thread_leave(&dev->dddk);
    dddk_test_run(machine, DDDK_USEC(10));
    assert_int_equal(sent_bytes, 4);
    assert_memory_equal(sent, expected, 4);
}

static void what_a_pull_does_not_want_of_a_word_is_dropped(void **state)
{
    static const uint8_t bytes[] = {1, 2, 3, 4, 5, 6};
    uint8_t got[4] = {0xee, 0xee, 0xee, 0xee};

    (void)state;
    assert_int_equal(dddk_test_feed(model, SAMPLER_MODEL_FIFO_PORT, bytes, 6), 6);
    dddk_thread_enter(&dev->dddk);
    assert_int_equal(sampler_port_pull(dev, got, 4), 0); /* it has not come yet */
    assert_int_equal(sampler_port_pull_all(dev, got, 3, DDDK_MSEC(1)), 0);
    assert_int_equal(got[2], 3);
    assert_int_equal(got[3], 0xee);
    assert_int_equal(sampler_port_pull_all(dev, got, 2, DDDK_MSEC(1)), 0);
    assert_int_equal(got[0], 5);
    assert_int_equal(sampler_port_pull_all(dev, got, 1, DDDK_MSEC(1)), DDDK_ETIMEDOUT);
    dddk_thread_leave(&dev->dddk);
}

static void the_highest_byte_of_a_word_may_be_the_first_of_a_stream(void **state)
{
    uint8_t bytes[32], got[32];

    (void)state;
    for (unsigned i = 0; i < 32; i++) {
        bytes[i] = (uint8_t)(i + 1);
    }
    assert_int_equal(dddk_test_feed(model, SAMPLER_MODEL_FIFO_WIDE, bytes, 32), 32);
    dddk_test_run(machine, DDDK_MSEC(1));
    assert_int_equal(sampler_call_wide(dev, got, sizeof(got)), 32);
    assert_memory_equal(got, bytes, 32);
    assert_true(look("WIDE").last_read == 0x191a1b1c1d1e1f20);
}

static void the_device_is_a_file_of_whole_words(void **state)
{
    struct dddk_misc *misc = dddk_host_misc(&dev->dddk);
    uint32_t words[2] = {0x11223344, 0x55667788};

    (void)state;
    dddk_test_drain(model, SAMPLER_MODEL_FIFO_PLAY, hear, NULL);
    assert_int_equal(dddk_misc_write(misc, words, 7), 4);
    assert_int_equal(dddk_misc_write(misc, words, 3), DDDK_EINVAL);
    assert_int_equal(dddk_misc_write(misc, NULL, 4), DDDK_EINVAL);
    feed_quietly(2);
    poll_now();
    assert_true(dddk_misc_is_ready(misc, dddk_misc_file(misc, false)));
    assert_int_equal(dddk_misc_read(misc, words, 7), 4);
    assert_int_equal(words[0], 1);
    assert_int_equal(dddk_misc_read(misc, words, 8), 4);
    assert_int_equal(dddk_misc_read(misc, words, 8), 0);
    assert_false(dddk_misc_is_ready(misc, dddk_misc_file(misc, false)));
    assert_int_equal(sent_bytes, 4);
    assert_int_equal(sent[0], 0x44);
    assert_int_equal(dddk_stop(&dev->dddk), 0);
    assert_int_equal(dddk_misc_read(misc, words, 8), DDDK_ESTATE);
}

static void handlers_move_words_of_fifos_that_nobody_serves(void **state)
{
    static const uint16_t reply = 0x4241;
    char answer[2];

    (void)state;
    assert_int_equal(dddk_test_feed(model, SAMPLER_MODEL_FIFO_PORT, &reply, 2), 2);
    dddk_test_drain(model, SAMPLER_MODEL_FIFO_BULK, hear, NULL);
    assert_int_equal(sampler_call_ask(dev, 7, answer, 2), 0);
    assert_memory_equal(answer, "AB", 2);
    assert_int_equal(sent_bytes, 8); /* at once: it is always ready */
    assert_int_equal(dev->bulk.counters.words, 2);
}

#define CLAIM(name) cmocka_unit_test_setup_teardown(name, open_it, close_it)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLAIM(a_burst_asks_once_how_many_words_there_are),
        CLAIM(bits_beside_the_word_are_left_out),
        CLAIM(an_overrun_in_another_register_is_counted_once_and_cleared),
        CLAIM(a_level_that_cannot_be_is_an_error_of_the_device),
        CLAIM(a_model_puts_words_where_there_is_room),
        CLAIM(a_full_ring_pauses_reception_and_a_reader_resumes_it),
        CLAIM(the_last_word_of_a_push_is_filled_up_with_0),
        CLAIM(what_a_pull_does_not_want_of_a_word_is_dropped),
        CLAIM(the_highest_byte_of_a_word_may_be_the_first_of_a_stream),
        CLAIM(the_device_is_a_file_of_whole_words),
        CLAIM(handlers_move_words_of_fifos_that_nobody_serves),
    };

    return cmocka_run_group_tests_name("fifos", tests, NULL, NULL);
}
