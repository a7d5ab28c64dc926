/* SPDX-License-Identifier: MIT
 *
 * The rig of the scenarios that run on both ports. See rig.h.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "rig.h"

#include "e1000.model.h"
#include "edu.model.h"
#include "runtime/port/qemu/qemu.h"
#include "uart16550.model.h"

DDDK_REGISTRY_STORAGE(storage, 3, 8, RIG_DEVICES);

static const struct dddk_driver *const drivers[] = {&e1000_driver, &edu_driver, &uart16550_driver};
static const struct dddk_model_type *const models[] = {&e1000_model_type, &edu_model_type,
                                                       &uart16550_model_type};

static struct dddk_model_type board_uart(void)
{
    struct dddk_model_type type = uart16550_model_type;

    type.compatible = "ns16550a";
    return type;
}

/* What a device tree of QEMU's q35 would say of its ISA serial port. */
static const char *const ns16550a[] = {"acme,superio-uart", "ns16550a"};
static const struct dddk_platform_range com1 = {DDDK_REGION_PORT, 0x3f8, 8};
static const unsigned com1_line = 4;
static const struct dddk_platform_device board_port = {
    .name = "serial@3f8",
    .compatible = ns16550a,
    .compatible_count = 2,
    .ranges = &com1,
    .range_count = 1,
    .lines = &com1_line,
    .line_count = 1,
    .place = 200,
};

static void keep_frame(void *user, const void *frame, size_t length_bytes)
{
    struct rig_wire *wire = user;

    assert_true(wire->tail - wire->head < RIG_QUEUE);
    assert_true(length_bytes <= RIG_FRAME_BYTES);
    struct rig_frame *kept = &wire->frames[wire->tail++ % RIG_QUEUE];
    kept->length_bytes = length_bytes;
    memcpy(kept->bytes, frame, length_bytes);
}

static void keep_bytes(void *user, const uint8_t *bytes, size_t size_bytes)
{
    struct rig_wire *wire = user;

    assert_true(wire->byte_count + size_bytes <= sizeof wire->bytes);
    memcpy(wire->bytes + wire->byte_count, bytes, size_bytes);
    wire->byte_count += size_bytes;
}

static void open_sim(struct rig *rig, const struct rig_place *places, unsigned count)
{
    rig->host = dddk_test_open(1);
    assert_non_null(rig->host);
    for (unsigned i = 0; i < count; i++) {
        struct rig_wire *wire = &rig->wires[i];
        static struct dddk_model_type on_board;
        on_board = board_uart();
        wire->model = dddk_test_add(
            rig->host, places[i].kind == RIG_BOARD_UART ? &on_board : models[places[i].kind],
            places[i].slot);
        assert_non_null(wire->model);
        if (places[i].kind == RIG_E1000) {
            dddk_test_without_msi(wire->model); /* QEMU's has none */
            dddk_test_listen(wire->model, keep_frame, wire);
        } else if (places[i].kind != RIG_EDU) {
            dddk_test_listen_bytes(wire->model, keep_bytes, wire);
        }
    }
}

static void open_qemu(struct rig *rig, const struct rig_place *places, unsigned count)
{
    char texts[RIG_DEVICES][64], ids[RIG_DEVICES][16], why[512];
    const char *devices[RIG_DEVICES], *netdevs[RIG_DEVICES], *chardevs[RIG_DEVICES];
    struct dddk_qemu_options options = {.devices = devices,
                                        .device_count = count,
                                        .netdevs = netdevs,
                                        .chardevs = chardevs,
                                        .why = why,
                                        .why_bytes = sizeof why};

    for (unsigned i = 0; i < count; i++) {
        (void)snprintf(ids[i], sizeof ids[i], "w%u", i);
        switch (places[i].kind) {
        case RIG_E1000:
            (void)snprintf(texts[i], sizeof texts[i], "e1000,netdev=w%u,id=d%u,addr=%u", i, i,
                           places[i].slot);
            netdevs[options.netdev_count++] = ids[i];
            break;
        case RIG_EDU:
            (void)snprintf(texts[i], sizeof texts[i], "edu,addr=%u", places[i].slot);
            break;
        case RIG_UART:
            (void)snprintf(texts[i], sizeof texts[i], "pci-serial,chardev=w%u,addr=%u", i,
                           places[i].slot);
            chardevs[options.chardev_count++] = ids[i];
            break;
        case RIG_BOARD_UART:
            (void)snprintf(texts[i], sizeof texts[i], "isa-serial,chardev=w%u,index=0", i);
            chardevs[options.chardev_count++] = ids[i];
            break;
        }
        devices[i] = texts[i];
    }
    rig->host = dddk_qemu_open(&options);
    if (rig->host == NULL) {
        fail_msg("%s", why);
    }
    for (unsigned i = 0; i < count; i++) {
        rig->wires[i].peer = places[i].kind == RIG_EDU ? -1 : dddk_qemu_peer(rig->host, ids[i]);
        if (places[i].kind == RIG_BOARD_UART) {
            assert_int_equal(dddk_host_add_platform(rig->host, &board_port), 0);
        }
    }
}

struct rig *rig_open(enum rig_port port, const struct rig_place *places, unsigned count)
{
    return rig_open_traced(port, places, count, NULL, NULL);
}

void rig_end_trace(struct rig *rig)
{
    dddk_host_trace(rig->host, NULL);
    assert_int_equal(fclose(rig->trace), 0);
    rig->trace = NULL;
}

struct rig *rig_open_traced(enum rig_port port, const struct rig_place *places, unsigned count,
                            char **text, size_t *size)
{
    struct rig *rig = calloc(1, sizeof *rig);

    assert_non_null(rig);
    assert_true(count <= RIG_DEVICES);
    rig->port = port;
    rig->wire_count = count;
    for (unsigned i = 0; i < count; i++) {
        rig->wires[i].rig = rig;
        rig->wires[i].kind = places[i].kind;
        rig->wires[i].peer = -1;
    }
    (port == RIG_SIM ? open_sim : open_qemu)(rig, places, count);
    assert_int_equal(dddk_registry_init(&rig->registry, &storage), 0);
    for (unsigned i = 0; i < DDDK_COUNT(drivers); i++) {
        assert_int_equal(dddk_registry_add_driver(&rig->registry, drivers[i]), 0);
    }
    if (text != NULL) {
        rig->trace = open_memstream(text, size);
        assert_non_null(rig->trace);
        dddk_host_trace(rig->host, rig->trace);
    }
    assert_int_equal(dddk_host_probe(rig->host, &rig->registry), (int)count);
    return rig;
}

void rig_close(struct rig *rig)
{
    struct dddk_device *dev;
    uint32_t cursor = 0;

    while ((dev = dddk_registry_next_device(&rig->registry, &cursor)) != NULL) {
        assert_int_equal(dddk_host_remove(rig->host, dev), 0);
    }
    assert_int_equal(dddk_host_check_freed(rig->host), 0);
    struct dddk_host_statistics statistics = dddk_host_statistics(rig->host);
    assert_false(rig->host->dead);
    assert_int_equal(statistics.dma_live, 0);
    assert_int_equal(statistics.leaks, 0);
    assert_int_equal(statistics.misuse, 0);
    assert_int_equal(statistics.stuck_lines, 0);
    if (rig->port == RIG_SIM) {
        assert_int_equal(dddk_test_close(rig->host), 0);
    } else {
        dddk_host_close(rig->host);
    }
    free(rig);
}

struct dddk_device *rig_device(struct rig *rig, const char *name)
{
    struct dddk_device *dev = dddk_registry_device(&rig->registry, name);

    if (dev == NULL) {
        fail_msg("%s is not bound", name);
    }
    return dev;
}

bool rig_send(struct rig *rig, unsigned place, const void *frame, size_t length_bytes)
{
    struct rig_wire *wire = &rig->wires[place];

    if (rig->port == RIG_SIM) {
        return dddk_test_send(wire->model, frame, length_bytes) == 0;
    }
    return send(wire->peer, frame, length_bytes, MSG_DONTWAIT) == (ssize_t)length_bytes;
}

size_t rig_send_bytes(struct rig *rig, unsigned place, const void *bytes, size_t size_bytes)
{
    struct rig_wire *wire = &rig->wires[place];

    if (rig->port == RIG_SIM) {
        return dddk_test_send_bytes(wire->model, bytes, size_bytes);
    }
    ssize_t sent = send(wire->peer, bytes, size_bytes, MSG_DONTWAIT);
    return sent > 0 ? (size_t)sent : 0;
}

/* What QEMU's devices have sent waits in sockets; sim's listeners were called already. */
static void drain(struct rig *rig)
{
    static uint8_t bytes[1 << 16];

    for (unsigned i = 0; i < rig->wire_count; i++) {
        struct rig_wire *wire = &rig->wires[i];
        while (wire->peer >= 0 && wire->tail - wire->head < RIG_QUEUE) {
            ssize_t got = recv(wire->peer, bytes, sizeof bytes, MSG_DONTWAIT);
            if (got <= 0) {
                break;
            }
            (wire->kind == RIG_E1000 ? keep_frame(wire, bytes, (size_t)got)
                                     : keep_bytes(wire, bytes, (size_t)got));
        }
    }
}

const struct rig_frame *rig_receive(struct rig *rig, unsigned place)
{
    struct rig_wire *wire = &rig->wires[place];

    drain(rig);
    return wire->head == wire->tail ? NULL : &wire->frames[wire->head++ % RIG_QUEUE];
}

void rig_turn(struct rig *rig)
{
    (void)dddk_host_turn(rig->host, rig->port == RIG_SIM ? DDDK_USEC(100) : DDDK_MSEC(1));
    drain(rig);
}

void rig_idle(struct rig *rig)
{
    assert_int_equal(dddk_host_run_until_idle(rig->host, DDDK_MSEC(30)), 0);
    drain(rig);
}

uint64_t rig_now_ns(struct rig *rig)
{
    return rig->host->ops->now_ns(rig->host);
}

void rig_cable(struct rig *rig, unsigned place, bool plugged)
{
    char id[8];

    if (rig->port == RIG_SIM) {
        dddk_test_cable(rig->wires[place].model, plugged);
        return;
    }
    (void)snprintf(id, sizeof id, "d%u", place);
    assert_int_equal(dddk_qemu_set_link(rig->host, id, plugged), 0);
}

void rig_fill(void *frame, size_t length_bytes, uint32_t number)
{
    uint8_t *bytes = frame;
    uint32_t state = number * 2654435761u + (uint32_t)length_bytes;

    for (size_t i = 0; i < length_bytes; i++) {
        state = state * 1664525u + 1013904223u;
        bytes[i] = i < 6 ? 0xff : (uint8_t)(state >> 24);
    }
}

void rig_exchange_bytes(struct rig *rig, unsigned place, struct dddk_serial *serial,
                        uint32_t size_bytes, uint32_t seed)
{
    static uint8_t to_device[RIG_BYTES], from_device[RIG_BYTES], got[RIG_BYTES];
    struct rig_wire *wire = &rig->wires[place];
    size_t sent = 0, written = 0, read = 0;

    assert_true(size_bytes <= RIG_BYTES);
    rig_fill(to_device, size_bytes, seed);
    rig_fill(from_device, size_bytes, seed + 1u);
    wire->byte_count = 0;
    for (unsigned turns = 0; read < size_bytes || wire->byte_count < size_bytes; turns++) {
        sent += rig_send_bytes(rig, place, to_device + sent, size_bytes - sent);
        int n = dddk_serial_write(serial, from_device + written, (uint32_t)(size_bytes - written));
        assert_true(n >= 0);
        written += (size_t)n;
        rig_turn(rig);
        n = dddk_serial_read(serial, got + read, (uint32_t)(size_bytes - read));
        assert_true(n >= 0);
        read += (size_t)n;
        assert_true(turns < 4 * size_bytes);
    }
    assert_memory_equal(got, to_device, size_bytes);
    assert_int_equal(wire->byte_count, size_bytes);
    assert_memory_equal(wire->bytes, from_device, size_bytes);
}
