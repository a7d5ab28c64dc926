/* SPDX-License-Identifier: MIT
 *
 * The steps that all drivers share: from the lifecycle engine to the port.
 */
#include "dddk/steps.h"
#include "dddk/net.h"
#include "dddk/serial.h"
#include "runtime/context.h"
#include "runtime/port.h"

unsigned dddk_find_revision(struct dddk_device *dev, const struct dddk_revision *revisions,
                            unsigned count)
{
    unsigned found = 0;

    while (found + 1 < count && revisions[found + 1].id <= dev->revision) {
        found++;
    }
    if (revisions[found].id != dev->revision) {
        dddk_log_(dev, DDDK_LOG_INFO, "revision 0x%02x has no name here: driven as %s",
                  dev->revision, revisions[found].name);
    }
    return found;
}

int dddk_step_decode_on(struct dddk_device *dev)
{
    return dddk_port_decode(dev, true);
}

void dddk_step_decode_off(struct dddk_device *dev)
{
    (void)dddk_port_decode(dev, false);
}

static struct dddk_mmio *mmio_of(struct dddk_device *dev, unsigned index)
{
    void *mmio = (char *)dev + dev->driver->regions[index].mmio_offset;
    return mmio;
}

int dddk_map_region(struct dddk_device *dev, unsigned index)
{
    const struct dddk_region *region = &dev->driver->regions[index];

    int status = dddk_port_map(dev, region, mmio_of(dev, index));
    if (status == DDDK_ERANGE && region->kind != DDDK_REGION_CONFIG && region->capability == NULL) {
        dddk_log_(dev, DDDK_LOG_ERROR, "the device has fewer than the %zu bytes of region %s",
                  region->size_bytes, region->name);
    }
    dev->absent_regions &= ~((uint32_t)1 << index);
    if (status == DDDK_ENODEV && region->optional) {
        dev->absent_regions |= (uint32_t)1 << index;
        dddk_log_(dev, DDDK_LOG_INFO, "goes on without region %s", region->name);
        status = 0;
    }
    return status;
}

int dddk_region_is(struct dddk_device *dev, const struct dddk_region *region, unsigned bar,
                   unsigned address_bits, bool prefetchable)
{
    if (region->address_bits != 0 && region->address_bits != address_bits) {
        dddk_log_(dev, DDDK_LOG_ERROR, "BAR %u takes addresses of %u bits, region %s those of %u",
                  bar, address_bits, region->name, (unsigned)region->address_bits);
        return DDDK_ENOTSUP;
    }
    if (region->prefetch == (prefetchable ? DDDK_NOT_PREFETCHABLE : DDDK_PREFETCHABLE)) {
        dddk_log_(dev, DDDK_LOG_ERROR, "BAR %u is %sprefetchable, region %s is not so", bar,
                  prefetchable ? "" : "not ", region->name);
        return DDDK_ENOTSUP;
    }
    return 0;
}

void dddk_unmap_region(struct dddk_device *dev, unsigned index)
{
    if (!dddk_has_region(dev, index)) {
        return;
    }
    dddk_port_unmap(dev, &dev->driver->regions[index], mmio_of(dev, index));
}

/* The most that a stride may be: beyond it the last element would not fit. */
static size_t largest_stride(struct dddk_device *dev, const struct dddk_array_stride *array)
{
    const struct dddk_region *region = &dev->driver->regions[array->region];
    size_t end = array->end;

    if (end == 0) {
        end = dddk_port_mapped_bytes(dev, region);
    }
    if (end < array->offset + array->bytes) {
        return 0;
    }
    return array->count < 2 ? SIZE_MAX : (end - array->offset - array->bytes) / (array->count - 1);
}

int dddk_array_stride(struct dddk_device *dev, const struct dddk_array_stride *array,
                      uint64_t field, size_t *stride_bytes)
{
    size_t largest, stride = 0;

    if (array->count < 2 ||
        (array->region < dev->driver->region_count && !dddk_has_region(dev, array->region))) {
        *stride_bytes = array->unit;
        return 0;
    }
    largest = largest_stride(dev, array);
    if (array->shifts && field < 8 * sizeof(size_t) && array->unit <= largest >> field) {
        stride = array->unit << field;
    } else if (!array->shifts && field <= largest / array->unit) {
        stride = array->unit * (size_t)field;
    }
    if (stride < array->bytes) {
        dddk_log_(dev, DDDK_LOG_ERROR,
                  "%s is %llu: %s, of %zu elements, would overlap or leave its %zu bytes",
                  array->field, (unsigned long long)field, array->array, array->count,
                  largest * (array->count - 1) + array->bytes);
        return DDDK_ERANGE;
    }
    if (array->align != 0 && stride % array->align != 0) {
        dddk_log_(dev, DDDK_LOG_ERROR, "%s is %llu: %s, of %zu elements, would be misaligned",
                  array->field, (unsigned long long)field, array->array, array->count);
        return DDDK_ERANGE;
    }
    *stride_bytes = stride;
    return 0;
}

int dddk_array_present(struct dddk_device *dev, const struct dddk_array_present *array,
                       uint64_t field, size_t *present)
{
    const struct dddk_region *region = &dev->driver->regions[array->region];
    size_t number = field < array->count ? (size_t)field : array->count;

    *present = 0;
    if (!dddk_has_region(dev, array->region)) {
        return 0;
    }
    if (number != 0 &&
        array->first_end + (number - 1) * array->stride > dddk_port_mapped_bytes(dev, region)) {
        dddk_log_(dev, DDDK_LOG_ERROR, "%s is %llu: %s would leave the 0x%zx bytes of region %s",
                  array->field, (unsigned long long)field, array->array,
                  dddk_port_mapped_bytes(dev, region), region->name);
        return DDDK_ERANGE;
    }
    if (field > array->count) {
        dddk_log_(dev, DDDK_LOG_INFO, "%s is %llu: of %s only %zu are driven", array->field,
                  (unsigned long long)field, array->array, array->count);
    }
    *present = number;
    return 0;
}

int dddk_step_presence(struct dddk_device *dev)
{
    return dddk_still_present(dev) ? 0 : DDDK_ENODEV;
}

int dddk_step_dma_mask(struct dddk_device *dev)
{
    return dddk_port_dma_limits(dev, &dev->match->dma);
}

int dddk_step_vectors_allocate(struct dddk_device *dev)
{
    return dddk_port_vectors_allocate(dev);
}

void dddk_step_vectors_release(struct dddk_device *dev)
{
    dddk_port_vectors_release(dev);
}

int dddk_request_vector(struct dddk_device *dev, unsigned index)
{
    struct dddk_vector *vector = dddk_device_vector(dev, index);

    return dddk_vector_is_used(vector) ? dddk_port_vector_request(vector) : 0;
}

void dddk_free_vector(struct dddk_device *dev, unsigned index)
{
    struct dddk_vector *vector = dddk_device_vector(dev, index);

    if (dddk_vector_is_used(vector)) {
        dddk_port_vector_free(vector);
    }
}

int dddk_step_vectors_request(struct dddk_device *dev)
{
    int status = dddk_port_vectors_allocate(dev);

    for (unsigned i = 0; status == 0 && i < dev->driver->vector_count; i++) {
        status = dddk_request_vector(dev, i);
        if (status != 0) {
            while (i > 0) {
                dddk_free_vector(dev, --i);
            }
            dddk_port_vectors_release(dev);
        }
    }
    return status;
}

void dddk_step_vectors_free(struct dddk_device *dev)
{
    for (unsigned i = dev->driver->vector_count; i > 0; i--) {
        dddk_free_vector(dev, i - 1);
    }
    dddk_port_vectors_release(dev);
}

int dddk_step_publish(struct dddk_device *dev)
{
    return dddk_port_publish(dev);
}

void dddk_step_unpublish(struct dddk_device *dev)
{
    dddk_port_unpublish(dev);
}

int dddk_step_class_start(struct dddk_device *dev)
{
    if (dev->driver->class_kind == DDDK_CLASS_SERIAL) {
        struct dddk_serial *serial = dddk_device_class(dev);
        serial->rx.head = serial->rx.tail = 0; /* what an earlier user left behind */
        serial->tx.head = serial->tx.tail = 0;
    }
    return dddk_port_class_start(dev);
}

void dddk_step_class_stop(struct dddk_device *dev)
{
    dddk_port_class_stop(dev);
}

int dddk_step_bus_master_on(struct dddk_device *dev)
{
    return dddk_port_bus_master(dev, true);
}

void dddk_step_bus_master_off(struct dddk_device *dev)
{
    (void)dddk_port_bus_master(dev, false);
}

int dddk_step_at_start(struct dddk_device *dev)
{
    for (unsigned i = 0; i < dev->driver->vector_count; i++) {
        struct dddk_vector *vector = dddk_device_vector(dev, i);
        if (vector->ops->at_start != 0 && dddk_vector_is_used(vector)) {
            dddk_vector_call_(vector, vector->ops->at_start);
        }
    }
    return 0;
}

int dddk_step_class_open(struct dddk_device *dev)
{
    dddk_port_class_gate(dev, true);
    return 0;
}

void dddk_step_class_close(struct dddk_device *dev)
{
    dddk_port_class_gate(dev, false);
    if (dev->driver->class_kind == DDDK_CLASS_NET) {
        dddk_net_set_link_(dddk_device_class(dev), false, 0, false);
    }
}
