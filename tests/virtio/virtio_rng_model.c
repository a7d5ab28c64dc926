/* SPDX-License-Identifier: MIT
 *
 * What the manifest cannot say: features by halves, the handshake, and the one queue.
 */
#include "virtio_rng.model.h"

#define FEATURES UINT64_C(0x0000010130000000) /* those of QEMU 7.2 */
#define VERSION_1 (UINT64_C(1) << 32)
#define QUEUE_ENTRIES 8u
#define VIRTIO_RNG_MESSAGE 1u /* of the table; 0xffff is none */

struct virtio_rng_model {
    struct dddk_model base;
    uint64_t accepted;
    uint16_t done; /* entries, free-running */
};

static uint32_t read_device_feature(struct virtio_rng_model *rng, uint32_t value)
{
    uint32_t half = virtio_rng_model_get_device_feature_select(rng);

    (void)value;
    return half < 2 ? (uint32_t)(FEATURES >> 32 * half) : 0;
}

static void write_driver_feature(struct virtio_rng_model *rng, uint32_t value)
{
    uint32_t half = virtio_rng_model_get_driver_feature_select(rng);

    if (half < 2) {
        rng->accepted &= ~((uint64_t)0xffffffffu << 32 * half);
        rng->accepted |= (uint64_t)value << 32 * half;
    }
}

static void reset(struct virtio_rng_model *rng)
{
    rng->accepted = 0;
    rng->done = 0;
    virtio_rng_model_set_status(rng, 0);
    virtio_rng_model_set_isr(rng, 0);
    virtio_rng_model_set_queue_enable(rng, 0);
    virtio_rng_model_set_queue_vector(rng, 0xffff);
    virtio_rng_model_set_queue_size(rng, QUEUE_ENTRIES);
    virtio_rng_model_set_queue_desc(rng, 0);
    virtio_rng_model_set_queue_driver(rng, 0);
    virtio_rng_model_set_queue_device(rng, 0);
}

static void write_status(struct virtio_rng_model *rng, uint32_t value)
{
    if (value == 0) {
        reset(rng);
    } else if (rng->accepted != VERSION_1) {
        virtio_rng_model_set_status_features_ok(rng, false);
    }
}

static uint32_t read_queue_size(struct virtio_rng_model *rng, uint32_t value)
{
    return virtio_rng_model_get_queue_select(rng) == 0 ? value : 0;
}

/* A number in memory, as its bytes stand there. */
static uint64_t load(struct virtio_rng_model *rng, uint64_t address, unsigned bytes)
{
    uint8_t raw[8] = {0};
    uint64_t value = 0;

    (void)dddk_model_dma_read(&rng->base, address, raw, bytes);
    for (unsigned i = 0; i < bytes; i++) {
        value |= (uint64_t)raw[i] << 8 * i;
    }
    return value;
}

static void store(struct virtio_rng_model *rng, uint64_t address, uint64_t value, unsigned bytes)
{
    uint8_t raw[8];

    for (unsigned i = 0; i < bytes; i++) {
        raw[i] = (uint8_t)(value >> 8 * i);
    }
    (void)dddk_model_dma_write(&rng->base, address, raw, bytes);
}

static void fill(struct virtio_rng_model *rng, uint64_t address, uint32_t length)
{
    for (uint32_t i = 0; i < length; i++) {
        store(rng, address + i, dddk_model_random(&rng->base), 1);
    }
}

/* Fill every entry that was given. */
static void work(void *model)
{
    struct virtio_rng_model *rng = model;
    uint64_t desc = virtio_rng_model_get_queue_desc(rng);
    uint64_t avail = virtio_rng_model_get_queue_driver(rng);
    uint64_t used = virtio_rng_model_get_queue_device(rng);
    uint32_t entries = virtio_rng_model_get_queue_size(rng);

    for (uint16_t given = (uint16_t)load(rng, avail + 2, 2); rng->done != given;) {
        uint64_t at = rng->done % entries, entry = load(rng, avail + 4 + 2 * at, 2) % entries;
        uint32_t length = (uint32_t)load(rng, desc + 16 * entry + 8, 4);

        fill(rng, load(rng, desc + 16 * entry, 8), length);
        store(rng, used + 4 + 8 * at, entry | (uint64_t)length << 32, 8);
        store(rng, used + 2, ++rng->done, 2);
    }
    if (virtio_rng_model_get_queue_vector(rng) == VIRTIO_RNG_MESSAGE) {
        virtio_rng_model_raise_message(rng, VIRTIO_RNG_MODEL_MESSAGE_MESSAGE);
    } else {
        virtio_rng_model_raise_line(rng, VIRTIO_RNG_MODEL_LINE_QUEUE);
    }
}

static void write_doorbell(struct virtio_rng_model *rng, unsigned index, uint32_t value)
{
    if (index == 0 && value == 0 && virtio_rng_model_get_status_driver_ok(rng) &&
        virtio_rng_model_get_queue_enable(rng) != 0) {
        (void)dddk_model_after(&rng->base, DDDK_USEC(1), work);
    }
}

const struct virtio_rng_model_hooks virtio_rng_model_hooks = {
    .size_bytes = sizeof(struct virtio_rng_model),
    .on_reset = reset,
    .on_read_device_feature = read_device_feature,
    .on_write_driver_feature = write_driver_feature,
    .on_write_status = write_status,
    .on_read_queue_size = read_queue_size,
    .on_write_doorbell = write_doorbell,
};
