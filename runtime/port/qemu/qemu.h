/* SPDX-License-Identifier: MIT
 *
 * A hosted machine whose devices are QEMU's own models: no guest runs, the driver is in this
 * process and QEMU in a child. Register and configuration accesses are qtest commands over a
 * socket; memory that devices reach is shared with the child, so rings and buffers are plain memory
 * here as well.
 *
 * Nothing has a name: memory, firmware, captures and sockets are file descriptors that the child
 * inherits, and the kernel kills the child when this process dies, however it dies. So programs
 * that run side by side cannot collide and nothing is left behind.
 *
 * A posted write may stay in this process until the next read, wait, line or time query of the
 * host; writes are never reordered. A child that dies, or does not answer in time, makes the
 * host dead: why_dead says why in QEMU's own words, every access reads all ones from then on,
 * nothing blocks.
 *
 * Everything here is for the thread that opened the host.
 */
#ifndef DDDK_QEMU_H
#define DDDK_QEMU_H

#include "host.h"

#define DDDK_QEMU_PEERS 16u   /* netdevs and chardevs of one host together */
#define DDDK_QEMU_WATCHES 16u /* descriptors looked at in wait() */

struct dddk_qemu_options {
    /* NULL: what the environment variable DDDK_QEMU names, else qemu-system-x86_64 from PATH. */
    const char *program;
    /* Values of -device: "MODEL,netdev=n0,addr=4". Slots n and n + 4 of 1 to 24 share a line. */
    const char *const *devices;
    unsigned device_count;
    /* IDs of Ethernet netdevs to make. The other end of each is dddk_qemu_peer(): one datagram is
     * one frame, without FCS. */
    const char *const *netdevs;
    unsigned netdev_count;
    /* IDs of character devices to make. The other end of each is dddk_qemu_peer(): a byte stream.
     */
    const char *const *chardevs;
    unsigned chardev_count;
    /* Record what passes on every netdev: dddk_qemu_capture(). */
    bool capture;
    size_t memory_bytes; /* 0: 64 MiB; a multiple of 1 MiB, 2 MiB to 2 GiB */
    /* How long one answer may take before QEMU counts as dead; 0: 10 s. A busy machine is slow. */
    uint64_t patience_ns;
    /* Where dddk_qemu_open() says why it failed; NULL: on stderr. */
    char *why;
    size_t why_bytes;
};

/*
 * Start QEMU and wait until it answers. Returns a host for the functions of host.h (close it with
 * dddk_host_close()), or NULL after saying why: with QEMU's own message where there is one. No
 * child and no descriptor is left after a failure. *options may go away when this returns.
 */
struct dddk_host *dddk_qemu_open(const struct dddk_qemu_options *options);

/* This end of a netdev or chardev: a non-blocking socket, the host's until it is closed; -1: none
 * of that ID. */
int dddk_qemu_peer(struct dddk_host *host, const char *id);

/* What passed on a netdev so far, as a pcap file: a descriptor of the host's, to be read with
 * pread(); -1: none of that ID, or `capture` was not asked for. */
int dddk_qemu_capture(struct dddk_host *host, const char *netdev);

/*
 * Call `ready` when `fd` can be read, inside the host's wait(), again and again until it has been
 * read. It may read and write descriptors, and watch and unwatch them, but not enter the host: a
 * handler of a driver may be waiting below it. Watching a descriptor again changes its callback. 0,
 * DDDK_ENOSPC, DDDK_ENOENT (was not watched).
 */
typedef void dddk_qemu_ready(void *user, int fd);
int dddk_qemu_watch(struct dddk_host *host, int fd, dddk_qemu_ready *ready, void *user);
int dddk_qemu_unwatch(struct dddk_host *host, int fd);

/*
 * Run one QMP command. `arguments` is a JSON object, or NULL. Everything written to a device before
 * has reached it before the command runs. 0; DDDK_EIO when QEMU refused it, DDDK_ENODEV when it is
 * dead: dddk_qemu_message() has the reason.
 */
int dddk_qemu_command(struct dddk_host *host, const char *execute, const char *arguments);
/* Plug or unplug the cable of a netdev or NIC. Returns as dddk_qemu_command(); DDDK_EINVAL for an
 * ID that cannot be one. */
int dddk_qemu_set_link(struct dddk_host *host, const char *id, bool up);
/* What QEMU answered to the last command that failed; "" when none did. The host's. */
const char *dddk_qemu_message(struct dddk_host *host);

/* The child, for tests that hurt it. */
int dddk_qemu_pid(struct dddk_host *host);

#endif
