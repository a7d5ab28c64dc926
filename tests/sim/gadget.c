/* SPDX-License-Identifier: MIT */
#include "gadget.h"

#include <stdio.h>

#include "dddk/steps.h"
#include "runtime/port/sim/registers.h"

static struct gadget *gadget_of(struct dddk_device *dev)
{
    return (struct gadget *)(void *)dev;
}

/* ---- the driver ---- */

static uint32_t cause(struct dddk_device *dev)
{
    struct gadget *gadget = gadget_of(dev);

    gadget->interrupts++;
    return gadget->cause != NULL ? gadget->cause(gadget) : 0;
}

static unsigned poll(struct dddk_device *dev, unsigned budget)
{
    struct gadget *gadget = gadget_of(dev);

    gadget->polls++;
    return gadget->poll != NULL ? gadget->poll(gadget, budget) : 0;
}

static void call(struct dddk_device *dev, uint32_t causes)
{
    struct gadget *gadget = gadget_of(dev);

    gadget->calls++;
    if (gadget->call != NULL) {
        gadget->call(gadget, causes);
    }
}

static const struct dddk_vector_ops vector_ops = {
    .name = "main",
    .service = GADGET_A | GADGET_IN | GADGET_OUT,
    .thread = GADGET_B,
    .cause = cause,
    .poll = poll,
    .call = call,
};

static int map(struct dddk_device *dev)
{
    return dddk_map_region(dev, 0);
}

static void unmap(struct dddk_device *dev)
{
    dddk_unmap_region(dev, 0);
}

static int enable(struct dddk_device *dev)
{
    dddk_vector_enable(&gadget_of(dev)->vectors[0]);
    return 0;
}

static void disable(struct dddk_device *dev)
{
    dddk_vector_disable(&gadget_of(dev)->vectors[0]);
}

static const struct dddk_step attach_steps[] = {
    {"memory decode", dddk_step_decode_on, dddk_step_decode_off, false},
    {"map regs", map, unmap, false},
    {"dma mask", dddk_step_dma_mask, NULL, false},
    {"vectors", dddk_step_vectors_request, dddk_step_vectors_free, true},
    {"publish", dddk_step_publish, dddk_step_unpublish, true},
};

static const struct dddk_step start_steps[] = {
    {"class buffers", dddk_step_class_start, dddk_step_class_stop, false},
    {"bus mastering", dddk_step_bus_master_on, dddk_step_bus_master_off, false},
    {"unmask main", enable, disable, false},
    {"open class", dddk_step_class_open, dddk_step_class_close, false},
};

static const struct dddk_match matches[] = {{
    .vendor = 0xfeed,
    .device = 0x0001,
    .subsystem_vendor = DDDK_PCI_ANY,
    .subsystem_device = DDDK_PCI_ANY,
    .dma = {.address_bits = 30, .boundary = 0x10000},
}};

static const struct dddk_region regions[] = {{
    .name = "regs",
    .bar = 0,
    .kind = DDDK_REGION_MEMORY,
    .size_bytes = GADGET_BYTES,
    .mmio_offset = offsetof(struct gadget, mmio),
}};

static const enum dddk_irq_mode modes[] = {DDDK_IRQ_MSIX, DDDK_IRQ_MSI, DDDK_IRQ_INTX};
static const struct dddk_vector_ops *const vectors[] = {&vector_ops};
static const struct dddk_misc_ops misc_ops = {.operation_count = 0};

/* ---- as a net device ---- */

struct gadget_transmit gadget_transmit;

static int transmit(struct dddk_device *dev, const struct dddk_segment *segments, unsigned count,
                    void *cookie, bool more)
{
    (void)dev;
    (void)more;
    if (gadget_transmit.answer != 0) {
        return gadget_transmit.answer;
    }
    for (unsigned i = 0; i < count; i++) {
        gadget_transmit.lengths[i] = segments[i].length_bytes;
    }
    gadget_transmit.segments = count;
    gadget_transmit.cookies[gadget_transmit.calls++ % 1024u] = cookie;
    return 0;
}

static uint32_t transmit_room(const struct dddk_device *dev)
{
    (void)dev;
    return gadget_transmit.room;
}

static void flush(struct dddk_device *dev)
{
    (void)dev;
    gadget_transmit.flushes++;
}

static const struct dddk_net_ops net_ops = {
    .transmit = transmit,
    .transmit_room = transmit_room,
    .flush = flush,
    .min_mtu = 46,
    .max_mtu = 9000,
    .rx_buffer_bytes = 2048,
};

/* ---- registers, by name and by what they do ---- */

static const struct dddk_field_value_info mode_values[] = {{"OFF", 0}, {"SLOW", 1}, {"FAST", 2}};
static const struct dddk_field_info ctrl_fields[] = {
    {.name = "RESET", .lsb = 31, .width = 1},
    {.name = "GO", .lsb = 30, .width = 1},
    {.name = "LIMIT", .lsb = 8, .width = 8},
    {.name = "MODE", .lsb = 4, .width = 2, .values = mode_values, .value_count = 3},
    {.name = "OUT_ENABLE", .lsb = 1, .width = 1},
    {.name = "IN_ENABLE", .lsb = 0, .width = 1},
};
static const struct dddk_field_info swapped_fields[] = {
    {.name = "HIGH", .lsb = 16, .width = 16},
    {.name = "LOW", .lsb = 0, .width = 8},
};
static const struct dddk_field_info select_fields[] = {{.name = "BANK", .lsb = 0, .width = 1}};

#define NAMED(name_, offset_, bytes_, count_, stride_, ...)                                       \
    {                                                                                             \
        .name = name_, .bytes = bytes_, .flags = DDDK_REGISTER_READABLE | DDDK_REGISTER_WRITABLE, \
        .offset = offset_, .count = count_, .stride = stride_, __VA_ARGS__                        \
    }
#define EVERYWHERE .bank_register = -1, .bank_field = -1

static const struct dddk_register_info names[] = {
    NAMED("CAUSE", GADGET_CAUSE, 4, 1, 0, EVERYWHERE),
    NAMED("MASK", GADGET_MASK, 4, 1, 0, EVERYWHERE),
    NAMED("CTRL", GADGET_CTRL, 4, 1, 0, EVERYWHERE, .fields = ctrl_fields, .field_count = 6),
    NAMED("SELECT", GADGET_SELECT, 4, 1, 0, EVERYWHERE, .fields = select_fields, .field_count = 1),
    NAMED("LEFT", GADGET_LEFT, 4, 1, 0, .bank_register = 3, .bank_field = 0, .bank_value = 0),
    NAMED("RIGHT", GADGET_RIGHT, 4, 1, 0, .bank_register = 3, .bank_field = 0, .bank_value = 1),
    NAMED("TABLE", GADGET_TABLE, 4, 4, 8, EVERYWHERE),
    NAMED("IN_BASE", GADGET_IN_BASE, 8, 1, 0, EVERYWHERE),
    NAMED("IN_SIZE", GADGET_IN_SIZE, 4, 1, 0, EVERYWHERE),
    NAMED("IN_HEAD", GADGET_IN_HEAD, 4, 1, 0, EVERYWHERE),
    NAMED("IN_TAIL", GADGET_IN_TAIL, 4, 1, 0, EVERYWHERE),
    NAMED("OUT_LOW", GADGET_OUT_LOW, 4, 1, 0, EVERYWHERE),
    NAMED("OUT_HIGH", GADGET_OUT_HIGH, 4, 1, 0, EVERYWHERE),
    NAMED("OUT_COUNT", GADGET_OUT_COUNT, 4, 1, 0, EVERYWHERE),
    NAMED("OUT_TAIL", GADGET_OUT_TAIL, 4, 1, 0, EVERYWHERE),
    {.name = "SWAPPED",
     .bytes = 4,
     .flags = DDDK_REGISTER_READABLE | DDDK_REGISTER_WRITABLE | DDDK_REGISTER_BIG_ENDIAN,
     .offset = GADGET_SWAPPED,
     .count = 1,
     EVERYWHERE,
     .fields = swapped_fields,
     .field_count = 2},
};

static const struct dddk_register_effect ctrl_effects[] = {
    {.kind = DDDK_EFFECT_RESETS, .when = GADGET_RESET, .target = -1},
};

#define ALL 0xffffffffu
#define PLAIN(offset_, ...)                                                               \
    {                                                                                     \
        .bytes = 4, .access_bytes = 4, .offset = offset_, .count = 1, .reset_known = ALL, \
        .readable = ALL, .bank = -1, __VA_ARGS__                                          \
    }

static const struct dddk_sim_register registers[] = {
    PLAIN(GADGET_CAUSE, .one_clears = ALL),
    PLAIN(GADGET_MASK, .stores = ALL),
    PLAIN(GADGET_CTRL, .stores = 0x3fffffffu, .one_sets = GADGET_GO | GADGET_RESET,
          .starts = GADGET_GO | GADGET_RESET, .effects = ctrl_effects, .effect_count = 1),
    PLAIN(GADGET_SELECT, .stores = ALL),
    {.bytes = 4,
     .access_bytes = 4,
     .offset = GADGET_LEFT,
     .count = 1,
     .reset_known = ALL,
     .readable = ALL,
     .stores = ALL,
     .bank = 3,
     .bank_mask = 1,
     .bank_value = 0},
    {.bytes = 4,
     .access_bytes = 4,
     .offset = GADGET_RIGHT,
     .count = 1,
     .reset_known = ALL,
     .readable = ALL,
     .stores = ALL,
     .bank = 3,
     .bank_mask = 1,
     .bank_value = 1},
    {.bytes = 4,
     .access_bytes = 4,
     .offset = GADGET_TABLE,
     .count = 4,
     .stride = 8,
     .reset_known = ALL,
     .readable = ALL,
     .stores = ALL,
     .bank = -1},
    {.bytes = 8,
     .access_bytes = 12,
     .offset = GADGET_IN_BASE,
     .count = 1,
     .reset_known = UINT64_MAX,
     .readable = UINT64_MAX,
     .stores = UINT64_MAX,
     .bank = -1},
    PLAIN(GADGET_IN_SIZE, .stores = ALL),
    PLAIN(GADGET_IN_HEAD, .stores = ALL),
    PLAIN(GADGET_IN_TAIL, .stores = ALL),
    PLAIN(GADGET_OUT_LOW, .stores = ALL),
    PLAIN(GADGET_OUT_HIGH, .stores = ALL),
    PLAIN(GADGET_OUT_COUNT, .stores = ALL),
    PLAIN(GADGET_OUT_TAIL, .stores = ALL),
    {.bytes = 4,
     .access_bytes = 6,
     .offset = GADGET_SWAPPED,
     .count = 1,
     .big_endian = true,
     .reset_known = ALL,
     .readable = ALL,
     .stores = ALL,
     .bank = -1},
};

static const struct dddk_register_file_type register_file = {registers, DDDK_COUNT(registers)};

/* ---- the model ---- */

static bool table_written(struct dddk_model *model, unsigned index, uint64_t value)
{
    dddk_model_set(model, GADGET_REG_TABLE, index, value + 1u);
    return true;
}

static const struct dddk_model_hook hooks[DDDK_COUNT(registers)] = {
    [GADGET_REG_TABLE] = {.written = table_written},
};

#define NONE      \
    {             \
        .reg = -1 \
    }
#define WHOLE(reg_)                \
    {                              \
        .reg = (reg_), .mask = ALL \
    }
#define MARK(mask_)                               \
    {                                             \
        .offset = 10, .bytes = 1, .mask = (mask_) \
    }

static const struct dddk_model_member last_marks[] = {MARK(GADGET_LAST), MARK(GADGET_REPORT)};
static const struct dddk_model_member bad_marks[] = {MARK(GADGET_BAD)};

static const struct dddk_model_ring rings[] = {
    {
        .name = "in",
        .to_device = true,
        .big_endian = true,
        .entry_bytes = GADGET_ENTRY_BYTES,
        .base_low = {.reg = 7, .mask = UINT64_MAX},
        .base_high = NONE,
        .size_bytes = WHOLE(8),
        .size_entries = NONE,
        .head = WHOLE(9),
        .tail = WHOLE(10),
        .enable = {.reg = GADGET_REG_CTRL, .mask = GADGET_IN_ENABLE},
        .address = {.offset = 0, .bytes = 8, .mask = UINT64_MAX},
        .length = {.offset = 8, .bytes = 2, .mask = 0xffff},
        .done = MARK(GADGET_DONE),
        .last = last_marks,
        .last_count = 2,
        .raises = GADGET_IN,
    },
    {
        .name = "out",
        .to_device = false,
        .big_endian = true,
        .entry_bytes = GADGET_ENTRY_BYTES,
        .base_low = WHOLE(11),
        .base_high = WHOLE(12),
        .size_bytes = NONE,
        .size_entries = WHOLE(13),
        .head = NONE,
        .tail = WHOLE(14),
        .enable = {.reg = GADGET_REG_CTRL, .mask = GADGET_OUT_ENABLE},
        .address = {.offset = 0, .bytes = 8, .mask = UINT64_MAX},
        .length = {.offset = 8, .bytes = 2, .mask = 0xffff},
        .done = MARK(GADGET_DONE),
        .last = last_marks,
        .last_count = 1,
        .bad = bad_marks,
        .bad_count = 1,
        .buffer_bytes = GADGET_BUFFER_BYTES,
        .raises = GADGET_OUT,
    },
};

static const struct dddk_model_interrupt interrupts[] = {{
    .name = "main",
    .cause = WHOLE(0),
    .none = NONE,
    .code = NONE,
    .mask = WHOLE(1),
}};

static const struct dddk_model_bar bars[] = {
    {.bar = 0, .kind = DDDK_REGION_MEMORY, .size_bytes = GADGET_BYTES},
};

const struct dddk_model_type gadget_model_type = {
    .name = "gadget",
    .class_kind = DDDK_CLASS_MISC,
    .vendor = 0xfeed,
    .device = 0x0001,
    .class_code = 0xff0000,
    .has_intx = true,
    .has_msi = true,
    .address_bits = 30,
    .boundary = 0x10000,
    .alignment = 4,
    .bars = bars,
    .bar_count = 1,
    .registers = &register_file,
    .names = names,
    .register_count = DDDK_COUNT(names),
    .hooks = hooks,
    .rings = rings,
    .ring_count = 2,
    .interrupts = interrupts,
    .interrupt_count = 1,
};

#define DRIVER(name_, kind, ops, starts)                                                           \
    {                                                                                              \
        .name = name_, .title = "a device of these tests", .license = "MIT", .class_kind = kind,   \
        .instance_size = sizeof(struct gadget), .matches = matches, .match_count = 1,              \
        .regions = regions, .region_count = 1, .irq_modes = modes, .irq_mode_count = 3,            \
        .vectors = vectors, .vector_count = 1, .vectors_offset = offsetof(struct gadget, vectors), \
        .class_ops = ops, .class_offset = offsetof(struct gadget, class_object),                   \
        .attach = {attach_steps, DDDK_COUNT(attach_steps)},                                        \
        .start = {start_steps, DDDK_COUNT(start_steps)}, .start_at_publish = starts,               \
        .registers = names, .register_count = DDDK_COUNT(names)                                    \
    }

const struct dddk_driver gadget_driver = DRIVER("gadget", DDDK_CLASS_MISC, &misc_ops, true);
const struct dddk_driver gadget_net_driver = DRIVER("gadget", DDDK_CLASS_NET, &net_ops, false);

/* ---- for tests ---- */

struct dddk_host *gadget_machine(const struct dddk_driver *driver, unsigned count, bool msi)
{
    const struct dddk_driver *const drivers[] = {driver};
    struct dddk_host *machine = dddk_test_open(1);

    assert_non_null(machine);
    (void)gadget_hush();
    for (unsigned i = 0; i < count; i++) {
        struct dddk_model *model = dddk_test_add(machine, &gadget_model_type, 4u * (i + 1u));
        assert_non_null(model);
        if (!msi) {
            dddk_test_without_msi(model);
        }
    }
    assert_int_equal(dddk_test_probe(machine, drivers, 1), (int)count);
    memset(&gadget_transmit, 0, sizeof(gadget_transmit));
    for (unsigned i = 0; i < count; i++) {
        /* debug builds make up an interrupt when the vector is requested */
        struct gadget *gadget = gadget_number(machine, i);
        gadget->interrupts = 0;
        memset(&gadget->vectors[0].counters, 0, sizeof(gadget->vectors[0].counters));
    }
    return machine;
}

struct gadget *gadget_number(struct dddk_host *machine, unsigned number)
{
    char name[DDDK_NAME_MAX];

    snprintf(name, sizeof(name), "gadget.%u", number);
    struct dddk_device *dev = dddk_test_device(machine, name);
    assert_non_null(dev);
    return gadget_of(dev);
}

struct dddk_model *gadget_model(struct gadget *gadget)
{
    return dddk_test_model(&gadget->dddk);
}

uint32_t gadget_read(struct gadget *gadget, size_t offset)
{
    return dddk_read32(&gadget->mmio, offset);
}

void gadget_write(struct gadget *gadget, size_t offset, uint32_t value)
{
    dddk_write32(&gadget->mmio, offset, value);
}

uint32_t gadget_acknowledge(struct gadget *gadget)
{
    uint32_t causes = gadget_read(gadget, GADGET_CAUSE);

    if (causes != 0) {
        gadget_write(gadget, GADGET_CAUSE, causes);
    }
    return causes;
}

static unsigned hushed;

static void hush(void *user, const struct dddk_device *dev, enum dddk_log_level level,
                 const char *line)
{
    (void)user;
    (void)dev;
    (void)level;
    (void)line;
    hushed++;
}

unsigned gadget_hush(void)
{
    unsigned before = hushed;

    dddk_host_log_to(hush, NULL);
    hushed = 0;
    return before;
}
