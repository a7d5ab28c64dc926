/* SPDX-License-Identifier: MIT
 *
 * Scenarios in C on the port `sim`: a machine with simulated devices, what comes over their wires,
 * virtual time, and everything that can go wrong with a device.
 *
 *     struct dddk_host *machine = dddk_test_open(1);
 *     struct dddk_model *foo = dddk_test_add(machine, &foo_model_type, 3);
 *     dddk_test_stick(foo, DDDK_TEST_ALL_ONES);
 *     int status = dddk_test_probe(machine, &foo_driver, 1); // DDDK_ENODEV: nobody is there
 *     dddk_test_close(machine);
 *
 * Nothing here sleeps: virtual time passes in dddk_test_run(), dddk_test_idle() and inside driver
 * code that waits. The same seed and the same calls give the same run. Thread context throughout.
 */
#ifndef DDDK_TEST_H
#define DDDK_TEST_H

#include "dddk/device.h"
#include "dddk/model.h"

struct dddk_host; /* a hosted machine; runtime/port/hosted/host.h has what all its ports share */

/* ---- the machine ---- */

/* A machine without devices; NULL: no memory. */
struct dddk_host *dddk_test_open(uint64_t seed);
/* Detach what is bound, end the machine, and return how much was wrong with it in all: the sum of
 * struct dddk_test_damage. 0 is a clean run. */
uint64_t dddk_test_close(struct dddk_host *machine);

/* Plug a device into slot 0 to 31 of the bus; slots that differ by a multiple of 4 share an
 * interrupt line. The model is the machine's. NULL: the slot is taken, or no memory. */
struct dddk_model *dddk_test_add(struct dddk_host *machine, const struct dddk_model_type *type,
                                 unsigned slot);
/* The same as one of the devices that its driver serves: NAME_MODEL_AS_... of NAME.model.h. NULL
 * also when there is no such. */
struct dddk_model *dddk_test_add_as(struct dddk_host *machine, const struct dddk_model_type *type,
                                    unsigned as, unsigned slot);
/* Take MSI and MSI-X out of a device, before it is probed: it has its line only. */
void dddk_test_without_msi(struct dddk_model *model);
/* Make a BAR of a device another one than its model says, before it is probed. A size of 0 takes it
 * away; otherwise it is a power of two. */
void dddk_test_set_bar(struct dddk_model *model, const struct dddk_model_bar *bar);
/* Give it another revision ID, before it is probed. It is still the same device. */
void dddk_test_revision(struct dddk_model *model, unsigned id);

/* Make these drivers known, enumerate the bus, attach every device that one of them wants. May be
 * called again with other drivers. Returns how many were bound; 0: none matched; else what the
 * first attach that failed returned. */
int dddk_test_probe(struct dddk_host *machine, const struct dddk_driver *const *drivers,
                    unsigned driver_count);
/* Attach a device, or take it away in an orderly manner: stop, detach. */
int dddk_test_remove(struct dddk_host *machine, struct dddk_device *dev);
/* Set "DRIVER.PARAMETER", or "DRIVER.0.PARAMETER" of one device, for devices that are probed from
 * now on; NULL takes it back. As dddk_host_param() of a hosted machine. */
int dddk_test_param(struct dddk_host *machine, const char *name, const char *text);
/* "NAME.0"; NULL: there is none. */
struct dddk_device *dddk_test_device(struct dddk_host *machine, const char *name);
/* The model that a bound device drives. */
struct dddk_model *dddk_test_model(const struct dddk_device *dev);

/* What must be 0 at the end of a clean run. */
struct dddk_test_damage {
    uint64_t dma_faults;    /* the device reached for memory that is not its own */
    uint64_t poison_damage; /* bytes of freed DMA memory that somebody wrote */
    uint64_t leaks;         /* what a detach left behind */
    uint64_t misuse;        /* calls of the driver outside their contract */
    uint64_t complaints;    /* of models about what the driver did to them */
    uint64_t stuck_lines;   /* interrupt lines that had to be masked */
};
struct dddk_test_damage dddk_test_damage(struct dddk_host *machine);

/* ---- time ---- */

uint64_t dddk_test_now_ns(struct dddk_host *machine);
/* Let virtual time pass, with all that happens in it. */
void dddk_test_run(struct dddk_host *machine, uint64_t duration_ns);
/* Run until nothing has happened for `quiet_ns`. 0, or DDDK_ETIMEDOUT after a minute. */
int dddk_test_idle(struct dddk_host *machine, uint64_t quiet_ns);

/* ---- wires ---- */

typedef void dddk_test_frame(void *user, const void *frame, size_t length_bytes);
typedef void dddk_test_bytes(void *user, const uint8_t *bytes, size_t size_bytes);

/* Net: called with each frame that the device sends, valid during the call. NULL: nobody listens.
 */
void dddk_test_listen(struct dddk_model *model, dddk_test_frame *listener, void *user);
/* Put a frame on the wire towards the device. It waits there until the device has room: the wire
 * holds 1024 frames. DDDK_ENOSPC: it is full; DDDK_EMSGSIZE: empty, or above 16 KiB; DDDK_ENODEV:
 * the cable is out. */
int dddk_test_send(struct dddk_model *model, const void *frame, size_t length_bytes);
/* The same, and the device marks it as broken with mark `which` of the ring's `frame: bad:` list.
 */
int dddk_test_send_bad(struct dddk_model *model, const void *frame, size_t length_bytes,
                       unsigned which);
/* Frames on the wire that the device has not received yet. */
unsigned dddk_test_queued(const struct dddk_model *model);
/* Connect two net devices, both ways; what one sends the other receives. */
void dddk_test_connect(struct dddk_model *one, struct dddk_model *other);
/* Pull the cable, or plug it in (as it is at first). Frames on the wire are lost. */
void dddk_test_cable(struct dddk_model *model, bool plugged);

/* Serial: called with what the device sends. */
void dddk_test_listen_bytes(struct dddk_model *model, dddk_test_bytes *listener, void *user);
/* Put bytes on the wire towards the device, which takes them as it has room. Returns how many; the
 * wire holds 64 KiB. */
size_t dddk_test_send_bytes(struct dddk_model *model, const void *bytes, size_t size_bytes);
/* The same of one FIFO, by its place in the model's enum: a word's bytes are the lowest first,
 * unless the manifest says otherwise. Out of range, or of the other direction: 0, and nothing. */
void dddk_test_drain(struct dddk_model *model, unsigned fifo, dddk_test_bytes *listener,
                     void *user);
size_t dddk_test_feed(struct dddk_model *model, unsigned fifo, const void *bytes,
                      size_t size_bytes);
/* From now on bytes arrive whether there is room or not, and those without are lost: an overrun. */
void dddk_test_ignore_room(struct dddk_model *model, bool ignore);

struct dddk_test_counters {
    uint64_t reads, writes;   /* of all registers */
    uint64_t interrupts;      /* messages sent and rising edges of the pin */
    uint64_t interrupts_lost; /* by dddk_test_lose_interrupts() */
    uint64_t dma_reads, dma_writes, dma_faults;
    uint64_t frames_sent, frames_received, frames_lost;
    uint64_t entries_without_payload; /* of rings with several kinds of entries */
    uint64_t bytes_sent, bytes_received, bytes_lost;
    uint64_t complaints;
    uint64_t resets; /* power-on among them */
};
struct dddk_test_counters dddk_test_counters(const struct dddk_model *model);

/* ---- registers ---- */

struct dddk_test_register {
    uint64_t reads, writes; /* accesses by the driver */
    uint64_t last_read, last_written;
    uint64_t value; /* what it holds now */
};
/* A register by its name in the manifest, and its index (0 for a single one). False: no such. */
bool dddk_test_register(const struct dddk_model *model, const char *name, unsigned index,
                        struct dddk_test_register *found);
/* Put a value into a register as the device would, without effects; where only the first write
 * counts, the next one is the first. False: no such register. */
bool dddk_test_poke(struct dddk_model *model, const char *name, unsigned index, uint64_t value);
/* From now on accessors may refuse values, and uses of what the device lacks (`expected`), or may
 * not: then one that does is logged, and traps where DDDK_DEBUG is defined. How many did since the
 * last call. */
uint64_t dddk_test_refusals(bool expected);
/* Reads of the register give (value & and_mask) | or_mask from now on; ~0 and 0 take it back.
 * False: no such register, or too many overrides. */
bool dddk_test_override(struct dddk_model *model, const char *name, unsigned index,
                        uint64_t and_mask, uint64_t or_mask);

/* ---- failures ---- */

/* What all registers of the device give when read; writes are lost meanwhile. Configuration space
 * still answers. */
enum dddk_test_stuck {
    DDDK_TEST_WORKING,
    DDDK_TEST_ALL_ONES,
    DDDK_TEST_ALL_ZEROS,
    DDDK_TEST_LAST_VALUE, /* what they held when they got stuck */
};
void dddk_test_stick(struct dddk_model *model, enum dddk_test_stuck how);
/* Bytes of the device's configuration space, 1, 2 or 4 of them, as it shows them whatever the host
 * may write there: for devices that lie about their capabilities. False: out of range. */
bool dddk_test_config(const struct dddk_model *model, unsigned offset, unsigned bytes,
                      uint32_t *value);
bool dddk_test_config_poke(struct dddk_model *model, unsigned offset, unsigned bytes,
                           uint32_t value);
/* Pull the device out of its slot while it runs: everything reads all ones, it does nothing any
 * more. Cannot be taken back. */
void dddk_test_pull(struct dddk_model *model);
/* The next `count` interrupts of the device are lost on their way; UINT_MAX: all. The causes stay
 * set; the line is seen again once it was down, or when the next thing happens in the device. */
void dddk_test_lose_interrupts(struct dddk_model *model, unsigned count);
/* The same for the messages of one interrupt, while the device has MSI-X on. */
void dddk_test_lose_messages(struct dddk_model *model, unsigned interrupt, unsigned count);
/* Hold the device's line up although it has nothing to say, or send one message if it has MSI on,
 * or with MSI-X one of each vector; false lets go of the line. */
void dddk_test_spurious_interrupt(struct dddk_model *model, bool up);
/* Send the message of one interrupt although it has nothing to say. False: the device has MSI-X
 * off, or no such vector there. */
bool dddk_test_spurious_message(struct dddk_model *model, unsigned interrupt);
/* Set causes in the device, as if it had happened. */
void dddk_test_raise(struct dddk_model *model, unsigned interrupt, uint32_t causes);

/* From now on nothing is printed of what drivers and the machine log: a test that provokes failures
 * would look like one. It is told on stderr when the process dies, and by dddk_test_end_log() if
 * the test that logged it `failed`; else that forgets it. */
void dddk_test_keep_log(void);
void dddk_test_end_log(bool failed);

/* The k-th acquisition of a step from now on fails with `status` (1 is the next; 0: none). */
void dddk_test_fail_at(struct dddk_host *machine, unsigned k, int status);
/* Steps acquired and released so far, the oldest first; the log ends after 128. Returns how many
 * there are in it. */
struct dddk_test_step {
    const char *name;
    bool acquire, failed;
};
unsigned dddk_test_steps(struct dddk_host *machine, struct dddk_test_step *steps,
                         unsigned capacity);
void dddk_test_forget_steps(struct dddk_host *machine);

#endif
