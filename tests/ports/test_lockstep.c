/* SPDX-License-Identifier: MIT
 *
 * The simulation is faithful: in scenarios of one stimulus at a time (run until idle, then the
 * next), sim and QEMU see the same register accesses, in the same order and with the same values in
 * every bit that the manifest declares. Where QEMU is known to differ from the datasheet, a table
 * says how and why.
 */
#include <stdio.h>
#include <stdlib.h>

#include "rig.h"

#define MAX_LINES 2000u

/* One access of the trace. */
struct access {
    char kind;
    unsigned bytes;
    uint64_t value; /* the declared bits */
    char name[32];  /* register, with its index */
};

struct log {
    unsigned count;
    struct access access[MAX_LINES];
};

/* Bits in which QEMU 7.2 is known to differ from what the datasheet says, in the first accesses of
 * a register: an update writes back what it read. */
struct difference {
    const char *reg;
    uint64_t mask;
    unsigned accesses;
    const char *why;
};

/* Accesses at the end of a stimulus that only the simulation has. */
struct extra {
    unsigned stimulus; /* its place in the list */
    unsigned count;
    const char *names[4];
    const char *why;
};

typedef void stimulus(struct rig *rig);

struct scenario {
    struct rig_place place;
    const struct dddk_driver *driver;
    stimulus *const *stimuli;
    unsigned count;
    const struct difference *differences;
    unsigned difference_count;
    const struct extra *extra; /* NULL: none */
};

static uint64_t declared(const struct dddk_driver *driver, const char *name)
{
    size_t length = strcspn(name, "[");
    uint64_t mask = 0;

    for (unsigned i = 0; i < driver->register_count; i++) {
        const struct dddk_register_info *info = &driver->registers[i];
        if (strlen(info->name) != length || strncmp(info->name, name, length) != 0) {
            continue;
        }
        if (info->field_count == 0) {
            return UINT64_MAX;
        }
        for (unsigned k = 0; k < info->field_count; k++) {
            mask |= ((UINT64_C(1) << info->fields[k].width) - 1u) << info->fields[k].lsb;
        }
        return mask;
    }
    fail_msg("the trace names a register that is none: %s", name);
    return 0;
}

/* Forget the accesses that end a stimulus on sim alone; they must be there. */
static void drop_extra(struct log *log, const struct extra *extra)
{
    assert_true(log->count >= extra->count);
    log->count -= extra->count;
    for (unsigned i = 0; i < extra->count; i++) {
        assert_string_equal(log->access[log->count + i].name, extra->names[i]);
    }
}

static void parse(struct log *log, enum rig_port port, const struct scenario *scenario, char *text)
{
    unsigned passed = 0;

    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        struct access *access = &log->access[log->count];
        unsigned long long value;
        if (strncmp(line, "MARK", 4) == 0) {
            if (port == RIG_SIM && scenario->extra != NULL && scenario->extra->stimulus == passed) {
                drop_extra(log, scenario->extra);
            }
            passed++;
        }
        if (line[0] != 'R' && line[0] != 'W') {
            continue;
        }
        assert_true(log->count < MAX_LINES);
        assert_int_equal(sscanf(line, "%c %u %*s %*u %*s %llx %*s %*s %31s", &access->kind,
                                &access->bytes, &value, access->name),
                         4);
        access->value = value & declared(scenario->driver, access->name);
        log->count++;
    }
}

static void record(struct log *log, enum rig_port port, const struct scenario *scenario)
{
    char name[DDDK_NAME_MAX], *text = NULL;
    size_t size = 0;
    struct rig *rig = rig_open_traced(port, &scenario->place, 1, &text, &size);

    for (unsigned i = 0; i < scenario->count; i++) {
        scenario->stimuli[i](rig);
        rig_idle(rig);
        fprintf(rig->trace, "MARK 0.0 stimulus %u\n", i);
    }
    (void)snprintf(name, sizeof name, "%s.0", scenario->driver->name);
    assert_int_equal(dddk_host_remove(rig->host, rig_device(rig, name)), 0);
    rig_end_trace(rig);
    parse(log, port, scenario, text);
    free(text);
    rig_close(rig);
}

static uint64_t ignored(const struct scenario *scenario, const struct log *log, unsigned at)
{
    const char *name = log->access[at].name;
    unsigned before = 0;

    for (unsigned i = 0; i < at; i++) {
        before += strcmp(log->access[i].name, name) == 0;
    }
    for (unsigned i = 0; i < scenario->difference_count; i++) {
        const struct difference *difference = &scenario->differences[i];
        if (before < difference->accesses && strcmp(name, difference->reg) == 0) {
            return difference->mask;
        }
    }
    return 0;
}

static void show(const char *port, const struct log *log, unsigned at)
{
    for (unsigned i = at < 4 ? 0 : at - 4; i < at + 4 && i < log->count; i++) {
        print_message("%s %u: %c %s 0x%llx\n", port, i, log->access[i].kind, log->access[i].name,
                      (unsigned long long)log->access[i].value);
    }
}

static void same_on_both(const struct scenario *scenario)
{
    static struct log sim, qemu;

    sim.count = qemu.count = 0;
    record(&sim, RIG_SIM, scenario);
    record(&qemu, RIG_QEMU, scenario);
    for (unsigned i = 0; i < sim.count && i < qemu.count; i++) {
        const struct access *a = &sim.access[i], *b = &qemu.access[i];
        uint64_t differ = (a->value ^ b->value) & ~ignored(scenario, &sim, i);
        if (a->kind != b->kind || a->bytes != b->bytes || strcmp(a->name, b->name) != 0 || differ) {
            show("sim", &sim, i);
            show("qemu", &qemu, i);
            fail_msg("access %u differs", i);
        }
    }
    if (sim.count != qemu.count) {
        unsigned at = sim.count < qemu.count ? sim.count : qemu.count;
        show("sim", &sim, at);
        show("qemu", &qemu, at);
        fail_msg("sim saw %u accesses, QEMU %u", sim.count, qemu.count);
    }
    assert_true(sim.count > 10); /* a trace of nothing is equal to any other */
}

/* ---- e1000 ---- */

static unsigned frames;

static void count_frame(void *user, const void *frame, size_t length_bytes)
{
    (void)user;
    (void)frame;
    assert_int_equal(length_bytes, 200);
    frames++;
}

static void net_open(struct rig *rig)
{
    frames = 0;
    assert_int_equal(dddk_host_net_open(rig_device(rig, "e1000.0"), count_frame, NULL), 0);
}

static void net_transmit_one(struct rig *rig)
{
    uint8_t frame[200];

    rig_fill(frame, sizeof frame, 1);
    assert_int_equal(dddk_host_net_send(rig_device(rig, "e1000.0"), frame, sizeof frame, false), 0);
    rig_idle(rig);
    assert_non_null(rig_receive(rig, 0));
}

static void net_receive_one(struct rig *rig)
{
    uint8_t frame[200];

    rig_fill(frame, sizeof frame, 2);
    unsigned before = frames;
    assert_true(rig_send(rig, 0, frame, sizeof frame));
    RIG_UNTIL(rig, frames == before + 1);
}

static void net_unplug(struct rig *rig)
{
    rig_cable(rig, 0, false);
}

static void net_plug(struct rig *rig)
{
    rig_cable(rig, 0, true);
}

static void net_close(struct rig *rig)
{
    assert_int_equal(dddk_host_net_close(rig_device(rig, "e1000.0")), 0);
}

static void e1000_runs_the_same(void **state)
{
    static stimulus *const stimuli[] = {net_open,         net_transmit_one, net_receive_one,
                                        net_receive_one,  net_unplug,       net_plug,
                                        net_transmit_one, net_close};
    static const struct difference differences[] = {
        {"STATUS", UINT64_MAX, 1, "QEMU's link is up before anybody asks for it"},
        {"CTRL",
         E1000_CTRL_SLU_MASK | E1000_CTRL_SPEED_MASK | E1000_CTRL_ASDE_MASK | E1000_CTRL_FD_MASK, 5,
         "QEMU starts with SLU, speed and duplex set and keeps them across a reset"},
    };
    static const struct extra link_up = {
        0, 2, {"ICR", "STATUS"}, "the link comes up after SLU and says so; QEMU's was up before"};
    const struct scenario scenario = {
        {RIG_E1000, 4}, &e1000_driver,           stimuli, DDDK_COUNT(stimuli),
        differences,    DDDK_COUNT(differences), &link_up};

    (void)state;
    same_on_both(&scenario);
}

/* ---- edu ---- */

static void edu_say(struct rig *rig)
{
    uint32_t answer;

    assert_int_equal(edu_call_liveness(RIG_DRIVER(rig, edu, "edu.0"), 1, &answer), 0);
}

static void edu_compute(struct rig *rig)
{
    uint32_t result;

    assert_int_equal(edu_call_factorial(RIG_DRIVER(rig, edu, "edu.0"), 12, &result), 0);
    assert_int_equal(result, 479001600);
}

static void edu_move(struct rig *rig)
{
    uint8_t data[64];

    rig_fill(data, sizeof data, 1);
    assert_int_equal(edu_call_put(RIG_DRIVER(rig, edu, "edu.0"), 16, data, sizeof data), 0);
    assert_int_equal(edu_call_get(RIG_DRIVER(rig, edu, "edu.0"), 16, data, sizeof data), 0);
}

static void edu_runs_the_same(void **state)
{
    static stimulus *const stimuli[] = {edu_say, edu_compute, edu_move, edu_compute};
    const struct scenario scenario = {{RIG_EDU, 5}, &edu_driver, stimuli, DDDK_COUNT(stimuli),
                                      NULL,         0,           NULL};

    (void)state;
    same_on_both(&scenario);
}

/* ---- uart16550 ---- */

static void serial_open(struct rig *rig)
{
    assert_int_equal(dddk_host_serial_open(rig_device(rig, "uart16550.0")), 0);
}

static void serial_transmit_one(struct rig *rig)
{
    struct uart16550 *uart = RIG_DRIVER(rig, uart16550, "uart16550.0");

    size_t before = rig->wires[0].byte_count;
    assert_int_equal(dddk_serial_write(&uart->serial, "x", 1), 1);
    RIG_UNTIL(rig, rig->wires[0].byte_count == before + 1);
}

static void serial_receive_one(struct rig *rig)
{
    struct uart16550 *uart = RIG_DRIVER(rig, uart16550, "uart16550.0");
    uint8_t byte = 0;

    assert_int_equal(rig_send_bytes(rig, 0, "y", 1), 1);
    RIG_UNTIL(rig, dddk_serial_read(&uart->serial, &byte, 1) == 1);
    assert_int_equal(byte, 'y');
}

static void serial_close(struct rig *rig)
{
    assert_int_equal(dddk_host_serial_close(rig_device(rig, "uart16550.0")), 0);
}

static void uart16550_runs_the_same(void **state)
{
    static stimulus *const stimuli[] = {serial_open,        serial_transmit_one, serial_receive_one,
                                        serial_receive_one, serial_transmit_one, serial_close};
    const struct scenario scenario = {
        {RIG_UART, 6}, &uart16550_driver, stimuli, DDDK_COUNT(stimuli), NULL, 0, NULL};

    (void)state;
    same_on_both(&scenario);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(e1000_runs_the_same),
        cmocka_unit_test(edu_runs_the_same),
        cmocka_unit_test(uart16550_runs_the_same),
    };

    return cmocka_run_group_tests_name("lock-step on sim and qemu", tests, NULL, NULL);
}
