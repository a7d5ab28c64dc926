/* SPDX-License-Identifier: MIT
 *
 * One scenario, two ports: a machine with devices on `sim` or on `qemu`, the far ends of their
 * wires, and the drivers bound to them. A test is written once against this header and run on both.
 */
#ifndef TESTS_PORTS_RIG_H
#define TESTS_PORTS_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "e1000.dddk.h"
#include "edu.dddk.h"
#include "uart16550.dddk.h"

#include "dddk/test.h"
#include "runtime/port/hosted/host.h"

#define RIG_DEVICES 4u
#define RIG_FRAME_BYTES 1514u
#define RIG_QUEUE 256u
#define RIG_BYTES 100000u

enum rig_port { RIG_SIM, RIG_QEMU };
/* The last one is not on PCI: the first serial port of a PC. There is one at most. */
enum rig_kind { RIG_E1000, RIG_EDU, RIG_UART, RIG_BOARD_UART };

struct rig_place {
    enum rig_kind kind;
    unsigned slot; /* slots n and n + 4 share an interrupt line */
};

struct rig_frame {
    size_t length_bytes;
    uint8_t bytes[RIG_FRAME_BYTES];
};

/* The far end of one device's wire: what came out of the device and was not looked at yet. */
struct rig_wire {
    struct rig *rig;
    enum rig_kind kind;
    struct dddk_model *model; /* sim */
    int peer;                 /* qemu: a socket; -1: none */
    uint32_t head, tail;      /* frames */
    struct rig_frame frames[RIG_QUEUE];
    size_t byte_count;
    uint8_t bytes[1 << 18];
};

struct rig {
    enum rig_port port;
    struct dddk_host *host;
    struct dddk_registry registry;
    FILE *trace; /* NULL: none */
    unsigned wire_count;
    struct rig_wire wires[RIG_DEVICES]; /* in the order of the places */
};

/* Start a machine with these devices and bind their drivers; fails the test when it cannot. */
struct rig *rig_open(enum rig_port port, const struct rig_place *places, unsigned count);
/* The same, tracing every register access into memory, from before the probe until rig_end_trace():
 * then *text is a string of *size bytes for free(). */
struct rig *rig_open_traced(enum rig_port port, const struct rig_place *places, unsigned count,
                            char **text, size_t *size);
void rig_end_trace(struct rig *rig);
/* End it; fails the test when something was damaged or left. */
void rig_close(struct rig *rig);

/* The driver struct of "edu.0" and the like; fails the test when it is not bound. */
struct dddk_device *rig_device(struct rig *rig, const char *name);
#define RIG_DRIVER(rig, type, name) DDDK_CONTAINER(rig_device(rig, name), struct type, dddk)

/* Put a frame, or bytes, on the wire towards device number `place`. False, or fewer bytes: there is
 * no room now. */
bool rig_send(struct rig *rig, unsigned place, const void *frame, size_t length_bytes);
size_t rig_send_bytes(struct rig *rig, unsigned place, const void *bytes, size_t size_bytes);
/* So many bytes each way at once through the serial device number `place`, which is open, and each
 * of them looked at: at most RIG_BYTES, of the kind that rig_fill() makes for `seed` and seed + 1.
 */
void rig_exchange_bytes(struct rig *rig, unsigned place, struct dddk_serial *serial,
                        uint32_t size_bytes, uint32_t seed);
/* The oldest frame that device number `place` sent; NULL: none. Good until the next call. */
const struct rig_frame *rig_receive(struct rig *rig, unsigned place);

/* Take turns until the condition holds; fails the test after ten seconds (of sim's time, or of real
 * time). */
#define RIG_UNTIL(rig, condition)                                         \
    do {                                                                  \
        uint64_t rig_end_ = rig_now_ns(rig) + DDDK_SEC(10);               \
        while (!(condition)) {                                            \
            if (rig_now_ns(rig) > rig_end_) {                             \
                fail_msg("ten seconds have passed without: " #condition); \
            }                                                             \
            rig_turn(rig);                                                \
        }                                                                 \
    } while (0)
void rig_turn(struct rig *rig);
/* Turns until nothing has happened for a while. */
void rig_idle(struct rig *rig);
uint64_t rig_now_ns(struct rig *rig);

/* Pull or plug the cable of an e1000. */
void rig_cable(struct rig *rig, unsigned place, bool plugged);

/* A frame to everybody, with content that tells which it is. */
void rig_fill(void *frame, size_t length_bytes, uint32_t number);

/* What a test's entry for both ports looks like: the port is the state. */
#define ON_BOTH(test)                                               \
    {#test " on sim", test, NULL, NULL, &(enum rig_port){RIG_SIM}}, \
    {                                                               \
#test " on qemu", test, NULL, NULL, &(enum rig_port)        \
        {                                                           \
            RIG_QEMU                                                \
        }                                                           \
    }
#define PORT_OF(state) (*(const enum rig_port *)*(state))

#endif
