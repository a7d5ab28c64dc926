/* SPDX-License-Identifier: MIT
 *
 * QEMU's edu device: one handler for each operation that edu.yaml offers under `user:`. The kit
 * calls them in thread context, one at a time, with arguments that it held against the manifest.
 */
#include "edu.dddk.h"

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

int edu_put(struct edu *edu, uint32_t offset, const void *data, size_t size)
{
    memcpy(edu->bounce.cpu, data, size);
    return edu_copy_to_device(edu, offset, &edu->bounce, size);
}

int edu_get(struct edu *edu, uint32_t offset, void *data, size_t size)
{
    int status = edu_copy_from_device(edu, offset, &edu->bounce, size);

    if (status == 0) {
        memcpy(data, edu->bounce.cpu, size);
    }
    return status;
}
