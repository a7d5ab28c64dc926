/* SPDX-License-Identifier: MIT
 *
 * The steps of attach and start that every driver has in common, and the parts that generated steps
 * are made of. For generated drivers only. Each is called by the lifecycle engine, in thread
 * context with the device mutex held unless it says otherwise, and returns 0 or what the port
 * answered.
 */
#ifndef DDDK_STEPS_H
#define DDDK_STEPS_H

#include "dddk/device.h"

/* attach: "variant". A revision of `revisions:`; each ID is above the one before. */
struct dddk_revision {
    uint8_t id;
    const char *name;
};
/* The index of the newest of these that is not above the device's revision ID, or 0, the oldest. An
 * ID without a name is logged: nobody has tried that one. */
unsigned dddk_find_revision(struct dddk_device *dev, const struct dddk_revision *revisions,
                            unsigned count);

/* attach: "memory decode". Regions answer from here on. */
int dddk_step_decode_on(struct dddk_device *dev);
void dddk_step_decode_off(struct dddk_device *dev);

/* attach: "map REGION". Map region `index` of the driver; refused when the BAR is smaller than the
 * manifest says, or of another kind. An optional region that the device lacks is noted, and 0 is
 * returned. */
int dddk_map_region(struct dddk_device *dev, unsigned index);
void dddk_unmap_region(struct dddk_device *dev, unsigned index);

/* attach: "presence". DDDK_ENODEV when nothing answers. */
int dddk_step_presence(struct dddk_device *dev);

/* An array whose elements are as far apart as a field of the device says. */
struct dddk_array_stride {
    const char *array, *field; /* names */
    unsigned region;
    size_t offset, end;  /* of element 0, and where the next register begins; 0: none does */
    size_t count, bytes; /* elements, and of an element */
    size_t unit;         /* bytes; the stride is unit << field, or unit * field */
    bool shifts;
    size_t align; /* bytes; the stride is a multiple of them; 0: it always is */
};
/* attach: "strides". Compute a stride from what the field says, which does not matter for a single
 * element. DDDK_ERANGE, and the log has the reason: elements would overlap, be misaligned, or reach
 * behind what is mapped or into the next register. */
int dddk_array_stride(struct dddk_device *dev, const struct dddk_array_stride *array,
                      uint64_t field, size_t *stride_bytes);

/* An array, or a repeated block, of which a device may have less than the manifest counts. */
struct dddk_array_present {
    const char *array, *field; /* names */
    unsigned region;
    size_t first_end; /* of the first element: the byte behind it */
    size_t stride, count;
};
/* attach: "elements". How many there are, from what the field says: `count` at most, and then the
 * log says that there are more. DDDK_ERANGE, and the log has the reason: they reach behind what is
 * mapped. */
int dddk_array_present(struct dddk_device *dev, const struct dddk_array_present *array,
                       uint64_t field, size_t *present);

/* attach: "dma mask". DDDK_ENOTSUP: the port has no memory that the device can reach. */
int dddk_step_dma_mask(struct dddk_device *dev);

/* attach: "vectors". Without the device mutex, for freeing waits for thread work that may want it.
 * DDDK_ENOTSUP: the device has none of the driver's modes. */
int dddk_step_vectors_request(struct dddk_device *dev);
void dddk_step_vectors_free(struct dddk_device *dev);
/* The same in pieces, where there are several: "vectors" chooses the mode, and then each has a step
 * of its own. A vector that the mode does not have is nothing to request. */
int dddk_step_vectors_allocate(struct dddk_device *dev);
void dddk_step_vectors_release(struct dddk_device *dev);
int dddk_request_vector(struct dddk_device *dev, unsigned index);
void dddk_free_vector(struct dddk_device *dev, unsigned index);

/* attach: "publish", the last. Without the device mutex: who opens the device takes it. */
int dddk_step_publish(struct dddk_device *dev);
void dddk_step_unpublish(struct dddk_device *dev);

/* start: "class buffers", the first. Payload memory of the class exists from here on. */
int dddk_step_class_start(struct dddk_device *dev);
void dddk_step_class_stop(struct dddk_device *dev);

/* start: "bus mastering". The device may read and write memory, and send messages, from here on. */
int dddk_step_bus_master_on(struct dddk_device *dev);
void dddk_step_bus_master_off(struct dddk_device *dev);

/* start: "at start". Run each thread cause handler that is marked `at_start` once. */
int dddk_step_at_start(struct dddk_device *dev);

/* start: "open class", the last. The class may call the driver from here on. */
int dddk_step_class_open(struct dddk_device *dev);
void dddk_step_class_close(struct dddk_device *dev);

#endif
