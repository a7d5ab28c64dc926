/* SPDX-License-Identifier: MIT
 *
 * Where a region is, when a capability says so. The device is not believed: the lists are walked
 * with a bound and must be in order to their end, and what a capability names must lie within a BAR
 * of the right kind. See pci.h.
 */
#include "kernel/pci.h"

#include "kernel/pci_bits.h"

/* What a candidate came to; `why` is NULL when it is the region. */
struct verdict {
    int status;
    const char *why;
};

static const struct verdict good;

static struct verdict refuse(int status, const char *why)
{
    return (struct verdict){status, why};
}

/* Is what the device says of a place within its BAR, and as much and as aligned as is wanted? */
static struct verdict lies_within(const struct dddk_pci_bar *bar,
                                  const struct dddk_pci_place *place, size_t size_bytes,
                                  uint8_t align_bytes)
{
    if (place->offset > bar->size_bytes || place->size_bytes > bar->size_bytes - place->offset) {
        return refuse(DDDK_EPROTO, "it does not lie within its BAR");
    }
    if (place->size_bytes < size_bytes) {
        return refuse(DDDK_ERANGE, "it is smaller than the driver needs");
    }
    if ((place->offset & (align_bytes - 1u)) != 0) {
        return refuse(DDDK_EPROTO, "it is not aligned for its registers");
    }
    return good;
}

/* A vendor-specific capability that is a virtio structure: BAR, offset and length. */
static struct verdict read_structure(const struct dddk_pci_config *config,
                                     const struct dddk_pci_function *function,
                                     const struct dddk_capability *wanted,
                                     struct dddk_pci_place *place)
{
    const struct dddk_pci_bar *bar;
    unsigned at = place->config_offset;

    if (at + PCI_STRUCTURE_BYTES > PCI_CONFIG_BYTES ||
        dddk_pci_read8(config, function->where, at + PCI_VENDOR_LENGTH) < PCI_STRUCTURE_BYTES) {
        return refuse(DDDK_EPROTO, "its capability is too short to say where it is");
    }
    place->bar = dddk_pci_read8(config, function->where, at + PCI_STRUCTURE_BAR);
    place->offset = dddk_pci_read32(config, function->where, at + PCI_STRUCTURE_OFFSET);
    place->size_bytes = dddk_pci_read32(config, function->where, at + PCI_STRUCTURE_SIZE);
    if (place->bar >= DDDK_COUNT(function->bar)) {
        return refuse(DDDK_EPROTO, "its capability names a BAR that cannot be");
    }
    bar = &function->bar[place->bar];
    if (bar->size_bytes == 0 || bar->address == 0) {
        return refuse(DDDK_ENODEV, "its BAR is absent or has no address");
    }
    if (bar->kind != wanted->kind) {
        return refuse(DDDK_ENODEV, "its BAR is of the other kind");
    }
    return lies_within(bar, place, wanted->size_bytes, wanted->align_bytes);
}

/* How much of it there is: of a vendor-specific one it says so, others may go on to the end. */
static struct verdict measure(const struct dddk_pci_config *config,
                              const struct dddk_pci_function *function,
                              const struct dddk_capability *wanted, unsigned at, unsigned *bytes)
{
    *bytes = (wanted->extended ? PCI_EXTENDED_BYTES : PCI_CONFIG_BYTES) - at;
    if (!wanted->extended && wanted->id == DDDK_PCI_CAPABILITY_VENDOR) {
        unsigned length = dddk_pci_read8(config, function->where, at + PCI_VENDOR_LENGTH);

        if (length > *bytes) {
            return refuse(DDDK_EPROTO, "its capability leaves configuration space");
        }
        *bytes = length;
    }
    return *bytes < wanted->own_bytes
               ? refuse(DDDK_ERANGE, "its capability is shorter than the driver needs")
               : good;
}

/* Is the capability at place->config_offset all that is wanted of it? */
static struct verdict judge(const struct dddk_pci_config *config,
                            const struct dddk_pci_function *function,
                            const struct dddk_region *region, struct dddk_pci_place *place)
{
    const struct dddk_capability *wanted = region->capability;
    unsigned at = place->config_offset, bytes;
    struct verdict verdict = good;

    if (wanted->names) {
        verdict = read_structure(config, function, wanted, place);
    }
    if (verdict.why == NULL) {
        verdict = measure(config, function, wanted, at, &bytes);
    }
    if (verdict.why == NULL && region->kind == DDDK_REGION_CONFIG) {
        place->bar = 0;
        place->offset = at;
        place->size_bytes = bytes;
    }
    return verdict;
}

static bool is_wanted(const struct dddk_pci_config *config,
                      const struct dddk_pci_function *function,
                      const struct dddk_capability *wanted, unsigned at, unsigned id)
{
    return id == wanted->id && (wanted->type == DDDK_CAPABILITY_ANY_TYPE ||
                                dddk_pci_read8(config, function->where, at + PCI_VENDOR_TYPE) ==
                                    (unsigned)wanted->type);
}

/* Either list. Returns the offset of the next capability, 0 at its end; *broken: it has none. */
struct list {
    struct dddk_pci_capability_walk walk; /* of the ordinary one */
    unsigned next, steps;                 /* of the extended one */
    unsigned id;
    bool broken;
};

static unsigned next_extended(const struct dddk_pci_config *config,
                              const struct dddk_pci_function *function, struct list *list)
{
    unsigned at = list->steps == 0 ? PCI_CONFIG_BYTES : list->next;
    uint32_t header;

    if (at == 0) {
        return 0;
    }
    header = dddk_pci_read32(config, function->where, at);
    if (list->steps == 0 && (header == 0 || header == PCI_NOTHING)) {
        return 0; /* no list at all */
    }
    /* More steps than capabilities have room: it loops. */
    if (at < PCI_CONFIG_BYTES || header == PCI_NOTHING || ++list->steps > PCI_EXTENDED_MOST) {
        list->broken = true;
        return 0;
    }
    list->id = header & PCI_EXTENDED_ID;
    list->next = header >> PCI_EXTENDED_NEXT & 0xffcu; /* the lower two bits are reserved */
    return at;
}

static unsigned next(const struct dddk_pci_config *config, const struct dddk_pci_function *function,
                     bool extended, struct list *list)
{
    unsigned at;

    if (extended) {
        return next_extended(config, function, list);
    }
    at = dddk_pci_next_capability(config, function->where, &list->walk);
    list->id = list->walk.id;
    list->broken = list->walk.broken != 0;
    return at;
}

int dddk_pci_locate(const struct dddk_pci_config *config, const struct dddk_pci_function *function,
                    const struct dddk_region *region, struct dddk_pci_place *place)
{
    const struct dddk_capability *wanted = region->capability;
    struct verdict verdict = refuse(DDDK_ENODEV, "the device has no such capability");
    struct list list = {.broken = false};
    bool seen = false, found = false;
    unsigned at;

    *place = (struct dddk_pci_place){.bar = 0};
    while ((at = next(config, function, wanted->extended, &list)) != 0) {
        struct dddk_pci_place candidate = {.config_offset = at};
        struct verdict its;

        if (found || !is_wanted(config, function, wanted, at, list.id)) {
            continue;
        }
        its = judge(config, function, region, &candidate);
        found = its.why == NULL;
        if (found || !seen) {
            verdict = its;
            *place = candidate;
        }
        seen = true;
    }
    if (list.broken) {
        verdict = refuse(DDDK_EPROTO, dddk_pci_problem_text(DDDK_PCI_BAD_CAPABILITIES));
    }
    place->why = verdict.why;
    return verdict.status;
}

int dddk_pci_part(const struct dddk_pci_bar *bar, const struct dddk_region *region, uint64_t offset,
                  struct dddk_pci_place *place)
{
    struct verdict verdict;

    place->bar = (uint8_t)region->bar;
    place->offset = offset;
    place->size_bytes = region->size_bytes;
    place->config_offset = 0;
    verdict = lies_within(bar, place, region->size_bytes, region->align_bytes);
    place->why = verdict.why;
    return verdict.status;
}
