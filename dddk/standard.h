/* SPDX-License-Identifier: MIT
 *
 * Tests that hold for every driver of the kit, whatever its device: the generated NAME_test.c calls
 * them with its driver and its model. Each function is one claim, runs on machines of its own on
 * the port `sim`, and returns NULL when the claim held, else a sentence that says what did not
 * (static memory, good until the next call). Thread context.
 */
#ifndef DDDK_STANDARD_H
#define DDDK_STANDARD_H

#include "dddk/test.h"

/* A driver and the model of its device. */
struct dddk_standard {
    const struct dddk_driver *driver;
    const struct dddk_model_type *model;
    unsigned as; /* which of the model's devices; 0: the first */
};

/* Probe binds the device, removal detaches it, and nothing is left; twice in a row. */
const char *dddk_standard_probe_and_remove(const struct dddk_standard *pair);

/* The same for each device that the model can be, and the next claim as well. */
const char *dddk_standard_each_device(const struct dddk_standard *pair);

/*
 * For every k, make the k-th acquisition of probe and open fail: the call reports the failure, what
 * was acquired is released in exact reverse, nothing is left, and the next attempt succeeds.
 */
const char *dddk_standard_each_failing_step(const struct dddk_standard *pair);

/*
 * All registers at once, and then one register after the other, read as `how` says, from before the
 * probe on and from after the open on. Probe, traffic and removal come to an end by their deadlines
 * (a minute of virtual time is far beyond any) and nothing is left.
 */
const char *dddk_standard_stuck_registers(const struct dddk_standard *pair,
                                          enum dddk_test_stuck how);

/*
 * For each line of `match:` a device that only this line serves, where there can be one: it is
 * bound by that line, it works, and `is` (NULL: nothing to ask) says that it has the line's data.
 * On another bus than the first line's, failing steps and a device that is pulled are tried as
 * well. `line` is the line's place in the driver's table.
 */
const char *dddk_standard_each_line(const struct dddk_standard *pair,
                                    bool (*is)(struct dddk_device *dev, unsigned line));

/* A device that lacks optional region `index` is bound and works; the driver says that it lacks it,
 * and no access of its own went there. */
const char *dddk_standard_without_region(const struct dddk_standard *pair, unsigned index);
/* Region `index` of the device takes longer or shorter addresses than declared, or is prefetchable
 * where it should not be, or the other way round: it is refused. */
const char *dddk_standard_other_address_bits(const struct dddk_standard *pair, unsigned index);
const char *dddk_standard_other_prefetch(const struct dddk_standard *pair, unsigned index);

/* The device is pulled while it runs: everything ends, everything is given back. */
const char *dddk_standard_pulled(const struct dddk_standard *pair);

/* In each interrupt mode of the driver, on a device that has no other, and there for each vector:
 * an interrupt with no cause, one that was lost, a message that comes again and again, another
 * device on the line, a line that nobody lets go of: none of them stops the traffic or brings down
 * the machine. */
const char *dddk_standard_bad_interrupts(const struct dddk_standard *pair);

/*
 * Each capability that a region is found by is missing once, and once in a list that loops or
 * leaves its range; what it says is a BAR that cannot be, is absent or of the other kind, a place
 * outside the BAR, too few bytes, or a place where another region is. The attach is refused with
 * the status of each (see dddk_pci_locate()) and a line of the log, nothing is left, and once the
 * device tells the truth again it is bound.
 */
const char *dddk_standard_capabilities(const struct dddk_standard *pair);

/* What register `reg` says of the place of region `index`, in the bits of `mask`, is one lie after
 * the other. The attach is refused (DDDK_EPROTO) with a line of the log, nothing is left, and once
 * the device tells the truth again it is bound. */
const char *dddk_standard_begin(const struct dddk_standard *pair, unsigned index, const char *reg,
                                uint64_t mask, const uint64_t *lies, unsigned count);

/* Net: nothing comes out of a ring that nothing was put into. */
const char *dddk_standard_net_empty(const struct dddk_standard *pair);
/* Net: without completions the transmit ring takes what it has room for and then refuses; once they
 * come, every frame that was taken has left in order, and there is room again. */
const char *dddk_standard_net_full(const struct dddk_standard *pair);
/* Net: frames in both directions, several times around rings whose free-running indices pass 2^32.
 */
const char *dddk_standard_net_wrap(const struct dddk_standard *pair);
/* Net: a frame that the device marked as broken is counted and not delivered; what follows is. */
const char *dddk_standard_net_bad_frames(const struct dddk_standard *pair);

/* Serial: more bytes than any buffer on the way holds, in both directions, none lost or changed. */
const char *dddk_standard_serial_bytes(const struct dddk_standard *pair);

/* Misc: more words than FIFO `index` and any buffer on the way hold go through it, and the first
 * of them at once when there are only a few; none is lost or changed. One that lost words says so,
 * and works on. */
const char *dddk_standard_misc_words(const struct dddk_standard *pair, unsigned index);

/* A transfer of the driver, and its bounds. */
struct dddk_standard_transfer {
    const char *name;
    unsigned index; /* in the model */
    size_t size_bytes, max_bytes;
    uint32_t align;     /* of addresses and lengths, in bytes */
    bool has_no_offset; /* it begins where the device's memory does */
    bool can_fail;      /* the device says so */
    /* NULL: it does not go that way */
    int (*to_device)(struct dddk_device *dev, uint64_t offset, const struct dddk_dma_memory *memory,
                     size_t size_bytes);
    int (*from_device)(struct dddk_device *dev, uint64_t offset,
                       const struct dddk_dma_memory *memory, size_t size_bytes);
};
/* Bytes go there and come back unchanged, up to the last one of the device's memory; what would
 * leave it is refused without an access; an end that never comes is given up at its deadline, and a
 * failure is told. */
const char *dddk_standard_moves(const struct dddk_standard *pair,
                                const struct dddk_standard_transfer *transfer);

/* An operation over registers. */
struct dddk_standard_operation {
    unsigned index; /* in the model */
    /* Arguments come from `values`, and results go there behind them. */
    int (*call)(struct dddk_device *dev, uint64_t *values);
};
enum { DDDK_STANDARD_OPERATIONS = 64 };
/* What the simulated memory holds comes out, what is written goes there; arguments that do not fit
 * are refused without an access; a busy device is not written to until it is idle; a failure,
 * beside success or instead of it, is DDDK_EIO, no answer DDDK_ETIMEDOUT. */
const char *dddk_standard_operates(const struct dddk_standard *pair,
                                   const struct dddk_standard_operation *operation);

/* Every parameter: its default, its least and greatest value reach the device's struct; what is
 * beyond, and what is no value, refuses the device and leaves nothing behind. */
const char *dddk_standard_params(const struct dddk_standard *pair);

/* Where a statistic is counted. */
struct dddk_standard_count {
    unsigned stat;   /* in the driver's table */
    const char *reg; /* in the manifest */
    unsigned index, shift, width;
    bool cleared; /* by a read */
};
/* What the device counts is summed, also past the end of its register; what it counted before the
 * start is left out; a stop loses nothing; nothing is believed of a device that is gone. */
const char *dddk_standard_counts(const struct dddk_standard *pair,
                                 const struct dddk_standard_count *count);

/*
 * For tests of register access: a device that is nothing but its registers (no hooks, rings, FIFOs
 * or interrupts), with its regions mapped and no step of the driver taken beyond that. NULL: it
 * could not be made. *machine is ended with dddk_test_close().
 */
struct dddk_device *dddk_standard_registers_only(const struct dddk_standard *pair,
                                                 struct dddk_host **machine);

#endif
