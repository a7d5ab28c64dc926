/* SPDX-License-Identifier: MIT
 *
 * Everything that the uart16550 driver uses, on QEMU's pci-serial: probe after a previous owner who
 * left interrupts, loopback and a byte behind; 10 kB each way; every line setting, read back from
 * the device; an overrun; stop and start, recovery, removal. Addresses and bits are those of the
 * datasheet (PC16550D, section 8), written down here once more.
 */
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "stage.h"

extern const struct dddk_driver uart16550_driver;

enum {
    SLOT = 6, /* shares its line with slot 10 */
    BYTES = 10000,
    FIFO_BYTES = 16,
    RBR = 0, /* and DLL */
    IER = 1, /* and DLM */
    IIR = 2, /* and FCR */
    FCR = 2,
    LCR = 3,
    MCR = 4,
    LSR = 5,
};

#define IIR_ZERO 0x30u /* no UART of this kind ever sets these, as reasons.yaml says */
#define LCR_DLAB 0x80u
#define LSR_DR 0x01u
#define MCR_STARTED 0x0bu /* DTR, RTS, OUT2 */
#define MCR_LOOP 0x10u
#define FCR_STARTED 0xc7u /* enable, clear both, 14 bytes */

static struct dddk_device *dev, *other;
static struct dddk_serial *serial;
static int wire;
static uint8_t fcr; /* the last that was written: it cannot be read */

/* The device decodes eight ports of one byte each. */
static void rule(size_t offset, unsigned bytes, bool write, uint64_t value)
{
    STAGE_CHECK(bytes == 1, "bus: port %zu is accessed with %u bytes", offset, bytes);
    STAGE_CHECK(write || offset != IIR || (value & IIR_ZERO) == 0, "the device's IIR is 0x%x",
                (unsigned)value);
    STAGE_CHECK(!write || offset != LSR, "bus: LSR is written, and only a read clears it (8.4)");
    if (write && offset == FCR) {
        fcr = (uint8_t)value;
    }
}

static uint8_t port(unsigned offset)
{
    return (uint8_t)stage_read(SLOT, offset, 1);
}

static void holds(unsigned offset, uint8_t expected, const char *name)
{
    uint8_t value = port(offset);

    STAGE_CHECK(value == expected, "the device's %s is 0x%x, and should be 0x%x", name, value,
                expected);
}

static void previous_owner(void)
{
    stage_wake(SLOT);
    stage_write(SLOT, FCR, 1, 0x01);
    stage_write(SLOT, IER, 1, 0x0f);
    STAGE_CHECK(send(wire, "?", 1, MSG_DONTWAIT) == 1, "the wire takes no byte");
    for (unsigned i = 0; (port(LSR) & LSR_DR) == 0; i++) {
        STAGE_CHECK(i < 10000, "the byte for the previous owner does not arrive");
    }
    stage_write(SLOT, MCR, 1, MCR_LOOP);
    stage_sleep(SLOT);
}

static void probe(void)
{
    stage_probe(&uart16550_driver, 2);
    dev = stage_device("uart16550.0");
    other = stage_device("uart16550.1");
    serial = dddk_host_serial(dev);
    STAGE_CHECK(serial != NULL, "it is no serial device");
    holds(IER, 0, "IER");
}

static void open_device(void)
{
    int status = dddk_host_serial_open(dev);

    STAGE_CHECK(status == 0, "open: %s", dddk_status_name(status));
    stage_idle();
    STAGE_CHECK(fcr == FCR_STARTED, "bus: FCR is 0x%x", fcr);
    holds(MCR, MCR_STARTED, "MCR");
    holds(IER, 0x01, "IER");
    holds(IIR, 0xc1, "IIR"); /* both FIFOs on, nothing pending */
}

static void close_device(void)
{
    int status = dddk_host_serial_close(dev);

    STAGE_CHECK(status == 0, "close: %s", dddk_status_name(status));
    holds(IER, 0, "IER");
}

/* ---- bytes ---- */

struct stream {
    uint8_t bytes[BYTES];
    size_t size_bytes, given, taken;
};

static bool driver_moves(struct stream *in, struct stream *out)
{
    static uint8_t got[BYTES + 1];
    int n = dddk_serial_write(serial, out->bytes + out->given,
                              (uint32_t)(out->size_bytes - out->given));

    STAGE_CHECK(n >= 0, "write: %s", dddk_status_name(n));
    out->given += (size_t)n;
    n = dddk_serial_read(serial, got, (uint32_t)(in->size_bytes + 1 - in->taken));
    STAGE_CHECK(n >= 0, "read: %s", dddk_status_name(n));
    STAGE_CHECK(in->taken + (size_t)n <= in->size_bytes, "more bytes come in than were sent");
    STAGE_CHECK(memcmp(got, in->bytes + in->taken, (size_t)n) == 0,
                "of bytes %zu to %zu in, some are not those that were sent", in->taken,
                in->taken + (size_t)n);
    in->taken += (size_t)n;
    return n != 0;
}

static bool peer_moves(struct stream *in, struct stream *out)
{
    static uint8_t got[BYTES + 1];
    ssize_t n = send(wire, in->bytes + in->given, in->size_bytes - in->given, MSG_DONTWAIT);

    in->given += n > 0 ? (size_t)n : 0;
    n = recv(wire, got, out->size_bytes + 1 - out->taken, MSG_DONTWAIT);
    if (n <= 0) {
        return false;
    }
    STAGE_CHECK(out->taken + (size_t)n <= out->size_bytes, "more bytes come out than were sent");
    STAGE_CHECK(memcmp(got, out->bytes + out->taken, (size_t)n) == 0,
                "of bytes %zu to %zu out, some are not those that were sent", out->taken,
                out->taken + (size_t)n);
    out->taken += (size_t)n;
    return true;
}

static bool moves(struct stream *in, struct stream *out)
{
    bool outside = peer_moves(in, out);

    return driver_moves(in, out) || outside;
}

/* So many bytes each way, at once. */
static void exchange(size_t in_bytes, size_t out_bytes)
{
    static struct stream in, out;

    in.size_bytes = in_bytes;
    out.size_bytes = out_bytes;
    in.given = in.taken = out.given = out.taken = 0;
    stage_fill(in.bytes, in_bytes, 1);
    stage_fill(out.bytes, out_bytes, 2);
    while (in.taken < in_bytes || out.taken < out_bytes) {
        size_t before = in.taken + out.taken;
        STAGE_UNTIL(in.taken + out.taken != before || moves(&in, &out),
                    "nothing moves any more: %zu bytes in, %zu out", in.taken, out.taken);
    }
    stage_idle();
    (void)moves(&in, &out);
    holds(IER, 0x01, "IER");
    STAGE_CHECK(serial->counters.overruns == 0, "bytes were overrun");
}

/*
 * The far side does not read until nothing goes out any more; the first burst is of so many bytes.
 * Nothing may be lost. Returns how many bytes were in the device then.
 */
static size_t stall(size_t first, size_t *on_wire)
{
    static struct stream in, out;
    uint64_t before = serial->counters.tx_bytes;
    size_t in_device;
    int waiting = 0;

    in.taken = out.given = out.taken = 0;
    out.size_bytes = first;
    stage_fill(out.bytes, DDDK_SERIAL_RING - 96u, 3);
    (void)driver_moves(&in, &out);
    stage_idle();
    out.size_bytes = DDDK_SERIAL_RING - 96u;
    (void)driver_moves(&in, &out);
    STAGE_CHECK(out.given == out.size_bytes, "the driver takes %zu bytes only", out.given);
    stage_idle();
    in_device = (size_t)(serial->counters.tx_bytes - before);
    STAGE_CHECK(in_device < out.size_bytes, "the far side takes everything");
    STAGE_CHECK(ioctl(wire, FIONREAD, &waiting) == 0, "the wire does not say what is on it");
    *on_wire = (size_t)waiting;
    while (out.taken < out.size_bytes) {
        size_t taken = out.taken;
        STAGE_UNTIL(out.taken != taken || moves(&in, &out), "after %zu bytes no more come out",
                    out.taken);
    }
    stage_idle();
    (void)moves(&in, &out);
    return in_device - *on_wire;
}

/* When the byte that does not get out is the last of its burst, the FIFO is empty and takes another
 * 16, and so it says by LSR.THRE: 17 bytes are in the device. */
static void stalls(void)
{
    size_t on_wire, in_device = stall(0, &on_wire);

    for (unsigned i = 0; i < 5 && in_device != FIFO_BYTES + 1u; i++) {
        in_device = stall((on_wire + 1u) % FIFO_BYTES, &on_wire);
    }
    STAGE_CHECK(in_device == FIFO_BYTES + 1u, "the driver leaves %zu bytes in the device",
                in_device);
}

/* ---- causes ---- */

/* Put bytes on the wire and wait until they have left it. */
static void put(int peer, const void *bytes, size_t size_bytes)
{
    STAGE_CHECK(send(peer, bytes, size_bytes, MSG_DONTWAIT) == (ssize_t)size_bytes,
                "the wire takes no bytes");
    stage_idle();
}

static void take(struct dddk_serial *from, const char *bytes, int size_bytes, const char *when)
{
    char got[FIFO_BYTES + 1];
    int n = 0;

    STAGE_UNTIL((n += dddk_serial_read(from, got + n, (uint32_t)(sizeof(got) - (size_t)n))) >=
                    size_bytes,
                "%s: %d bytes of %d come in", when, n, size_bytes);
    STAGE_CHECK(n == size_bytes && memcmp(got, bytes, (size_t)n) == 0, "%s: other bytes come in",
                when);
    STAGE_CHECK(dddk_device_vector(from->dev, 0)->counters.storms == 0,
                "%s: an interrupt is not served", when);
}

static void must_command(const char *command)
{
    STAGE_CHECK(dddk_qemu_command(stage_host, command, NULL) == 0, "%s: %s", command,
                dddk_qemu_message(stage_host));
}

/* While the machine's clock stands still no receive timeout comes: 13 bytes are not enough for an
 * interrupt, the 14th is. When it runs, the timeout brings in what is less. */
static void trigger(void)
{
    const char *bytes = "0123456789abcd";

    must_command("stop");
    put(wire, bytes, 13);
    STAGE_CHECK(serial->counters.rx_bytes == 0,
                "an interrupt comes before the FIFO holds 14 bytes");
    put(wire, bytes + 13, 1);
    take(serial, bytes, 14, "when the FIFO has 14 bytes");
    must_command("cont");
    for (int n = 1; n <= 3; n++) {
        put(wire, bytes, (size_t)n);
        take(serial, bytes, n, "when the receive timeout comes");
    }
}

/* An interrupt of the other device on the line is none of this one's. */
static void share(void)
{
    struct dddk_vector *vector = dddk_device_vector(dev, 0);
    uint64_t mine = vector->counters.interrupts, not_mine = vector->counters.not_mine;
    struct dddk_serial *its = dddk_host_serial(other);
    int peer = dddk_qemu_peer(stage_host, "c1");

    STAGE_CHECK(dddk_host_serial_open(other) == 0, "the other does not open");
    for (unsigned i = 0; i < 3; i++) {
        put(peer, "shared", 6);
        take(its, "shared", 6, "at the other device");
    }
    STAGE_CHECK(vector->counters.not_mine > not_mine, "the line is not shared");
    STAGE_CHECK(vector->counters.interrupts == mine, "the other's interrupts are taken for ours");
    STAGE_CHECK(dddk_host_serial_close(other) == 0, "the other does not close");
}

/* ---- line settings ---- */

static void set_line(uint32_t baud, unsigned data_bits, unsigned stop_bits, enum dddk_parity parity)
{
    static const uint8_t parities[] = {
        [DDDK_PARITY_NONE] = 0x00, [DDDK_PARITY_ODD] = 0x08, [DDDK_PARITY_EVEN] = 0x18};
    const struct dddk_serial_line line = {baud, (uint8_t)data_bits, (uint8_t)stop_bits, parity};
    int status = dddk_serial_set_line(serial, &line);
    uint8_t lcr = (uint8_t)((data_bits - 5u) | (stop_bits == 2 ? 0x04u : 0u) | parities[parity]);

    STAGE_CHECK(status == 0, "%u baud: %s", baud, dddk_status_name(status));
    (void)stage_turn(); /* the poll that was held off */
    holds(LCR, lcr, "LCR");
    holds(IER, 0x01, "IER");
    stage_write(SLOT, LCR, 1, lcr | LCR_DLAB);
    unsigned divisor = port(0) | (unsigned)port(1) << 8;
    stage_write(SLOT, LCR, 1, lcr);
    STAGE_CHECK(divisor == (115200u + baud / 2u) / baud, "for %u baud the divisor is %u", baud,
                divisor);
}

static void settings(void)
{
    static const uint32_t bauds[] = {115200, 57600, 9600, 1200, 300, 110, 50};
    static const enum dddk_parity parities[] = {DDDK_PARITY_NONE, DDDK_PARITY_ODD,
                                                DDDK_PARITY_EVEN};

    for (unsigned i = 0; i < DDDK_COUNT(bauds); i++) {
        set_line(bauds[i], 8, 1, DDDK_PARITY_NONE);
    }
    for (unsigned data_bits = 5; data_bits <= 8; data_bits++) {
        for (unsigned i = 0; i < DDDK_COUNT(parities); i++) {
            set_line(9600, data_bits, 1, parities[i]);
            set_line(9600, data_bits, 2, parities[i]);
        }
    }
    set_line(115200, 8, 1, DDDK_PARITY_NONE);
}

/*
 * QEMU takes no more bytes from the wire than there is room for, so an overrun needs loopback:
 * nobody reads until the driver stops the device and its FIFO is full, then what the driver sends
 * comes back into that FIFO. The driver must see LSR.OE.
 */
static void overrun(void)
{
    static uint8_t bytes[DDDK_SERIAL_RING + 64];
    size_t sent = 0;
    ssize_t n;
    int got;

    while (serial->counters.rx_throttled == 0) {
        n = send(wire, bytes, sizeof(bytes) - sent, MSG_DONTWAIT);
        sent += n > 0 ? (size_t)n : 0;
        (void)stage_turn();
    }
    stage_idle();
    holds(IER, 0, "IER");
    stage_write(SLOT, MCR, 1, MCR_STARTED | MCR_LOOP);
    STAGE_CHECK(serial->counters.overruns == 0, "an overrun is counted before there is one");
    STAGE_CHECK(dddk_serial_write(serial, bytes, FIFO_BYTES) == FIFO_BYTES,
                "no byte can be written");
    stage_idle();
    do {
        got = dddk_serial_read(serial, bytes, sizeof(bytes));
        STAGE_CHECK(got >= 0, "read: %s", dddk_status_name(got));
        stage_idle();
    } while (got > 0);
    STAGE_CHECK(serial->counters.overruns == 1, "one overrun is counted as %llu",
                (unsigned long long)serial->counters.overruns);
    stage_write(SLOT, MCR, 1, MCR_STARTED);
}

int main(void)
{
    static const char *const devices[] = {"pci-serial,chardev=c0,addr=6",
                                          "pci-serial,chardev=c1,addr=a"};
    static const char *const chardevs[] = {"c0", "c1"};
    const struct dddk_qemu_options options = {
        .devices = devices, .device_count = 2, .chardevs = chardevs, .chardev_count = 2};

    stage_open(&options);
    wire = dddk_qemu_peer(stage_host, "c0");
    previous_owner();
    stage_watch(SLOT, rule);
    probe();
    open_device();
    trigger();
    share();
    exchange(0, 1000);
    exchange(1000, 0);
    exchange(BYTES, BYTES);
    stalls();
    settings();
    exchange(100, 100);
    close_device();
    open_device();
    exchange(100, 100);
    STAGE_CHECK(dddk_recover(dev) == 0, "it does not recover");
    exchange(100, 100);
    STAGE_CHECK(dddk_device_vector(dev, 0)->counters.interrupts > 0, "there was no interrupt");
    overrun();
    stage_close();
    return 0;
}
