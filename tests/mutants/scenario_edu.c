/* SPDX-License-Identifier: MIT
 *
 * Everything that the edu driver uses, on QEMU's edu: probe after a previous owner who left
 * interrupts pending and the DMA registers full, each operation with values that tell all of its
 * bits apart, and what the device holds afterwards. Addresses and bits are those of QEMU's
 * docs/specs/edu.txt, written down here once more.
 */
#include "stage.h"

extern const struct dddk_driver edu_driver;

enum {
    SLOT = 5,
    ID = 0x00,
    LIVE = 0x04,
    STATUS = 0x20,
    CAUSE = 0x24,
    RAISE = 0x60,
    SOURCE = 0x80,
    TARGET = 0x88,
    LENGTH = 0x90,
    COMMAND = 0x98,
    BUFFER = 0x40000,
    BUFFER_BYTES = 4095, /* that QEMU 7.2 lets us use */
};

#define STATUS_COMPUTING 0x01u
#define STATUS_RAISE 0x80u

static struct dddk_device *dev;
static struct dddk_misc *misc;
static uint64_t operations_by_interrupt;

/* The specification: 4 bytes below 0x80, 4 or 8 above; QEMU holds to it itself. A register there is
 * none at is nobody's to touch. */
static void rule(size_t offset, unsigned bytes, bool write, uint64_t value)
{
    static const uint8_t known[] = {0x00, 0x04, 0x08, 0x20, 0x24, 0x60,
                                    0x64, 0x80, 0x88, 0x90, 0x98};

    (void)bytes;
    (void)value;
    for (unsigned i = 0; i < sizeof(known); i++) {
        if (offset == known[i]) {
            return;
        }
    }
    stage_fail("bus: %s at 0x%zx, where the device has no register", write ? "a write" : "a read",
               offset);
}

static int call(const char *name, uint64_t *values, void *data, size_t size_bytes)
{
    for (unsigned i = 0; i < misc->ops->operation_count; i++) {
        if (strcmp(misc->ops->operations[i].name, name) == 0) {
            return dddk_misc_call(misc, i, values, data, size_bytes);
        }
    }
    stage_fail("there is no operation %s", name);
}

static void must(const char *name, uint64_t *values, void *data, size_t size_bytes)
{
    int status = call(name, values, data, size_bytes);

    STAGE_CHECK(status == 0, "%s: %s", name, dddk_status_name(status));
    STAGE_CHECK(stage_read(SLOT, CAUSE, 4) == 0, "%s leaves a cause", name);
}

/* What reasons.yaml says of QEMU's registers is so. */
static void known(void)
{
    stage_holds(SLOT, ID, 0x010000ed, "ID");
    stage_write(SLOT, STATUS, 4, STATUS_COMPUTING);
    stage_holds(SLOT, STATUS, 0, "STATUS, when a 1 is written to COMPUTING,");
    stage_write(SLOT, LENGTH, 8, UINT64_MAX);
    stage_write(SLOT, LENGTH, 4, 0x12345678);
    STAGE_CHECK(stage_read(SLOT, LENGTH, 8) == 0x12345678, "a write of 4 bytes keeps the other 4");
}

static void previous_owner(void)
{
    stage_wake(SLOT);
    known();
    stage_write(SLOT, LIVE, 4, 0);
    stage_write(SLOT, STATUS, 4, 0);
    for (unsigned offset = SOURCE; offset <= LENGTH; offset += 8) {
        stage_write(SLOT, offset, 8, UINT64_MAX);
    }
    stage_write(SLOT, RAISE, 4, 0x101);
    STAGE_CHECK(stage_read(SLOT, CAUSE, 4) == 0x101,
                "the device does not raise what it is told to");
    stage_sleep(SLOT);
}

static void identification(void)
{
    uint64_t values[2] = {0, 0};

    must("version", values, NULL, 0);
    STAGE_CHECK(values[0] == 1 && values[1] == 0, "the version is %llu.%llu",
                (unsigned long long)values[0], (unsigned long long)values[1]);
    for (unsigned i = 0; i < 40; i++) {
        uint32_t value = i < 32 ? 1u << i : i * 0x10204081u;
        uint64_t live[2] = {value, 0};
        must("liveness", live, NULL, 0);
        STAGE_CHECK(live[1] == (uint32_t)~value, "the complement of 0x%x is 0x%llx", value,
                    (unsigned long long)live[1]);
    }
}

static void factorials(void)
{
    uint32_t expected = 1;

    for (uint32_t n = 0; n <= 40; n++) {
        uint64_t values[2] = {n, 0};
        expected *= n == 0 ? 1 : n;
        must("factorial", values, NULL, 0);
        operations_by_interrupt++;
        STAGE_CHECK(values[1] == expected, "%u! is 0x%llx", n, (unsigned long long)values[1]);
        STAGE_CHECK((stage_read(SLOT, STATUS, 4) & STATUS_RAISE) != 0,
                    "STATUS does not hold the bit that raises the interrupt");
    }
}

/* In and out again at one place; what lies around it stays. */
static void move(uint32_t offset, size_t size_bytes, uint8_t *image)
{
    static uint8_t data[4096];
    uint64_t where[1] = {offset};

    stage_fill(data, size_bytes, offset + (uint32_t)size_bytes);
    memcpy(image + offset, data, size_bytes);
    must("put", where, data, size_bytes);
    STAGE_CHECK(stage_read(SLOT, TARGET, 8) == BUFFER + offset, "TARGET is 0x%llx",
                (unsigned long long)stage_read(SLOT, TARGET, 8));
    STAGE_CHECK(stage_read(SLOT, LENGTH, 8) == size_bytes, "LENGTH is 0x%llx",
                (unsigned long long)stage_read(SLOT, LENGTH, 8));
    STAGE_CHECK(stage_read(SLOT, COMMAND, 8) == 4, "the command ends as 0x%llx",
                (unsigned long long)stage_read(SLOT, COMMAND, 8));
    memset(data, 0, sizeof(data));
    where[0] = 0;
    must("get", where, data, BUFFER_BYTES);
    STAGE_CHECK(stage_read(SLOT, SOURCE, 8) == BUFFER, "SOURCE is 0x%llx",
                (unsigned long long)stage_read(SLOT, SOURCE, 8));
    STAGE_CHECK(stage_read(SLOT, COMMAND, 8) == 6, "the command ends as 0x%llx",
                (unsigned long long)stage_read(SLOT, COMMAND, 8));
    STAGE_CHECK(memcmp(data, image, BUFFER_BYTES) == 0,
                "the device's buffer is not what was put there, after %zu bytes at %u", size_bytes,
                offset);
    operations_by_interrupt += 2;
}

static void moves(void)
{
    static uint8_t image[4096];
    static const struct {
        uint32_t offset;
        uint16_t size_bytes;
    } pieces[] = {{0, BUFFER_BYTES}, {0, 1}, {4094, 1}, {1000, 8}, {2047, 2}, {64, 2048}};

    for (unsigned i = 0; i < DDDK_COUNT(pieces); i++) {
        move(pieces[i].offset, pieces[i].size_bytes, image);
    }
}

/* QEMU aborts where these would go through. */
static void refusals(void)
{
    static uint8_t data[4097];
    static const struct {
        uint32_t offset;
        uint16_t size_bytes;
        int status;
    } wrong[] = {{0, 4096, DDDK_EINVAL},
                 {4095, 1, DDDK_EINVAL},
                 {UINT32_MAX, 4, DDDK_EINVAL},
                 {0, 0, DDDK_EINVAL},
                 {0, 4097, DDDK_EMSGSIZE}};

    for (unsigned i = 0; i < DDDK_COUNT(wrong); i++) {
        uint64_t where[1] = {wrong[i].offset};
        int status = call("put", where, data, wrong[i].size_bytes);
        STAGE_CHECK(status == wrong[i].status, "%u bytes at %u: %s", wrong[i].size_bytes,
                    wrong[i].offset, dddk_status_name(status));
        status = call("get", where, data, wrong[i].size_bytes);
        STAGE_CHECK(status == wrong[i].status, "%u bytes at %u: %s", wrong[i].size_bytes,
                    wrong[i].offset, dddk_status_name(status));
    }
}

static void probe(void)
{
    stage_probe(&edu_driver, 1);
    dev = stage_device("edu.0");
    misc = dddk_host_misc(dev);
    STAGE_CHECK(misc != NULL, "it is no misc device");
    STAGE_CHECK(dev->irq_mode == DDDK_IRQ_MSI, "it has no message-signalled interrupt");
    STAGE_CHECK(stage_read(SLOT, CAUSE, 4) == 0, "the previous owner's causes are still there");
}

/* A device that does not decode its memory any more reads as zeros, which ID never does. */
static void vanish(void)
{
    STAGE_CHECK(dddk_still_present(dev), "it is said to be gone while it is there");
    stage_hide(SLOT);
    stage_expect(true);
    STAGE_CHECK(!dddk_still_present(dev), "it is said to be there while it is gone");
    STAGE_CHECK(dev->state == DDDK_GONE, "it is %s", dddk_state_name(dev->state));
}

int main(void)
{
    static const char *const devices[] = {"edu,addr=5"};
    const struct dddk_qemu_options options = {.devices = devices, .device_count = 1};
    uint64_t before;

    stage_open(&options);
    previous_owner();
    stage_watch(SLOT, rule);
    probe();
    before = dddk_device_vector(dev, 0)->counters.interrupts;
    identification();
    factorials();
    moves();
    refusals();
    stage_idle();
    STAGE_CHECK(dddk_device_vector(dev, 0)->counters.interrupts - before == operations_by_interrupt,
                "%llu interrupts for %llu operations",
                (unsigned long long)(dddk_device_vector(dev, 0)->counters.interrupts - before),
                (unsigned long long)operations_by_interrupt);
    STAGE_CHECK(dddk_recover(dev) == 0, "it does not recover");
    identification();
    moves();
    vanish();
    stage_close();
    return 0;
}
