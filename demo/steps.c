/* SPDX-License-Identifier: MIT */
#include "steps.h"

#include <stdarg.h>
#include <time.h>

#include "e1000.dddk.h"
#include "pcap.h"

#define TURN_NS DDDK_MSEC(1)
#define PROGRESS_NS DDDK_MSEC(100)
#define PESTER_NS DDDK_SEC(1)

/* Of the card, for looking at it when no driver is there any more. */
enum { PCI_COMMAND = 0x04, PCI_BAR0 = 0x10, COMMAND_MEMORY = 0x2, COMMAND_MASTER = 0x4 };
enum { COMMAND_NO_INTX = 0x400 };

bool demo_fault(struct demo *demo, const char *format, ...)
{
    va_list values;

    va_start(values, format);
    fprintf(stderr, "%sdemo: ", demo->terminal ? "\r\033[K" : "");
    vfprintf(stderr, format, values);
    fputc('\n', stderr);
    va_end(values);
    demo->faults++;
    return false;
}

static void say(struct demo *demo, const char *format, ...) DDDK_PRINTF(2, 3);
static void say(struct demo *demo, const char *format, ...)
{
    va_list values;

    va_start(values, format);
    vsnprintf(demo->said, sizeof(demo->said), format, values);
    va_end(values);
}

static double wall_seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static uint64_t now_ns(struct demo *demo)
{
    return demo->machine.host->ops->now_ns(demo->machine.host);
}

/* Neither stopped from outside, nor has the machine died. */
static bool may_go_on(struct demo *demo)
{
    if (*demo->interrupted) {
        return false;
    }
    return !demo->machine.host->dead || demo_fault(demo, "%s", demo->machine.host->why_dead);
}

bool demo_bind(struct demo *demo)
{
    DDDK_REGISTRY_STORAGE(storage, 1, 8, 4);
    struct dddk_host *host = demo->machine.host;
    uint32_t ids = host->ops->config_read(host, demo->machine.where, 0, 4);
    int status = dddk_registry_init(&demo->registry, &storage);

    if (status == 0) {
        status = dddk_registry_add_driver(&demo->registry, &e1000_driver);
    }
    if (status != 0) {
        return demo_fault(demo, "registry: %s", demo->registry.message);
    }
    status = dddk_host_probe(host, &demo->registry);
    demo->dev = dddk_host_find(host, "e1000.0");
    if (status != 1 || !demo->dev) {
        return demo_fault(demo, "enumeration bound %d drivers: %s", status,
                          dddk_status_name(status));
    }
    say(demo, "%04x:%04x found in configuration space at %02x:%02x.%x and bound: %s, %s",
        (unsigned)(ids & 0xffff), (unsigned)(ids >> 16), demo->machine.where.bus,
        demo->machine.where.device, demo->machine.where.function, demo->dev->name,
        demo->dev->irq_mode == DDDK_IRQ_INTX ? "INTx" : "MSI");
    return true;
}

/* A frame that came up through the driver. */
static void receive(void *user, const void *frame, size_t length_bytes)
{
    struct demo *demo = user;

    if (!demo->peer.deaf) {
        demo_ledger_take(&demo->in, frame, length_bytes);
    }
}

static bool wait_for_link(struct demo *demo, bool up)
{
    uint64_t until_ns = now_ns(demo) + demo->patience_ns;
    struct dddk_net *net = dddk_host_net(demo->dev);

    while (net->link_up != up) {
        if (!may_go_on(demo)) {
            return false;
        }
        if (now_ns(demo) > until_ns) {
            return demo_fault(demo, "the link did not %s", up ? "come up" : "go down");
        }
        dddk_host_turn(demo->machine.host, TURN_NS);
    }
    return true;
}

bool demo_link_up(struct demo *demo)
{
    const struct dddk_net *net = dddk_host_net(demo->dev);
    int status = dddk_host_net_open(demo->dev, receive, demo);

    if (status != 0) {
        return demo_fault(demo, "open: %s", dddk_status_name(status));
    }
    if (!wait_for_link(demo, true)) {
        return false;
    }
    say(demo, "link up: %u Mbit/s, %s duplex", (unsigned)net->link_mbps,
        net->full_duplex ? "full" : "half");
    return true;
}

static bool prepare(struct demo *demo)
{
    static const uint8_t peer_mac[6] = {0x02, 0, 0, 0, 0, 0x01};
    const struct dddk_net *net = dddk_host_net(demo->dev);

    demo->out = (struct demo_stream){.seed = demo->seed, .count = demo->frames};
    memcpy(demo->out.to, peer_mac, 6);
    memcpy(demo->out.from, net->mac.byte, 6);
    demo->peer.sends = (struct demo_stream){.seed = ~demo->seed, .count = demo->frames};
    memcpy(demo->peer.sends.to, net->mac.byte, 6);
    memcpy(demo->peer.sends.from, peer_mac, 6);
    if (!demo_ledger_open(&demo->peer.arrived, &demo->out) ||
        !demo_ledger_open(&demo->in, &demo->peer.sends) ||
        !demo_ledger_open(&demo->captured_out, &demo->out) ||
        !demo_ledger_open(&demo->captured_in, &demo->peer.sends)) {
        return demo_fault(demo, "no memory");
    }
    return true;
}

/* How many frames are not in flight any more, harmed ones too. */
static uint64_t landed(const struct demo_ledger *ledger)
{
    return (uint64_t)ledger->arrived + ledger->corrupted;
}

/* How many frames of a ledger's stream may have been sent, with so many in flight. */
static uint32_t window(const struct demo_ledger *ledger)
{
    uint64_t limit = landed(ledger) + DEMO_IN_FLIGHT;

    return limit < ledger->stream->count ? (uint32_t)limit : ledger->stream->count;
}

static void note_flight(const struct demo_ledger *ledger, uint32_t sent, uint32_t *most)
{
    uint32_t now = sent - (uint32_t)landed(ledger);

    *most = now > *most ? now : *most;
}

/* Give the driver what the window allows. False: it refused a frame that it must take. */
static bool send_out(struct demo *demo)
{
    uint32_t limit = window(&demo->peer.arrived);
    uint8_t frame[DEMO_FRAME_MAX];

    while (demo->out_sent < limit) {
        size_t length = demo_frame_make(&demo->out, demo->out_sent, frame);
        int status = dddk_host_net_send(demo->dev, frame, length, demo->out_sent + 1 < limit);
        if (status == DDDK_ENOSPC) {
            break; /* the ring is full; a turn makes room */
        }
        if (status != 0) {
            return demo_fault(demo, "frame %u was refused: %s", (unsigned)demo->out_sent,
                              dddk_status_name(status));
        }
        demo->out_sent++;
    }
    return true;
}

static void show_progress(struct demo *demo, uint64_t *shown_ns)
{
    if (demo->terminal && now_ns(demo) - *shown_ns >= PROGRESS_NS) {
        *shown_ns = now_ns(demo);
        printf("\r  %u frames out, %u in, of %u ", (unsigned)demo->peer.arrived.arrived,
               (unsigned)demo->in.arrived, (unsigned)demo->frames);
        fflush(stdout);
    }
}

static bool keep_exchanging(struct demo *demo)
{
    uint64_t moved_ns = now_ns(demo), shown_ns = 0, moved = 0;

    while (landed(&demo->peer.arrived) < demo->frames || landed(&demo->in) < demo->frames) {
        uint64_t now_moved = landed(&demo->peer.arrived) + landed(&demo->in);
        if (!may_go_on(demo) || !send_out(demo)) {
            return false;
        }
        demo_peer_send(&demo->peer, window(&demo->in));
        note_flight(&demo->peer.arrived, demo->out_sent, &demo->most_out);
        note_flight(&demo->in, demo->peer.sent, &demo->most_in);
        dddk_host_turn(demo->machine.host, TURN_NS);
        show_progress(demo, &shown_ns);
        if (now_moved != moved) {
            moved = now_moved;
            moved_ns = now_ns(demo);
        } else if (now_ns(demo) - moved_ns > demo->patience_ns) {
            break; /* what is missing now is lost, and is reported as that */
        }
    }
    /* One that came twice would come about now. */
    dddk_host_run_until_idle(demo->machine.host, DDDK_MSEC(10));
    return may_go_on(demo);
}

bool demo_exchange(struct demo *demo)
{
    struct dddk_host_statistics before, after;
    double start;
    bool fine;

    if (!prepare(demo)) {
        return false;
    }
    before = dddk_host_statistics(demo->machine.host);
    start = wall_seconds();
    fine = keep_exchanging(demo);
    demo->seconds = wall_seconds() - start;
    after = dddk_host_statistics(demo->machine.host);
    demo->traffic = (struct dddk_host_statistics){
        .reads = after.reads - before.reads,
        .writes = after.writes - before.writes,
        .interrupts = after.interrupts - before.interrupts,
    };
    if (demo->terminal) {
        printf("\r\033[K");
    }
    if (!fine) {
        return false;
    }
    if (!demo_ledger_is_perfect(&demo->peer.arrived)) {
        demo_fault(demo,
                   "not every frame that went out reached the peer once, in order and unharmed");
    }
    if (!demo_ledger_is_perfect(&demo->in)) {
        demo_fault(demo, "not every frame of the peer came in once, in order and unharmed");
    }
    if (demo->traffic.interrupts == 0) {
        demo_fault(demo, "there was no interrupt");
    }
    say(demo, "%u frames of %u to %u bytes each way at once, %u and %u in flight",
        (unsigned)demo->frames, DEMO_FRAME_MIN, DEMO_FRAME_MAX, (unsigned)demo->most_out,
        (unsigned)demo->most_in);
    return true;
}

static void visit(void *user, const uint8_t *frame, size_t length_bytes)
{
    struct demo *demo = user;
    bool from_peer = length_bytes >= 12 && memcmp(frame + 6, demo->peer.sends.from, 6) == 0;

    demo_ledger_take(from_peer ? &demo->captured_in : &demo->captured_out, frame, length_bytes);
}

bool demo_check_capture(struct demo *demo)
{
    const char *wrong = demo_pcap_read(demo->machine.capture, visit, demo);

    if (wrong) {
        demo_fault(demo, "the capture: %s", wrong);
    }
    if (!demo_ledger_is_perfect(&demo->captured_out) ||
        !demo_ledger_is_perfect(&demo->captured_in)) {
        demo_fault(demo, "the capture does not hold every frame once, in order and unharmed");
    }
    say(demo, "capture of the cable read back: %u frames out, %u in",
        (unsigned)demo->captured_out.arrived, (unsigned)demo->captured_in.arrived);
    return true;
}

/* Change the link and see that exactly one call of the link handler told the class. */
static bool change_link(struct demo *demo, bool up, uint64_t *handled)
{
    struct dddk_net *net = dddk_host_net(demo->dev);
    uint64_t before = net->link_changes;

    if (!demo->machine.set_link(&demo->machine, up) || !wait_for_link(demo, up)) {
        return false;
    }
    *handled = net->link_changes - before;
    if (*handled != 1) {
        demo_fault(demo, "the link changed once and the handler said so %u times",
                   (unsigned)*handled);
    }
    return true;
}

bool demo_toggle_link(struct demo *demo)
{
    if (!change_link(demo, false, &demo->link_downs) || !change_link(demo, true, &demo->link_ups)) {
        return false;
    }
    say(demo, "cable pulled and plugged in: the link handler was told down %u time, up %u time",
        (unsigned)demo->link_downs, (unsigned)demo->link_ups);
    return true;
}

/* The peer goes on sending for a while, a burst each millisecond. */
static bool pester(struct demo *demo, uint64_t duration_ns)
{
    uint64_t next_ns = now_ns(demo), until_ns = next_ns + duration_ns;

    while (now_ns(demo) < until_ns) {
        if (!may_go_on(demo)) {
            return false;
        }
        if (now_ns(demo) >= next_ns) {
            demo_peer_pester(&demo->peer);
            next_ns += TURN_NS;
        }
        dddk_host_turn(demo->machine.host, TURN_NS);
    }
    return true;
}

/* What the card itself says about what it may still do. */
static void inspect(struct demo *demo)
{
    struct dddk_host *host = demo->machine.host;
    struct dddk_pci_address where = demo->machine.where;
    uint32_t command = host->ops->config_read(host, where, PCI_COMMAND, 2);
    uint32_t base = host->ops->config_read(host, where, PCI_BAR0, 4) & ~0xfu;
    uint64_t mask;

    if (command & COMMAND_MASTER) {
        demo_fault(demo, "bus mastering is still on");
    }
    if (!(command & COMMAND_NO_INTX)) {
        demo_fault(demo, "the interrupt pin is still enabled");
    }
    host->ops->config_write(host, where, PCI_COMMAND, 2, COMMAND_MEMORY | COMMAND_NO_INTX);
    mask = host->ops->bus_read(host, DDDK_HOST_MEMORY_SPACE, base + E1000_IMS, 4);
    host->ops->config_write(host, where, PCI_COMMAND, 2, command);
    if (mask != 0) {
        demo_fault(demo, "the interrupt is not masked: IMS is 0x%x", (unsigned)mask);
    }
}

bool demo_remove(struct demo *demo)
{
    struct dddk_host *host = demo->machine.host;
    struct dddk_host_statistics before, after;
    int status;

    demo->peer.deaf = true;
    if (!pester(demo, DDDK_MSEC(50))) {
        return false;
    }
    demo_peer_pester(&demo->peer); /* and there is more to come when the driver begins to stop */
    status = dddk_host_remove(host, demo->dev);
    demo->dev = NULL;
    if (status != 0) {
        return demo_fault(demo, "remove: %s", dddk_status_name(status));
    }
    before = dddk_host_statistics(host);
    demo->pestered = demo->peer.noise;
    if (!pester(demo, PESTER_NS)) {
        return false;
    }
    demo->pestered = demo->peer.noise - demo->pestered;
    inspect(demo);
    after = dddk_host_statistics(host);
    if (after.interrupts != before.interrupts) {
        demo_fault(demo, "a handler of the removed driver was called");
    }
    if (after.dma_live != 0 || after.leaks != 0 || after.misuse != 0) {
        demo_fault(demo,
                   "%u pieces of DMA memory, %u other resources are left; %u calls were misused",
                   (unsigned)after.dma_live, (unsigned)after.leaks, (unsigned)after.misuse);
    }
    demo->damage = dddk_host_check_freed(host);
    if (demo->damage != 0 || after.dma_faults != 0) {
        demo_fault(demo, "%u bytes of freed memory were written, %u accesses went outside",
                   (unsigned)demo->damage, (unsigned)after.dma_faults);
    }
    say(demo,
        "removed under fire: bus mastering off, interrupt masked, freed memory intact after %u "
        "frames more",
        (unsigned)demo->pestered);
    return may_go_on(demo);
}
