/* SPDX-License-Identifier: MIT
 *
 * What receiving and sending a packet costs the driver: the generated e1000 on the direct port, its
 * device a piece of memory that this program plays. It forwards: a batch is received, and the same
 * buffers are sent. Run under callgrind by packets.py, which counts the instructions of the driver
 * and the runtime alone; everything here is `bench_`, `nic_` or `dddk_port_`, and not counted.
 *
 *     packets BATCH BATCHES poll|interrupt
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "e1000.dddk.h"
#include "runtime/port.h"

enum { BUFFERS = 1024, BATCH_MAX = 64, FRAME_BYTES = 60 };

static _Alignas(4096) uint8_t nic_registers[E1000_REGS_SIZE];
static struct dddk_direct_buffer bench_buffers[BUFFERS];
static struct dddk_direct_buffer *bench_free[BUFFERS], *bench_received[BUFFERS];
static uint32_t nic_rx_head, nic_tx_head;
static bool bench_poll_scheduled;

/* ---- the device ---- */

static uint32_t *nic_register(uint32_t offset)
{
    return (uint32_t *)(void *)(nic_registers + offset);
}

static void nic_receive(struct e1000 *nic, unsigned frames)
{
    struct e1000_rx_desc *entries = nic->rx.memory.cpu;

    for (unsigned i = 0; i < frames && nic_rx_head != *nic_register(E1000_RDT); i++) {
        entries[nic_rx_head].length = dddk_to_le16(FRAME_BYTES);
        entries[nic_rx_head].errors = 0;
        entries[nic_rx_head].status = E1000_RX_DESC_STATUS_DD | E1000_RX_DESC_STATUS_EOP;
        nic_rx_head = (nic_rx_head + 1u) % E1000_RX_COUNT;
    }
    *nic_register(E1000_ICR) = E1000_MAIN_RXT0;
}

static unsigned nic_transmit(struct e1000 *nic)
{
    struct e1000_tx_desc *entries = nic->tx.memory.cpu;
    unsigned frames = 0;

    while (nic_tx_head != *nic_register(E1000_TDT)) {
        entries[nic_tx_head].status = E1000_TX_DESC_STATUS_DD;
        nic_tx_head = (nic_tx_head + 1u) % E1000_TX_COUNT;
        frames++;
    }
    return frames;
}

/* ---- the port ---- */

int dddk_port_decode(struct dddk_device *dev, bool on)
{
    (void)dev, (void)on;
    return 0;
}
int dddk_port_bus_master(struct dddk_device *dev, bool on)
{
    (void)dev, (void)on;
    return 0;
}
int dddk_port_map(struct dddk_device *dev, const struct dddk_region *region, struct dddk_mmio *mmio)
{
    (void)dev;
    mmio->base = nic_registers;
    return region->size_bytes <= sizeof(nic_registers) ? 0 : DDDK_ERANGE;
}
void dddk_port_unmap(struct dddk_device *dev, const struct dddk_region *region,
                     struct dddk_mmio *mmio)
{
    (void)dev, (void)region;
    mmio->base = NULL;
}
size_t dddk_port_mapped_bytes(const struct dddk_device *dev, const struct dddk_region *region)
{
    (void)dev, (void)region;
    return sizeof(nic_registers);
}
const char *dddk_port_param(struct dddk_device *dev, const struct dddk_param *param)
{
    (void)dev, (void)param;
    return NULL;
}
bool dddk_port_present(struct dddk_device *dev)
{
    (void)dev;
    return true;
}
int dddk_port_dma_limits(struct dddk_device *dev, const struct dddk_dma_limits *limits)
{
    (void)dev, (void)limits;
    return 0;
}
int dddk_port_dma_alloc(struct dddk_device *dev, size_t size_bytes, size_t align_bytes,
                        struct dddk_dma_memory *memory)
{
    (void)dev;
    memory->cpu = aligned_alloc(align_bytes, (size_bytes + align_bytes - 1) & ~(align_bytes - 1));
    if (memory->cpu == NULL) {
        return DDDK_ENOMEM;
    }
    memset(memory->cpu, 0, size_bytes);
    memory->device.value = (uintptr_t)memory->cpu;
    memory->size_bytes = size_bytes;
    return 0;
}
void dddk_port_dma_free(struct dddk_device *dev, struct dddk_dma_memory *memory)
{
    (void)dev;
    free(memory->cpu);
}
void *dddk_port_alloc(struct dddk_device *dev, size_t size_bytes)
{
    (void)dev;
    return calloc(1, size_bytes);
}
void dddk_port_free(struct dddk_device *dev, void *memory)
{
    (void)dev;
    free(memory);
}
int dddk_port_vectors_allocate(struct dddk_device *dev)
{
    dev->irq_mode = DDDK_IRQ_INTX;
    return 0;
}
void dddk_port_vectors_release(struct dddk_device *dev)
{
    dev->irq_mode = DDDK_IRQ_NONE;
}
int dddk_port_vector_request(struct dddk_vector *vector)
{
    (void)vector;
    return 0;
}
void dddk_port_vector_free(struct dddk_vector *vector)
{
    (void)vector;
}
void dddk_port_vector_mask(struct dddk_vector *vector, bool masked)
{
    (void)vector;
    (void)masked;
}
void dddk_port_schedule_poll(struct dddk_vector *vector)
{
    (void)vector;
    bench_poll_scheduled = true;
}
void dddk_port_schedule_thread(struct dddk_vector *vector)
{
    (void)vector;
}
void dddk_port_vector_quiesce(struct dddk_vector *vector)
{
    (void)vector;
    bench_poll_scheduled = false;
}
uint64_t dddk_port_now_ns(struct dddk_device *dev)
{
    static uint64_t now_ns;

    (void)dev;
    return now_ns += 1000;
}
/* Time enough for a reset to end. */
void dddk_port_pause(struct dddk_device *dev, uint64_t duration_ns, bool interruptible)
{
    (void)dev, (void)duration_ns, (void)interruptible;
    *nic_register(E1000_CTRL) &= ~E1000_CTRL_RST_MASK;
}
void dddk_port_spin(struct dddk_device *dev)
{
    (void)dev;
}
void dddk_port_mutex_init(struct dddk_mutex *mutex)
{
    mutex->held = false;
}
void dddk_port_lock(struct dddk_device *dev)
{
    dev->lock.held = true;
}
void dddk_port_unlock(struct dddk_device *dev)
{
    dev->lock.held = false;
}
int dddk_port_publish(struct dddk_device *dev)
{
    (void)dev;
    return 0;
}
void dddk_port_unpublish(struct dddk_device *dev)
{
    (void)dev;
}
int dddk_port_class_start(struct dddk_device *dev)
{
    struct dddk_net *net = dddk_device_class(dev);

    net->port = (struct dddk_port_net){.free = bench_free,
                                       .free_top = bench_free,
                                       .received = bench_received,
                                       .received_top = bench_received,
                                       .buffer_bytes = net->ops->rx_buffer_bytes};
    for (uint32_t i = 0; i < BUFFERS; i++) {
        bench_buffers[i].device = 0x100000u + (uint64_t)i * net->ops->rx_buffer_bytes;
        *net->port.free_top++ = &bench_buffers[i];
    }
    return 0;
}
void dddk_port_class_stop(struct dddk_device *dev)
{
    struct dddk_net *net = dddk_device_class(dev);

    if (net->port.free_top != bench_free + BUFFERS) {
        fprintf(stderr, "buffers were not handed back\n");
        exit(1);
    }
}
void dddk_port_class_gate(struct dddk_device *dev, bool open)
{
    (void)dev, (void)open;
}
void dddk_port_misc_moved(struct dddk_device *dev)
{
    (void)dev;
}

void dddk_port_link_changed(struct dddk_device *dev)
{
    (void)dev;
}
int dddk_port_step(struct dddk_device *dev, const struct dddk_step *step, bool acquire)
{
    (void)dev, (void)step, (void)acquire;
    return 0;
}
void dddk_range_fault(const char *what)
{
    fprintf(stderr, "%s\n", what);
    exit(1);
}
void dddk_log_(const struct dddk_device *dev, enum dddk_log_level level, const char *format, ...)
{
    va_list arguments;

    if (level <= DDDK_LOG_WARNING) {
        va_start(arguments, format);
        fprintf(stderr, "%s: ", dev->name);
        vfprintf(stderr, format, arguments);
        fputc('\n', stderr);
        va_end(arguments);
    }
}

/* ---- the measurement ---- */

static unsigned bench_receive(struct e1000 *nic, unsigned batch, bool interrupt)
{
    struct dddk_vector *vector = &nic->vectors[E1000_MAIN];

    if (!interrupt) {
        return vector->ops->poll(&nic->dddk, batch);
    }
    bench_poll_scheduled = false;
    (void)dddk_vector_interrupt(vector);
    *nic_register(E1000_ICR) = 0;
    return bench_poll_scheduled ? dddk_vector_poll(vector, BATCH_MAX) : 0;
}

static unsigned bench_send(struct e1000 *nic)
{
    unsigned count = (unsigned)(nic->net.port.received_top - bench_received);

    for (unsigned i = 0; i < count; i++) {
        struct dddk_direct_buffer *buffer = bench_received[i];
        struct dddk_segment segment = {{buffer->device}, buffer->length_bytes};
        if (nic->net.ops->transmit(&nic->dddk, &segment, 1, buffer, i + 1u < count) != 0) {
            return i;
        }
    }
    nic->net.port.received_top = bench_received;
    return count;
}

static bool bench_run(struct e1000 *nic, unsigned batch, unsigned long batches, bool interrupt)
{
    for (unsigned long i = 0; i < batches; i++) {
        nic_receive(nic, batch);
        if (bench_receive(nic, batch, interrupt) != batch || bench_send(nic) != batch ||
            nic_transmit(nic) != batch) {
            return false;
        }
    }
    return nic->net.counters.rx_frames == batch * batches;
}

int main(int argc, char **argv)
{
    static struct e1000 nic = {.dddk = {.driver = &e1000_driver, .name = "e1000.0"}};
    unsigned batch = argc == 4 ? (unsigned)atoi(argv[1]) : 0;
    unsigned long batches = argc == 4 ? (unsigned long)atol(argv[2]) : 0;

    if (batch == 0 || batch > BATCH_MAX || batches == 0) {
        fprintf(stderr, "usage: packets BATCH BATCHES poll|interrupt\n");
        return 2;
    }
    nic.dddk.match = &e1000_driver.matches[0];
    *nic_register(E1000_RAL) = 0x12005452u;
    *nic_register(E1000_RAH) = 0x80005634u;
    if (dddk_attach(&nic.dddk) != 0 || dddk_start(&nic.dddk) != 0) {
        return 1;
    }
    if (!bench_run(&nic, batch, batches, argv[3][0] == 'i')) {
        fprintf(stderr, "frames were lost\n");
        return 1;
    }
    dddk_detach(&nic.dddk);
    return 0;
}
