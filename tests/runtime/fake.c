/* SPDX-License-Identifier: MIT
 *
 * See fake.h.
 */
#include "fake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct fake fake;

/* Device addresses are other numbers than CPU addresses. */
#define DEVICE_OFFSET UINT64_C(0x100000000)

struct dddk_port_device {
    struct dddk_device *dev;
};
static struct dddk_port_device port_device;

struct dddk_device *fake_reset(const struct dddk_driver *driver)
{
    free(port_device.dev);
    fake = (struct fake){.bar_bytes = 1u << 20, .buffers_allowed = FAKE_BUFFERS};
    dddk_ring_first_index = 0;
    struct dddk_device *dev = calloc(1, driver->instance_size);
    assert_non_null(dev);
    port_device.dev = dev;
    dev->driver = driver;
    dev->match = driver->matches;
    dev->port = &port_device;
    (void)snprintf(dev->name, sizeof(dev->name), "%s.0", driver->name);
    return dev;
}

const char *fake_steps(void)
{
    static char line[2048];
    size_t used = 0;

    line[0] = 0;
    for (unsigned i = 0; i < fake.step_count; i++) {
        int n = snprintf(line + used, sizeof(line) - used, "%s%c%s", i ? " " : "",
                         fake.steps[i].acquire ? '+' : '-', fake.steps[i].step->name);
        assert_true(n > 0 && (size_t)n < sizeof(line) - used);
        used += (size_t)n;
    }
    return line;
}

unsigned fake_owned_by(enum fake_owner owner)
{
    unsigned count = 0;

    for (unsigned i = 0; i < FAKE_BUFFERS; i++) {
        count += fake.buffers[i].owner == owner;
    }
    return count;
}

/* ---- steps ---- */

int dddk_port_step(struct dddk_device *dev, const struct dddk_step *step, bool acquire)
{
    assert_ptr_equal(dev->port, &port_device);
    assert_true(fake.step_count < FAKE_LOG);
    if (acquire && fake.fail_at != 0 && --fake.fail_at == 0) {
        return fake.fail_status;
    }
    fake.steps[fake.step_count].step = step;
    fake.steps[fake.step_count++].acquire = acquire;
    return 0;
}

/* ---- the bus ---- */

static uint64_t window_read(void *window, size_t offset, unsigned bytes)
{
    uint64_t value = 0;

    (void)window;
    fake.reads++;
    assert_true(offset + bytes <= FAKE_REGISTERS);
    memcpy(&value, fake.registers + offset, bytes);
    if (fake.absent) {
        value = ~UINT64_C(0);
    }
    return fake.read != NULL ? fake.read(offset, bytes, value) : value;
}

static void window_write(void *window, size_t offset, unsigned bytes, uint64_t value)
{
    (void)window;
    fake.writes++;
    assert_true(offset + bytes <= FAKE_REGISTERS);
    memcpy(fake.registers + offset, &value, bytes);
    if (fake.write != NULL) {
        fake.write(offset, bytes, value);
    }
}

static const struct dddk_mmio_ops window_ops = {window_read, window_write};

int dddk_port_decode(struct dddk_device *dev, bool on)
{
    (void)dev;
    fake.decodes = on;
    return 0;
}

int dddk_port_bus_master(struct dddk_device *dev, bool on)
{
    (void)dev;
    fake.masters = on;
    return 0;
}

int dddk_port_map(struct dddk_device *dev, const struct dddk_region *region, struct dddk_mmio *mmio)
{
    (void)dev;
    if (region->size_bytes > fake.bar_bytes) {
        return DDDK_ERANGE;
    }
    assert_true(fake.decodes);
    *mmio = (struct dddk_mmio){&window_ops, &fake};
    fake.mapped = true;
    return 0;
}

void dddk_port_unmap(struct dddk_device *dev, const struct dddk_region *region,
                     struct dddk_mmio *mmio)
{
    (void)dev, (void)region;
    *mmio = (struct dddk_mmio){NULL, NULL};
    fake.mapped = false;
}

size_t dddk_port_mapped_bytes(const struct dddk_device *dev, const struct dddk_region *region)
{
    (void)dev, (void)region;
    return fake.bar_bytes;
}

bool dddk_port_present(struct dddk_device *dev)
{
    (void)dev;
    return !fake.absent;
}

/* ---- memory ---- */

static bool refuse_allocation(void)
{
    return fake.fail_alloc != 0 && --fake.fail_alloc == 0;
}

int dddk_port_dma_limits(struct dddk_device *dev, const struct dddk_dma_limits *limits)
{
    (void)dev;
    fake.limits = *limits;
    return 0;
}

int dddk_port_dma_alloc(struct dddk_device *dev, size_t size_bytes, size_t align_bytes,
                        struct dddk_dma_memory *memory)
{
    (void)dev;
    size_t rounded = (size_bytes + align_bytes - 1) & ~(align_bytes - 1);
    if (refuse_allocation()) {
        return DDDK_ENOMEM;
    }
    memory->cpu = aligned_alloc(align_bytes, rounded);
    assert_non_null(memory->cpu);
    memset(memory->cpu, 0, rounded);
    memory->device.value = (uintptr_t)memory->cpu + DEVICE_OFFSET;
    memory->size_bytes = size_bytes;
    fake.dma_live++;
    return 0;
}

void dddk_port_dma_free(struct dddk_device *dev, struct dddk_dma_memory *memory)
{
    (void)dev;
    free(memory->cpu);
    fake.dma_live--;
}

void *dddk_port_alloc(struct dddk_device *dev, size_t size_bytes)
{
    (void)dev;
    if (refuse_allocation()) {
        return NULL;
    }
    fake.memory_live++;
    return calloc(1, size_bytes);
}

void dddk_port_free(struct dddk_device *dev, void *memory)
{
    (void)dev;
    assert_non_null(memory);
    free(memory);
    fake.memory_live--;
}

/* ---- interrupts ---- */

int dddk_port_vectors_allocate(struct dddk_device *dev)
{
    dev->irq_mode = fake.irq_mode != DDDK_IRQ_NONE ? fake.irq_mode : DDDK_IRQ_INTX;
    return 0;
}

void dddk_port_vectors_release(struct dddk_device *dev)
{
    fake.misuse += dev->lock.held + fake.vectors;
    dev->irq_mode = DDDK_IRQ_NONE;
}

int dddk_port_vector_request(struct dddk_vector *vector)
{
    fake.misuse += vector->dev->lock.held;
    if (fake.fail_vector != 0 && --fake.fail_vector == 0) {
        return DDDK_ENOSPC;
    }
    fake.vectors++;
    return 0;
}

void dddk_port_vector_free(struct dddk_vector *vector)
{
    fake.misuse += vector->dev->lock.held;
    fake.vectors--;
}

void dddk_port_vector_mask(struct dddk_vector *vector, bool masked)
{
    (void)vector;
    fake.held = masked;
    fake.holds += masked;
}

void dddk_port_schedule_poll(struct dddk_vector *vector)
{
    (void)vector;
    fake.polls_scheduled++;
}

void dddk_port_schedule_thread(struct dddk_vector *vector)
{
    (void)vector;
    fake.threads_scheduled++;
}

void dddk_port_vector_quiesce(struct dddk_vector *vector)
{
    (void)vector;
    fake.quiesced++;
    fake.polls_scheduled = fake.threads_scheduled = 0;
    fake.later_ns = 0;
}

/* ---- time and locks ---- */

uint64_t dddk_port_now_ns(struct dddk_device *dev)
{
    (void)dev;
    return fake.now_ns;
}

void dddk_port_pause(struct dddk_device *dev, uint64_t duration_ns, bool interruptible)
{
    (void)dev, (void)interruptible;
    assert_true(++fake.pauses < 100000);
    fake.now_ns += duration_ns + fake.oversleep_ns;
    if (fake.pause != NULL) {
        fake.pause(duration_ns);
    }
}

void dddk_port_spin(struct dddk_device *dev)
{
    (void)dev;
    assert_true(++fake.spins < 100000);
    fake.now_ns += 500;
}

void dddk_port_mutex_init(struct dddk_mutex *mutex)
{
    mutex->held = false;
}

void dddk_port_lock(struct dddk_device *dev)
{
    fake.misuse += dev->lock.held;
    dev->lock.held = true;
    fake.locks++;
}

void dddk_port_unlock(struct dddk_device *dev)
{
    fake.misuse += !dev->lock.held;
    dev->lock.held = false;
}

/* ---- classes ---- */

int dddk_port_publish(struct dddk_device *dev)
{
    fake.locked_in_publish = dev->lock.held;
    fake.published = true;
    return 0;
}

void dddk_port_unpublish(struct dddk_device *dev)
{
    fake.misuse += dev->lock.held;
    fake.published = false;
}

int dddk_port_class_start(struct dddk_device *dev)
{
    (void)dev;
    fake.class_started = true;
    return 0;
}

void dddk_port_class_stop(struct dddk_device *dev)
{
    (void)dev;
    fake.class_started = false;
}

void dddk_port_class_gate(struct dddk_device *dev, bool open)
{
    (void)dev;
    fake.gate_open = open;
}

void dddk_port_misc_moved(struct dddk_device *dev)
{
    (void)dev;
}

void dddk_port_link_changed(struct dddk_device *dev)
{
    (void)dev;
    fake.link_changes++;
}

bool dddk_port_rx_buffer(struct dddk_net *net, struct dddk_net_buffer *buffer)
{
    for (unsigned i = 0; i < FAKE_BUFFERS && fake_owned_by(FAKE_RECEIVE) < fake.buffers_allowed;
         i++) {
        if (fake.buffers[i].owner == FAKE_POOL) {
            fake.buffers[i].owner = FAKE_RECEIVE;
            *buffer = (struct dddk_net_buffer){
                .address = {0x10000 + 0x1000 * (uint64_t)i},
                .size_bytes = net->ops->rx_buffer_bytes,
                .cookie = &fake.buffers[i],
            };
            return true;
        }
    }
    return false;
}

static void hand_back(void *cookie, enum fake_owner from, enum fake_owner to)
{
    struct fake_buffer *buffer = cookie;

    assert_true(buffer >= fake.buffers && buffer < fake.buffers + FAKE_BUFFERS);
    fake.misuse += buffer->owner != from;
    buffer->owner = to;
}

void dddk_port_rx_deliver(struct dddk_net *net, void *cookie, uint32_t length_bytes, bool last)
{
    (void)net;
    assert_true(fake.delivered_count < FAKE_DELIVERED);
    hand_back(cookie, FAKE_RECEIVE, FAKE_POOL);
    fake.delivered[fake.delivered_count].cookie = cookie;
    fake.delivered[fake.delivered_count].length_bytes = length_bytes;
    fake.delivered[fake.delivered_count++].last = last;
}

void dddk_port_rx_recycle(struct dddk_net *net, void *cookie)
{
    (void)net;
    hand_back(cookie, FAKE_RECEIVE, FAKE_POOL);
    fake.recycled++;
}

void dddk_port_tx_done(struct dddk_net *net, void *cookie, bool sent)
{
    (void)net;
    hand_back(cookie, FAKE_TRANSMIT, FAKE_POOL);
    ((struct fake_buffer *)cookie)->sent = sent;
    fake.tx_done++;
}

void dddk_port_tx_wake(struct dddk_net *net)
{
    (void)net;
    fake.wakes++;
}

/* ---- reports ---- */

void dddk_log_(const struct dddk_device *dev, enum dddk_log_level level, const char *format, ...)
{
    va_list arguments;

    (void)dev, (void)level;
    va_start(arguments, format);
    (void)vsnprintf(fake.last_log, sizeof(fake.last_log), format, arguments);
    va_end(arguments);
    fake.logged++;
}

void dddk_range_fault(const char *what)
{
    (void)what;
    fake.range_faults++;
}

const char *dddk_port_param(struct dddk_device *dev, const struct dddk_param *param)
{
    (void)dev;
    (void)param;
    return fake.param;
}
