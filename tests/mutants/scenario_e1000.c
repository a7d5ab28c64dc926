/* SPDX-License-Identifier: MIT
 *
 * Everything that the e1000 driver uses, on QEMU's 82540EM (and its 82545EM, for the second match
 * line): probe after a previous owner who left the device running, frames each way, receive modes
 * held against what reaches the far side, frames of several descriptors, frames that the device
 * marks as bad, link changes, stop and start, recovery, removal. Frames and descriptors are in
 * files of their own.
 */
#include "scenario_e1000.h"

extern const struct dddk_driver e1000_driver;

struct nic nic;
const uint8_t nic_mac[6] = {0x52, 0x54, 0x00, 0xa1, 0xb2, 0xc3};
const uint8_t nic_other_mac[6] = {0x52, 0x54, 0x00, 0x0d, 0x0e, 0x0f};

static uint32_t left_ctrl; /* what CTRL held before the driver started it */

/* ---- what the manual demands and QEMU forgives: looked at on the bus ---- */

static struct {
    unsigned resets;    /* CTRL.RST was written: QEMU ignores it */
    uint32_t tipg;      /* QEMU has no such register */
    uint32_t tdh;       /* QEMU runs through empty entries from wherever it is */
    bool tdh_was_given; /* since the last reset */
    unsigned masked;    /* IMC was written */
} bus;

static void rule(size_t offset, unsigned bytes, bool write, uint64_t value)
{
    STAGE_CHECK(bytes == 4 && offset % 4 == 0,
                "bus: 0x%zx is accessed with %u bytes, and registers take 32 bits (13.1)", offset,
                bytes);
    if (write && offset == CTRL) {
        bus.resets += (value & CTRL_RST) != 0;
        bus.tdh_was_given = bus.tdh_was_given && (value & CTRL_RST) == 0;
    }
    bus.masked += write && offset == IMC;
    if (write && offset == TIPG) {
        bus.tipg = (uint32_t)value;
    }
    if (write && offset == TDH) {
        bus.tdh = (uint32_t)value;
        bus.tdh_was_given = true;
    }
}

/* ---- the devices as they were left by whoever had them before ---- */

/* Everything on: of CTRL all but RST, which is an order, and VME, which would change frames. */
#define LEFT_CTRL 0xbbffffffu
#define LEFT_CONTROL 0xffffffffu

/* Also: what reasons.yaml says of QEMU's registers is so. */
static void known(void)
{
    stage_holds(SLOT, STATUS, QEMU_STATUS, "STATUS");
    stage_holds(SLOT, RAH, 0x8000c3b2u, "RAH");
    stage_write(SLOT, CTRL, 4, 0xffffffffu);
    stage_holds(SLOT, CTRL, ~CTRL_RST, "CTRL, when all is written to it,");
    stage_write(SLOT, IMS, 4, CAUSES);
    stage_write(SLOT, IMC, 4, ~CAUSES);
    stage_holds(SLOT, IMS, CAUSES, "IMS, when all other causes are masked,");
}

static void previous_owner(unsigned slot, uint32_t ctrl, uint32_t control)
{
    const struct {
        unsigned offset;
        uint32_t value;
    } left[] = {
        {CTRL, ctrl}, {RDBAL, 0xfffffff0u}, {RDBAH, 0xffffffffu}, {RDLEN, 0x80},   {RDH, 3},
        {RDT, 2},     {TDBAL, 0xfffffff0u}, {TDBAH, 0xffffffffu}, {TDLEN, 0x80},   {TDH, 5},
        {TDT, 5},     {IMS, CAUSES},        {TCTL, control},      {RCTL, control},
    };

    stage_wake(slot);
    if (slot == SLOT) {
        known();
    }
    for (unsigned i = 0; i < DDDK_COUNT(left); i++) {
        stage_write(slot, left[i].offset, 4, left[i].value);
    }
    for (unsigned i = 0; i < MTA_WORDS; i++) {
        stage_write(slot, MTA + 4u * i, 4, 0xffffffffu);
    }
    stage_sleep(slot);
}

/* The driver has updated these, so what it did not name is what it was. */
static void must_have_kept(unsigned slot, uint32_t ctrl, uint32_t control)
{
    stage_holds(slot, CTRL, ctrl, "CTRL");
    stage_holds(slot, RCTL, control & ~ENABLE, "RCTL");
    stage_holds(slot, TCTL, control & ~ENABLE, "TCTL");
    stage_holds(slot, IMS, 0, "IMS");
}

/* A reset that nobody meant would take the rings with it. */
static void must_have_reset(unsigned times)
{
    STAGE_CHECK(bus.resets == times, "bus: CTRL.RST was written %u times, not %u", bus.resets,
                times);
}

static void probe(void)
{
    struct dddk_device *other;

    stage_probe(&e1000_driver, 2);
    nic.dev = stage_device("e1000.0");
    other = stage_device("e1000.1");
    nic.net = dddk_host_net(nic.dev);
    STAGE_CHECK(nic.net != NULL && dddk_host_net(other) != NULL, "it is no net device");
    STAGE_CHECK(memcmp(nic.net->mac.byte, nic_mac, 6) == 0,
                "its address is not the one QEMU was given");
    STAGE_CHECK(memcmp(dddk_host_net(other)->mac.byte, nic_other_mac, 6) == 0,
                "the other's address is not the one QEMU was given");
    must_have_reset(1);
    must_have_kept(SLOT, LEFT_CTRL, LEFT_CONTROL);
    must_have_kept(OTHER_SLOT, 0, ENABLE);
}

static void wait_for_link(bool up)
{
    STAGE_UNTIL(nic.net->link_up == up, "the link is not reported as %s", up ? "up" : "down");
}

/* With RCTL as it must be then. */
static void open_device(uint32_t rctl)
{
    int status = dddk_host_net_open(nic.dev, receive, NULL);

    STAGE_CHECK(status == 0, "open: %s", dddk_status_name(status));
    wait_for_link(true);
    STAGE_CHECK(nic.net->link_mbps == 1000 && nic.net->full_duplex,
                "the link has %u Mbit/s, %s duplex", nic.net->link_mbps,
                nic.net->full_duplex ? "full" : "half");
    stage_holds(SLOT, CTRL, left_ctrl | CTRL_STARTED, "CTRL");
    stage_holds(SLOT, RCTL, rctl, "RCTL");
    stage_holds(SLOT, TCTL, TCTL_STARTED, "TCTL");
    stage_holds(SLOT, IMS, CAUSES, "IMS");
    stage_holds(SLOT, RDBAH, 0, "RDBAH");
    stage_holds(SLOT, TDBAH, 0, "TDBAH");
    stage_holds(SLOT, RDLEN, 16u * RING_ENTRIES, "RDLEN");
    stage_holds(SLOT, TDLEN, 16u * RING_ENTRIES, "TDLEN");
    stage_holds(SLOT, RDT, RING_ENTRIES - 1u, "RDT");
    STAGE_CHECK(bus.tdh_was_given && bus.tdh == 0, "bus: TDH was not set to 0");
    STAGE_CHECK(bus.tipg == TIPG_STARTED, "bus: TIPG is 0x%x", bus.tipg);
    for (unsigned i = 0; i < MTA_WORDS; i++) {
        stage_holds(SLOT, MTA + 4u * i, 0, "MTA");
    }
}

static void close_device(void)
{
    uint32_t rctl = (uint32_t)stage_read(SLOT, RCTL, 4);
    int status = dddk_host_net_close(nic.dev);

    STAGE_CHECK(status == 0, "close: %s", dddk_status_name(status));
    stage_holds(SLOT, RCTL, rctl & ~ENABLE, "RCTL");
    stage_holds(SLOT, TCTL, TCTL_STARTED & ~ENABLE, "TCTL");
    stage_holds(SLOT, IMS, 0, "IMS");
}

static void modes(void)
{
    static const bool plain[KINDS] = {true, true, false, false};
    static const bool with_groups[KINDS] = {true, true, false, true};
    static const bool stations[KINDS] = {true, true, true, false};
    static const bool all[KINDS] = {true, true, true, true};

    must_pass("plain", plain);
    set_mode(false, true, 0, RCTL_STARTED);
    must_pass("all multicast", with_groups);
    set_mode(false, false, 1, RCTL_STARTED);
    must_pass("one group", with_groups);
    set_mode(true, true, 0, RCTL_STARTED);
    must_pass("promiscuous", all);
    set_mode(true, false, 0, RCTL_STARTED);
    must_pass("promiscuous for stations", stations);
    set_mode(true, true, 0, RCTL_STARTED);
    close_device();
    left_ctrl = 0;
    stage_write(SLOT, CTRL, 4, left_ctrl);
    open_device(RCTL_STARTED | RCTL_UPE | RCTL_MPE);
    must_pass("promiscuous, opened again", all);
    set_mode(false, false, 0, RCTL_STARTED);
    must_pass("plain again", plain);
}

static void pull_and_plug(void)
{
    uint64_t changes = nic.net->link_changes;
    unsigned masked = bus.masked;

    STAGE_CHECK(dddk_qemu_set_link(stage_host, "d0", false) == 0, "%s",
                dddk_qemu_message(stage_host));
    wait_for_link(false);
    stage_holds(SLOT, STATUS, QEMU_STATUS & ~STATUS_LU, "STATUS");
    STAGE_CHECK(dddk_qemu_set_link(stage_host, "d0", true) == 0, "%s",
                dddk_qemu_message(stage_host));
    wait_for_link(true);
    stage_idle();
    STAGE_CHECK(nic.net->link_changes == changes + 2,
                "two changes of the link were reported as %llu",
                (unsigned long long)(nic.net->link_changes - changes));
    STAGE_CHECK(
        bus.masked == masked,
        "bus: causes are masked for a change of the link, which reading ICR clears (13.4.17)");
}

/* The far side goes on sending while the device goes away and afterwards. */
static void remove_under_fire(void)
{
    uint8_t frame[FRAME_MAX];

    for (unsigned i = 0; i < IN_FLIGHT; i++) {
        peer_sends(frame, make(frame, nic_mac, i, sizeof(frame)));
    }
    stage_close();
}

int main(void)
{
    static const char *const devices[] = {
        "e1000,netdev=n0,id=d0,addr=4,mac=52:54:00:a1:b2:c3",
        "e1000-82545em,netdev=n1,id=d1,addr=5,mac=52:54:00:0d:0e:0f",
    };
    static const char *const netdevs[] = {"n0", "n1"};
    const struct dddk_qemu_options options = {
        .devices = devices, .device_count = 2, .netdevs = netdevs, .netdev_count = 2};

    stage_open(&options);
    nic.wire = dddk_qemu_peer(stage_host, "n0");
    left_ctrl = LEFT_CTRL;
    previous_owner(SLOT, left_ctrl, LEFT_CONTROL);
    previous_owner(OTHER_SLOT, 0, ENABLE);
    stage_watch(SLOT, rule);
    probe();
    open_device(RCTL_STARTED);
    exchange(0, FRAMES);
    exchange(FRAMES, 0);
    exchange(FRAMES, FRAMES);
    modes();
    gather();
    hold_back();
    largest_piece();
    scatter();
    errors();
    pull_and_plug();
    close_device();
    open_device(RCTL_STARTED);
    exchange(2, 2);
    must_have_reset(1);
    STAGE_CHECK(dddk_recover(nic.dev) == 0, "it does not recover");
    stage_idle();
    wait_for_link(true);
    exchange(IN_FLIGHT, IN_FLIGHT);
    must_have_reset(2);
    STAGE_CHECK(dddk_device_vector(nic.dev, 0)->counters.interrupts > 0, "there was no interrupt");
    remove_under_fire();
    return 0;
}
