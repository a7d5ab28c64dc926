/* SPDX-License-Identifier: MIT
 *
 * A virtio entropy source: one queue, one buffer at a time. (Virtio 1.1, 2.6, 3.1, 4.1, 5.4)
 */
#include "virtio_rng.dddk.h"

#define VERSION_1 ((uint64_t)1 << 32)
#define DESCRIPTOR_WRITE 2u

/* Where the parts of the queue are in its buffer. The driver's part is `avail`, the device's
 * `used`.
 */
enum { MOST_ENTRIES = 8, AVAIL = 128, USED = 256, DATA = 1024, DATA_BYTES = 1024 };

struct descriptor {
    dddk_le64 address;
    dddk_le32 length;
    dddk_le16 flags, next;
};
struct avail {
    dddk_le16 flags, index, ring[MOST_ENTRIES];
};
struct used {
    dddk_le16 flags, index;
    struct {
        dddk_le32 id, length;
    } ring[MOST_ENTRIES];
};

static void *part(struct virtio_rng *rng, size_t offset)
{
    return (char *)rng->queue.cpu + offset;
}

/* Status 0 resets the device, and reads back when that is over. (4.1.4.3.2) */
int virtio_rng_reset(struct virtio_rng *rng)
{
    virtio_rng_status_write(rng, .acknowledge = false);
    return dddk_poll(rng, virtio_rng_status_read_raw_(rng) == 0, DDDK_MSEC(100));
}

int virtio_rng_identify(struct virtio_rng *rng)
{
    return virtio_rng_queues_read(rng) == 1 ? 0 : DDDK_ENODEV;
}

/* Take the one feature there must be, in both halves. (2.2, 6.1) */
static int negotiate(struct virtio_rng *rng)
{
    uint64_t wanted = VERSION_1;

    rng->state.features = 0;
    for (uint32_t half = 0; half < 2; half++) {
        virtio_rng_device_feature_select_write(rng, half);
        rng->state.features |= (uint64_t)virtio_rng_device_feature_read(rng) << 32 * half;
    }
    if ((rng->state.features & wanted) != wanted) {
        return DDDK_ENOTSUP;
    }
    for (uint32_t half = 0; half < 2; half++) {
        virtio_rng_driver_feature_select_write(rng, half);
        virtio_rng_driver_feature_write(rng, (uint32_t)(wanted >> 32 * half));
    }
    virtio_rng_status_update(rng, .features_ok = true);
    return virtio_rng_status_read(rng).features_ok ? 0 : DDDK_ENOTSUP;
}

/* (4.1.5.1.3) */
static int set_up_queue(struct virtio_rng *rng)
{
    virtio_rng_queue_select_write(rng, 0);
    rng->state.size = (uint16_t)virtio_rng_queue_size_read(rng);
    if (rng->state.size == 0 || (rng->state.size & (rng->state.size - 1u)) != 0) {
        return DDDK_EPROTO;
    }
    if (rng->state.size > MOST_ENTRIES) {
        rng->state.size = MOST_ENTRIES;
        virtio_rng_queue_size_write(rng, MOST_ENTRIES);
    }
    /* The doorbell of the first queue is the one that the manifest has. */
    if (virtio_rng_queue_notify_off_read(rng) != 0) {
        return DDDK_ENOTSUP;
    }
    /* It reads back what it took. (4.1.5.1.2.1) */
    if (rng->dddk.irq_mode == DDDK_IRQ_MSIX) {
        virtio_rng_queue_vector_write(rng, VIRTIO_RNG_MESSAGE_VECTOR);
        if (virtio_rng_queue_vector_read(rng) != VIRTIO_RNG_MESSAGE_VECTOR) {
            return DDDK_ENOSPC;
        }
    }
    rng->state.given = 0;
    memset(rng->queue.cpu, 0, rng->queue.size_bytes);
    virtio_rng_queue_desc_write(rng, rng->queue.device.value);
    virtio_rng_queue_driver_write(rng, rng->queue.device.value + AVAIL);
    virtio_rng_queue_device_write(rng, rng->queue.device.value + USED);
    virtio_rng_queue_enable_write(rng, 1);
    return 0;
}

/* (3.1.1) */
int virtio_rng_start(struct virtio_rng *rng)
{
    int status;

    virtio_rng_status_write(rng, .acknowledge = true);
    virtio_rng_status_update(rng, .driver = true);
    status = negotiate(rng);
    if (status == 0) {
        status = set_up_queue(rng);
    }
    if (status != 0) {
        virtio_rng_status_update(rng, .failed = true);
        return status;
    }
    return virtio_rng_status_update(rng, .driver_ok = true);
}

void virtio_rng_stop(struct virtio_rng *rng)
{
    (void)virtio_rng_reset(rng);
}

int virtio_rng_facts(struct virtio_rng *rng, uint64_t *features, uint16_t *queues, uint16_t *size,
                     uint8_t *generation, uint32_t *severity)
{
    *features = rng->state.features;
    *queues = (uint16_t)virtio_rng_queues_read(rng);
    *size = (uint16_t)virtio_rng_queue_size_read(rng);
    *generation = (uint8_t)virtio_rng_generation_read(rng);
    *severity = virtio_rng_error_severity_read(rng);
    return 0;
}

/* What the device has done is in `used`: so many bytes of entry 0, which was the only one given. */
static int taken(struct virtio_rng *rng, size_t size)
{
    const struct used *used = part(rng, USED);
    uint16_t at = (uint16_t)((rng->state.given - 1u) & (rng->state.size - 1u));
    uint32_t length = dddk_from_le32(used->ring[at].length);

    if (dddk_from_le16(used->index) != rng->state.given || dddk_from_le32(used->ring[at].id) != 0 ||
        length == 0 || length > size) {
        dddk_protocol_error(&rng->dddk, "an answer that is none");
        return DDDK_EPROTO;
    }
    return (int)length;
}

/* Fewer bytes than were asked for may come; the rest is asked for again. */
int virtio_rng_read(struct virtio_rng *rng, void *data, size_t size)
{
    struct descriptor *descriptor = part(rng, 0);
    struct avail *avail = part(rng, AVAIL);
    size_t have = 0;

    while (have < size) {
        size_t ask = size - have < DATA_BYTES ? size - have : DATA_BYTES;
        int status;

        descriptor->address = dddk_to_le64(rng->queue.device.value + DATA);
        descriptor->length = dddk_to_le32((uint32_t)ask);
        descriptor->flags = dddk_to_le16(DESCRIPTOR_WRITE);
        avail->ring[rng->state.given & (rng->state.size - 1u)] = dddk_to_le16(0);
        dddk_dma_wmb();
        avail->index = dddk_to_le16(++rng->state.given);
        dddk_arm(&rng->answered);
        dddk_mmio_wmb();
        virtio_rng_doorbell_write(rng, 0, 0);
        status = dddk_wait(rng, &rng->answered, DDDK_SEC(1));
        if (status == 0) {
            dddk_dma_rmb();
            status = taken(rng, ask);
        }
        if (status < 0) {
            return status;
        }
        memcpy((char *)data + have, part(rng, DATA), (size_t)status);
        have += (size_t)status;
    }
    return 0;
}
