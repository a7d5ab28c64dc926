/* SPDX-License-Identifier: MIT
 *
 * What the files of the standard tests (dddk/standard.h) share: one machine with one device, what
 * came over its wire, and the sentence that says what went wrong. Not public.
 */
#ifndef DDDK_SIM_STANDARD_H
#define DDDK_SIM_STANDARD_H

#include "dddk/standard.h"
#include "host.h"

#define BENCH_SLOT 4u
#define BENCH_FRAME_BYTES 600u
#define BENCH_QUIET_NS DDDK_MSEC(20)
#define BENCH_TRAFFIC_NS DDDK_MSEC(100) /* ample for a little traffic */
/* No deadline of a driver is longer; whatever takes more virtual time than this never ends. */
#define BENCH_LONGEST_NS DDDK_SEC(60)

/* One machine with one device. */
struct bench {
    const struct dddk_standard *pair;
    struct dddk_host *machine;
    struct dddk_model *model;
    struct dddk_device *dev; /* NULL: not bound */
    /* Frames, or bytes of a serial device: given to the wire and to the driver, and what came out
     * at the other end, unchanged and in order. */
    uint64_t in_put, out_put;
    uint64_t received, sent;
    bool wrong; /* something came that was not put in, or not in order */
};

/* Remember what did not hold, unless something did not before; returns the sentence. */
const char *bench_complain(const char *format, ...) DDDK_PRINTF(1, 2);

/* A machine with the device in it, not probed. NULL, or a sentence. */
const char *bench_open(struct bench *bench, const struct dddk_standard *pair);
/* Probe; 0 or what it failed with. */
int bench_probe(struct bench *bench);
/* Open the class object (nothing for misc, which starts by itself), listening to both sides. */
int bench_start(struct bench *bench);
int bench_stop(struct bench *bench);
/* Both. NULL, or a sentence that says what to do about it. */
const char *bench_run(struct bench *bench);
/* Use the device as its class is used, a little, whatever comes of it. */
void bench_traffic(struct bench *bench);
/* The same, and it has to work. NULL, or a sentence. */
const char *bench_working(struct bench *bench);
/* End the machine; a sentence when something was damaged or left. */
const char *bench_close(struct bench *bench, const char *so_far);
/* Run everything there is with whatever was done to the device, remove it, and see that it ends:
 * `which` (a part of the device) `what` (was done to it). NULL, or a sentence. */
const char *bench_ends(struct bench *bench, const char *what, const char *which);

/* The same for a device that lied: what its model complains about is not the driver's fault. */
const char *bench_close_liar(struct bench *bench, const char *so_far);

/* Frame number `n` of a direction: its content says which it is. */
void bench_frame(uint8_t frame[BENCH_FRAME_BYTES], uint32_t n, bool to_device);

/* The log goes again where the test wants it, after somebody has listened. */
void bench_log_back(void);

#endif
