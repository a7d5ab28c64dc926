/* SPDX-License-Identifier: MIT
 *
 * What the mutation scenarios share: QEMU with the device under test, its driver bound to it, and
 * two ways to see more than the driver's own view. The scenario reads and writes the device behind
 * the driver's back, by addresses of its own, and it looks at every register access of the driver
 * as it crosses the bus. Nothing here or in a scenario is generated, so that a wrong manifest
 * cannot make a scenario wrong with it.
 *
 * A scenario ends at the first thing that is wrong: it says what on standard output and exits with
 * status 1; QEMU goes with it. One machine in one program, so the state is global.
 */
#ifndef TESTS_MUTANTS_STAGE_H
#define TESTS_MUTANTS_STAGE_H

#include <stdio.h>
#include <string.h>

#include "runtime/port/hosted/host.h"
#include "runtime/port/qemu/qemu.h"

#define STAGE_SLOTS 2u /* devices under test */

extern struct dddk_host *stage_host;

/* Say what is wrong and end. */
_Noreturn void stage_fail(const char *format, ...) DDDK_PRINTF(1, 2);

#define STAGE_CHECK(condition, ...)  \
    do {                             \
        if (!(condition)) {          \
            stage_fail(__VA_ARGS__); \
        }                            \
    } while (0)

/* Start QEMU; ends the scenario when it does not start. From here on every warning and error that
 * is logged is a failure, until stage_expect() says otherwise. */
void stage_open(const struct dddk_qemu_options *options);
void stage_expect(bool messages);

/* One register access of a driver: offset in BAR 0 of the device in `slot`. */
typedef void stage_rule(size_t offset, unsigned bytes, bool write, uint64_t value);
void stage_watch(unsigned slot, stage_rule *rule);

/* Before the probe: give BAR 0 an address and have it decoded, then switch that off again. */
void stage_wake(unsigned slot);
void stage_sleep(unsigned slot);

/* Under a running driver: the device decodes nothing any more. */
void stage_hide(unsigned slot);

/* BAR 0 of a device that decodes it, without the driver. */
uint64_t stage_read(unsigned slot, size_t offset, unsigned bytes);
void stage_write(unsigned slot, size_t offset, unsigned bytes, uint64_t value);
/* A 32-bit register must hold this. */
void stage_holds(unsigned slot, size_t offset, uint32_t expected, const char *name);

/* Memory of the machine at a device address; ends the scenario for a range outside. */
void *stage_memory(uint64_t device_address, size_t size_bytes);

/* Bind the driver to every device there is; so many must be bound. */
void stage_probe(const struct dddk_driver *driver, unsigned count);
/* "NAME.0" */
struct dddk_device *stage_device(const char *name);

/*
 * Take turns until the condition holds. Patience is counted in turns that end with nothing to do:
 * each waits for a millisecond and then lets QEMU's main loop turn twice, so a busy machine does
 * not use patience up.
 */
#define STAGE_UNTIL(condition, ...)                                 \
    do {                                                            \
        unsigned stage_idle_ = 0;                                   \
        while (!(condition)) {                                      \
            stage_idle_ = stage_turn() ? 0 : stage_idle_ + 1u;      \
            STAGE_CHECK(stage_idle_ < STAGE_PATIENCE, __VA_ARGS__); \
        }                                                           \
    } while (0)
#define STAGE_PATIENCE 300u
/* True: something ran. Ends the scenario when there have been far too many. */
bool stage_turn(void);
/* Turns until nothing has happened for a while. */
void stage_idle(void);

/* Remove every device and end QEMU: nothing may have been damaged, misused or left. */
void stage_close(void);

/* Bytes that tell by their content which they are. */
void stage_fill(void *bytes, size_t size_bytes, uint32_t seed);

#endif
