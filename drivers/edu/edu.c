/* SPDX-License-Identifier: MIT
 *
 * QEMU's edu device: one handler for each operation that edu.yaml offers under `user:`. The kit
 * calls them in thread context, one at a time, with arguments that it held against the manifest.
 */
#include "edu.dddk.h"

#define EDU_BUFFER 0x40000u /* the device's buffer, in its own address space */
#define EDU_BUFFER_BYTES \
    4095u /* the specification says 4096; QEMU 7.2 aborts when the last byte is touched */

int edu_identify(struct edu *edu)
{
    return edu_id_read(edu).magic == 0xed ? 0 : DDDK_ENODEV;
}

int edu_version(struct edu *edu, uint8_t *major, uint8_t *minor)
{
    struct edu_id id = edu_id_read(edu);

    *major = (uint8_t)id.major;
    *minor = (uint8_t)id.minor;
    return 0;
}

int edu_liveness(struct edu *edu, uint32_t value, uint32_t *answer)
{
    int status = edu_live_write(edu, value);

    *answer = edu_live_read(edu);
    return status;
}

int edu_factorial(struct edu *edu, uint32_t n, uint32_t *result)
{
    dddk_arm(&edu->factorial_done);
    edu_status_write(edu, .raise = true);
    edu_fact_write(edu, n);
    int status = dddk_wait(edu, &edu->factorial_done, DDDK_SEC(1));
    *result = edu_fact_read(edu);
    return status;
}

/* The bounce buffer is on one side, the device's own memory on the other. The device checks
 * nothing, so we do. */
static int move(struct edu *edu, uint32_t offset, size_t size, bool to_host)
{
    uint64_t inside = (uint64_t)EDU_BUFFER + offset, outside = edu->bounce.device.value;

    if (size == 0 || offset > EDU_BUFFER_BYTES || size > EDU_BUFFER_BYTES - offset) {
        return DDDK_EINVAL;
    }
    dddk_arm(&edu->dma_done);
    edu_source_write(edu, to_host ? inside : outside);
    edu_target_write(edu, to_host ? outside : inside);
    edu_length_write(edu, size);
    edu_dma_write(edu, .go = true, .to_host = to_host, .raise = true);
    return dddk_wait(edu, &edu->dma_done, DDDK_SEC(1));
}

int edu_put(struct edu *edu, uint32_t offset, const void *data, size_t size)
{
    memcpy(edu->bounce.cpu, data, size);
    return move(edu, offset, size, false);
}

int edu_get(struct edu *edu, uint32_t offset, void *data, size_t size)
{
    int status = move(edu, offset, size, true);

    if (status == 0) {
        memcpy(data, edu->bounce.cpu, size);
    }
    return status;
}
