/* SPDX-License-Identifier: MIT */
#include "machine.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dddk/test.h"
#include "e1000.model.h"
#include "pcap.h"
#include "runtime/port/qemu/qemu.h"
#include "runtime/port/sim/sim.h"

#define SLOT 3
#define NETDEV "cable"

/* ---- QEMU: the cable is a socket on which each datagram is a frame; filter-dump captures ---- */

static bool qemu_send(struct demo_machine *machine, const uint8_t *frame, size_t length_bytes)
{
    return send(machine->socket, frame, length_bytes, MSG_DONTWAIT | MSG_NOSIGNAL) ==
           (ssize_t)length_bytes;
}

static void qemu_take(void *user, int fd)
{
    struct demo_machine *machine = user;
    uint8_t frame[2048];
    ssize_t length;

    while ((length = recv(fd, frame, sizeof(frame), MSG_DONTWAIT | MSG_TRUNC)) > 0) {
        size_t kept = (size_t)length < sizeof(frame) ? (size_t)length : sizeof(frame);
        machine->arrival(machine->user, frame, kept);
    }
}

static bool qemu_set_link(struct demo_machine *machine, bool up)
{
    if (dddk_qemu_set_link(machine->host, NETDEV, up) != 0) {
        fprintf(stderr, "set_link: %s\n", dddk_qemu_message(machine->host));
        return false;
    }
    return true;
}

static bool open_qemu(struct demo_machine *machine)
{
    static const char *const devices[] = {"e1000,netdev=" NETDEV ",addr=3"};
    static const char *const netdevs[] = {NETDEV};
    const struct dddk_qemu_options options = {.devices = devices,
                                              .device_count = 1,
                                              .netdevs = netdevs,
                                              .netdev_count = 1,
                                              .capture = true};

    machine->host = dddk_qemu_open(&options);
    if (!machine->host) {
        return false;
    }
    machine->what = "QEMU's e1000";
    machine->send = qemu_send;
    machine->set_link = qemu_set_link;
    machine->socket = dddk_qemu_peer(machine->host, NETDEV);
    machine->capture = dddk_qemu_capture(machine->host, NETDEV);
    return dddk_qemu_watch(machine->host, machine->socket, qemu_take, machine) == 0;
}

/* ---- sim: the cable is the model's; we capture ourselves ---- */

static void capture(struct demo_machine *machine, const void *frame, size_t length_bytes)
{
    uint64_t now_ns = machine->host->ops->now_ns(machine->host);

    if (!demo_pcap_append(machine->capture, now_ns, frame, length_bytes)) {
        fprintf(stderr, "capture: %s\n", strerror(errno));
    }
}

static bool sim_send(struct demo_machine *machine, const uint8_t *frame, size_t length_bytes)
{
    if (dddk_test_send(machine->model, frame, length_bytes) != 0) {
        return false;
    }
    capture(machine, frame, length_bytes);
    return true;
}

static void sim_take(void *user, const void *frame, size_t length_bytes)
{
    struct demo_machine *machine = user;

    capture(machine, frame, length_bytes);
    machine->arrival(machine->user, frame, length_bytes);
}

static bool sim_set_link(struct demo_machine *machine, bool up)
{
    dddk_test_cable(machine->model, up);
    return true;
}

static bool open_sim(struct demo_machine *machine)
{
    const struct dddk_sim_options options = {.seed = 1};

    machine->host = dddk_sim_open(&options);
    machine->capture = memfd_create("dddk-demo-capture", MFD_CLOEXEC);
    if (!machine->host || machine->capture < 0 || !demo_pcap_begin(machine->capture)) {
        fprintf(stderr, "no memory for a simulated machine\n");
        return false;
    }
    machine->what = "the SIMULATED e1000 (not QEMU's)";
    machine->send = sim_send;
    machine->set_link = sim_set_link;
    machine->model = dddk_sim_add(machine->host, &e1000_model_type, SLOT);
    if (!machine->model) {
        fprintf(stderr, "no memory for a simulated device\n");
        return false;
    }
    dddk_test_without_msi(machine->model); /* as the card that QEMU has, and the 82540EM itself */
    dddk_test_listen(machine->model, sim_take, machine);
    return true;
}

bool demo_machine_open(struct demo_machine *machine, const char *port, demo_arrival *arrival,
                       void *user)
{
    *machine = (struct demo_machine){
        .where = {0, SLOT, 0}, .capture = -1, .arrival = arrival, .user = user, .socket = -1};
    if (strcmp(port, "qemu") == 0 ? open_qemu(machine) : open_sim(machine)) {
        return true;
    }
    demo_machine_close(machine);
    return false;
}

void demo_machine_close(struct demo_machine *machine)
{
    /* Under QEMU the capture and the socket belong to the host. */
    if (machine->socket < 0 && machine->capture >= 0) {
        close(machine->capture);
    }
    machine->capture = -1;
    if (machine->host) {
        dddk_host_close(machine->host);
        machine->host = NULL;
    }
}
