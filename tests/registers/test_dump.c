/* SPDX-License-Identifier: MIT
 *
 * Decoding and dumping: names, arrays, banks, byte order, and that nothing is read whose read has
 * an effect.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dddk/dump.h"

struct device {
    struct dddk_device dddk;
    struct {
        struct dddk_mmio mmio;
    } regs, io;
};

static const struct dddk_field_value_info speeds[] = {{"10M", 0}, {"1G", 2}};
static const struct dddk_field_info ctrl[] = {
    {.name = "RST", .lsb = 26, .width = 1},
    {.name = "SPEED", .lsb = 8, .width = 2, .values = speeds, .value_count = 2},
    {.name = "LEVEL", .lsb = 4, .width = 3},
    {.name = "SLU", .lsb = 0, .width = 1},
};
static const struct dddk_field_info line[] = {{.name = "DLAB", .lsb = 7, .width = 1}};

#define READABLE DDDK_REGISTER_READABLE
#define HOME .bank_register = -1, .bank_field = -1

static const struct dddk_register_info registers[] = {
    {.name = "CTRL",
     .bytes = 4,
     .flags = READABLE,
     .count = 1,
     .fields = ctrl,
     .field_count = 4,
     HOME},
    {.name = "ICR",
     .bytes = 4,
     .flags = READABLE | DDDK_REGISTER_READ_HAS_EFFECT,
     .offset = 4,
     .count = 1,
     HOME},
    {.name = "ICS", .bytes = 4, .flags = DDDK_REGISTER_WRITABLE, .offset = 8, .count = 1, HOME},
    {.name = "RAL",
     .bytes = 2,
     .flags = READABLE | DDDK_REGISTER_BIG_ENDIAN,
     .offset = 16,
     .count = 2,
     .stride = 4,
     HOME},
    {.name = "TOTAL",
     .bytes = 8,
     .flags = READABLE | DDDK_REGISTER_HALVES,
     .offset = 24,
     .count = 1,
     HOME},
    {.name = "RBR",
     .region = 1,
     .bytes = 1,
     .flags = READABLE,
     .count = 1,
     .bank_register = 7,
     .bank_field = 0,
     .bank_value = 0},
    {.name = "DLL",
     .region = 1,
     .bytes = 1,
     .flags = READABLE,
     .count = 1,
     .bank_register = 7,
     .bank_field = 0,
     .bank_value = 1},
    {.name = "LCR",
     .region = 1,
     .bytes = 1,
     .flags = READABLE,
     .offset = 3,
     .count = 1,
     .fields = line,
     .field_count = 1,
     HOME},
};
static const struct dddk_region regions[] = {
    {.name = "regs", .mmio_offset = offsetof(struct device, regs.mmio)},
    {.name = "io", .kind = DDDK_REGION_PORT, .mmio_offset = offsetof(struct device, io.mmio)},
};
static const struct dddk_driver driver = {
    .name = "dump",
    .regions = regions,
    .region_count = 2,
    .registers = registers,
    .register_count = 8,
};

/* Memory as a device, which writes down what was read. */
static struct {
    uint8_t bytes[64];
    unsigned reads, forbidden;
} memory[2];

static uint64_t read_memory(void *window, size_t offset, unsigned bytes)
{
    unsigned which = *(unsigned *)window;
    uint64_t value = 0;

    memory[which].reads++;
    memory[which].forbidden += which == 0 && offset >= 4 && offset < 12;
    for (unsigned i = bytes; i > 0; i--) {
        value = value << 8 | memory[which].bytes[offset + i - 1];
    }
    return value;
}

static void write_memory(void *window, size_t offset, unsigned bytes, uint64_t value)
{
    (void)window, (void)offset, (void)bytes, (void)value;
    fail_msg("a dump wrote");
}

static const struct dddk_mmio_ops memory_ops = {read_memory, write_memory};

static char printed[1024];

static void collect(void *user, const char *text)
{
    (void)user;
    strncat(printed, text, sizeof(printed) - strlen(printed) - 2);
    strcat(printed, "\n");
}

static void prepare(struct device *device)
{
    static unsigned numbers[] = {0, 1};

    memset(memory, 0, sizeof(memory));
    memset(device, 0, sizeof(*device));
    printed[0] = '\0';
    device->dddk.driver = &driver;
    device->dddk.state = DDDK_ATTACHED;
    device->regs.mmio = (struct dddk_mmio){&memory_ops, &numbers[0]};
    device->io.mmio = (struct dddk_mmio){&memory_ops, &numbers[1]};
}

static void a_value_is_decoded_by_field_and_name(void **state)
{
    char text[DDDK_DUMP_LINE];
    size_t length = dddk_decode(&registers[0], 0, 0x04000231, text, sizeof(text));

    (void)state;
    assert_string_equal(text, "CTRL 0x04000231 RST SPEED=1G LEVEL=0x3 SLU");
    assert_int_equal(length, strlen(text));
    dddk_decode(&registers[0], 0, 0x00000100, text, sizeof(text));
    assert_string_equal(text, "CTRL 0x00000100 SPEED=0x1 LEVEL=0x0");
    dddk_decode(&registers[3], 1, 0x12345, text, sizeof(text));
    assert_string_equal(text, "RAL[1] 0x2345");
}

static void a_line_without_room_is_cut(void **state)
{
    char text[8] = "xxxxxxx";

    (void)state;
    assert_int_equal(dddk_decode(&registers[0], 0, 1, text, 6), 5);
    assert_string_equal(text, "CTRL ");
    assert_int_equal(text[6], 'x');
    assert_int_equal(dddk_decode(&registers[0], 0, 1, text, 0), 0);
}

static void a_dump_reads_what_has_no_effect_and_names_the_rest(void **state)
{
    struct device device;

    (void)state;
    prepare(&device);
    memory[0].bytes[0] = 0x01;
    memory[0].bytes[16] = 0x12;
    memory[0].bytes[17] = 0x34;
    memory[0].bytes[24] = 0x78;
    memory[0].bytes[31] = 0x9a;
    memory[1].bytes[0] = 0x5b;
    assert_int_equal(dddk_dump(&device.dddk, collect, NULL), 0);
    assert_string_equal(printed, "CTRL 0x00000001 SPEED=10M LEVEL=0x0 SLU\n"
                                 "ICR not read: reading it has an effect\n"
                                 "ICS write-only\n"
                                 "RAL[0] 0x1234\n"
                                 "RAL[1] 0x0000\n"
                                 "TOTAL 0x9a00000000000078\n"
                                 "RBR 0x5b\n"
                                 "DLL not read: another bank is selected\n"
                                 "LCR 0x00\n");
    assert_int_equal(memory[0].forbidden, 0);
    assert_int_equal(memory[0].reads, 5);
}

static void a_dump_of_a_device_without_its_registers_is_refused(void **state)
{
    struct device device;

    (void)state;
    prepare(&device);
    device.dddk.state = DDDK_DETACHED;
    assert_int_equal(dddk_dump(&device.dddk, collect, NULL), DDDK_ESTATE);
    device.dddk.state = DDDK_GONE;
    assert_int_equal(dddk_dump(&device.dddk, collect, NULL), DDDK_ESTATE);
    assert_int_equal(memory[0].reads + memory[1].reads, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_is_decoded_by_field_and_name),
        cmocka_unit_test(a_line_without_room_is_cut),
        cmocka_unit_test(a_dump_reads_what_has_no_effect_and_names_the_rest),
        cmocka_unit_test(a_dump_of_a_device_without_its_registers_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
