/* SPDX-License-Identifier: MIT
 *
 * Configuration space of a simulated function: a header of type 0 with BARs that can be sized, the
 * capabilities MSI and MSI-X where the manifest wants them, those that the manifest names, and its
 * registers. (PCI Local Bus 3.0, 6.1, 6.2.5, 6.8.1, 6.8.2)
 */
#include "machine.h"

enum {
    CLASS_CODE = 0x09,
    MSI_OFFSET = 0x40,
    MSI_BYTES = 14, /* 64-bit address, one message */
    STATUS_CAPABILITIES = 0x10,
    STATUS_INTERRUPT = 0x08,
    BAR_PORT = 0x1,
    BAR_64BIT = 0x4,
    BAR_PREFETCH = 0x8,
    MSI_ENABLE = 0x0001,
    MSI_64BIT = 0x0080,
    MSIX_BEHIND = 16, /* bytes from where MSI is, or would be */
    MSIX_BYTES = 12,
    MSIX_ENABLE = 0x8000,
    MSIX_FUNCTION_MASK = 0x4000,
};

static void put(uint8_t *at, uint64_t value, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++) {
        at[i] = (uint8_t)(value >> 8 * i);
    }
}

static uint64_t take(const uint8_t *at, unsigned bytes)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < bytes; i++) {
        value |= (uint64_t)at[i] << 8 * i;
    }
    return value;
}

static uint64_t address_mask(const struct dddk_model_bar *bar)
{
    return bar->kind == DDDK_REGION_PORT ? ~(uint64_t)3 : ~(uint64_t)15;
}

/* The bytes of a BAR, by what the configuration space says of it. */
static unsigned bar_bytes(const struct dddk_sim_device *device, const struct dddk_model_bar *bar)
{
    uint8_t flags = device->config[DDDK_PCI_BAR0 + 4u * bar->bar];

    return bar->kind == DDDK_REGION_MEMORY && (flags & BAR_64BIT) ? 8 : 4;
}

void sim_config_set_bar(struct dddk_sim_device *device, const struct dddk_model_bar *bar)
{
    if (device->platform != NULL) {
        device->platform->ranges[bar->reg].size_bytes = bar->size_bytes;
        return;
    }
    unsigned at = DDDK_PCI_BAR0 + 4u * bar->bar, old_bytes = bar_bytes(device, bar);

    memset(&device->config[at], 0, old_bytes);
    memset(&device->config_mask[at], 0, old_bytes);
    if (bar->size_bytes == 0) {
        return;
    }
    device->config[at] =
        (uint8_t)(bar->kind == DDDK_REGION_PORT
                      ? BAR_PORT
                      : (bar->is_64bit ? BAR_64BIT : 0) | (bar->prefetchable ? BAR_PREFETCH : 0));
    put(&device->config_mask[at], ~(bar->size_bytes - 1u) & address_mask(bar),
        bar_bytes(device, bar));
}

static unsigned first_capability(const struct dddk_sim_device *device)
{
    return device->type->msi_at != 0 ? device->type->msi_at : MSI_OFFSET;
}

/* Both return where the next capability is linked from. */
static uint8_t *init_msi(struct dddk_sim_device *device, uint8_t *link)
{
    unsigned offset = first_capability(device);
    uint8_t *at = &device->config[offset], *mask = &device->config_mask[offset];

    *link = device->msi = (uint8_t)offset;
    at[0] = DDDK_PCI_CAPABILITY_MSI;
    put(&at[2], MSI_64BIT, 2);
    put(&mask[2], MSI_ENABLE, 2);
    put(&mask[4], 0xfffffffcu, 4);
    put(&mask[8], 0xffffffffu, 4);
    put(&mask[12], 0xffffu, 2);
    return &at[1];
}

static uint8_t *init_msix(struct dddk_sim_device *device, uint8_t *link)
{
    const struct dddk_model_msix *type = &device->type->msix;
    unsigned offset = first_capability(device) + MSIX_BEHIND;
    uint8_t *at = &device->config[offset];

    *link = device->msix = (uint8_t)offset;
    at[0] = DDDK_PCI_CAPABILITY_MSIX;
    put(&at[2], type->entries - 1u, 2);
    put(&at[4], type->table | type->bar, 4);
    put(&at[8], type->pending | type->bar, 4);
    put(&device->config_mask[offset + 2], MSIX_ENABLE | MSIX_FUNCTION_MASK, 2);
    return &at[1];
}

uint64_t sim_msix_bar_bytes(const struct dddk_sim_device *device)
{
    const struct dddk_model_msix *type = &device->type->msix;
    uint64_t bytes = 4096, end = type->pending + (type->entries + 63u) / 64u * 8u;

    for (unsigned i = 0; i < device->type->bar_count; i++) {
        if (device->type->bars[i].bar == type->bar) {
            return 0;
        }
    }
    while (type->entries != 0 && bytes < end) {
        bytes *= 2;
    }
    return type->entries != 0 ? bytes : 0;
}

void sim_config_init(struct dddk_sim_device *device)
{
    const struct dddk_model_type *type = device->type;
    uint8_t *config = device->config, *mask = device->config_mask;

    put(&config[DDDK_PCI_VENDOR], type->vendor, 2);
    put(&config[DDDK_PCI_DEVICE], type->device, 2);
    config[DDDK_PCI_REVISION] = type->revision;
    put(&config[CLASS_CODE], type->class_code, 3);
    put(&config[DDDK_PCI_SUBSYSTEM_VENDOR], type->subsystem_vendor, 2);
    put(&config[DDDK_PCI_SUBSYSTEM_DEVICE], type->subsystem_device, 2);
    put(&mask[DDDK_PCI_COMMAND],
        DDDK_PCI_COMMAND_IO | DDDK_PCI_COMMAND_MEMORY | DDDK_PCI_COMMAND_MASTER |
            DDDK_PCI_COMMAND_INTX_DISABLE,
        2);
    for (unsigned i = 0; i < type->bar_count; i++) {
        sim_config_set_bar(device, &type->bars[i]);
    }
    struct dddk_model_bar own = {.bar = type->msix.bar,
                                 .kind = DDDK_REGION_MEMORY,
                                 .size_bytes = sim_msix_bar_bytes(device)};
    if (own.size_bytes != 0) {
        sim_config_set_bar(device, &own);
    }
    mask[DDDK_PCI_INTERRUPT_LINE] = 0xff;
    config[DDDK_PCI_INTERRUPT_LINE] = 0xff;
    config[DDDK_PCI_INTERRUPT_PIN] = type->has_intx ? 1 : 0;
    uint8_t *link = &config[DDDK_PCI_CAPABILITIES];
    if (type->has_msi) {
        link = init_msi(device, link);
    }
    if (type->msix.entries != 0) {
        link = init_msix(device, link);
    }
    config[DDDK_PCI_STATUS] = link == &config[DDDK_PCI_CAPABILITIES] ? 0 : STATUS_CAPABILITIES;
    sim_capabilities_init(device, device->msix != 0 ? device->msix : device->msi);
}

void sim_config_put(struct dddk_sim_device *device, unsigned offset, uint64_t value, unsigned bytes)
{
    put(&device->config[offset], value, bytes);
}

/* Take the first capability of the list away, if it is at `at`. */
static void drop_first(struct dddk_sim_device *device, unsigned at, size_t size_bytes)
{
    if (at == 0) {
        return;
    }
    device->config[DDDK_PCI_CAPABILITIES] = device->config[at + 1];
    if (device->config[at + 1] == 0) {
        device->config[DDDK_PCI_STATUS] = 0;
    }
    memset(&device->config[at], 0, size_bytes);
    memset(&device->config_mask[at], 0, size_bytes);
}

void sim_config_drop_msi(struct dddk_sim_device *device)
{
    drop_first(device, device->msi, MSI_BYTES);
    drop_first(device, device->msix, MSIX_BYTES);
    device->msi = device->msix = 0;
}

bool sim_command(const struct dddk_sim_device *device, unsigned bit)
{
    if (device->platform != NULL) { /* it answers, reaches memory and interrupts at any time */
        return bit != DDDK_PCI_COMMAND_INTX_DISABLE;
    }
    return (take(&device->config[DDDK_PCI_COMMAND], 2) & bit) != 0;
}

uint64_t sim_bar_address(const struct dddk_sim_device *device, const struct dddk_model_bar *bar)
{
    if (device->platform != NULL) {
        return device->platform->ranges[bar->reg].address;
    }
    return take(&device->config[DDDK_PCI_BAR0 + 4u * bar->bar], bar_bytes(device, bar)) &
           address_mask(bar);
}

uint64_t sim_bar_size(const struct dddk_sim_device *device, const struct dddk_model_bar *bar)
{
    if (device->platform != NULL) {
        return bar->size_bytes;
    }
    unsigned bytes = bar_bytes(device, bar);
    uint64_t mask = take(&device->config_mask[DDDK_PCI_BAR0 + 4u * bar->bar], bytes);

    return mask == 0 ? 0 : (~mask + 1u) & (bytes == 8 ? UINT64_MAX : UINT32_MAX);
}

static bool is_set(const struct dddk_sim_device *device, unsigned capability, unsigned bit)
{
    return capability != 0 && (take(&device->config[capability + 2u], 2) & bit) != 0;
}

enum dddk_irq_mode sim_irq_mode(const struct dddk_sim_device *device)
{
    if (is_set(device, device->msix, MSIX_ENABLE)) {
        return DDDK_IRQ_MSIX;
    }
    return is_set(device, device->msi, MSI_ENABLE) ? DDDK_IRQ_MSI : DDDK_IRQ_INTX;
}

bool sim_msix_function_masked(const struct dddk_sim_device *device)
{
    return is_set(device, device->msix, MSIX_FUNCTION_MASK);
}

uint64_t sim_msi_address(const struct dddk_sim_device *device)
{
    return take(&device->config[device->msi + 4u], 8);
}

uint16_t sim_msi_data(const struct dddk_sim_device *device)
{
    return (uint16_t)take(&device->config[device->msi + 12u], 2);
}

static struct dddk_sim_device *device_at(struct dddk_host *host, struct dddk_pci_address where)
{
    struct dddk_sim_device *device =
        where.bus == 0 && where.function == 0 && where.device < DDDK_SIM_SLOTS
            ? sim_of(host)->devices[where.device]
            : NULL;

    return device == NULL || device->removed || device->platform != NULL ? NULL : device;
}

uint32_t sim_config_read(struct dddk_host *host, struct dddk_pci_address where, unsigned offset,
                         unsigned bytes)
{
    struct dddk_sim_device *device = device_at(host, where);

    uint64_t within = offset;
    int region;

    if (device == NULL || offset + bytes > device->config_bytes) {
        return bytes >= 4 ? 0xffffffffu : (1u << 8 * bytes) - 1u;
    }
    region = sim_region_in_config(device, &within, bytes);
    if (region >= 0) {
        return (uint32_t)sim_device_read(device, (unsigned)region, within, bytes);
    }
    device->config[DDDK_PCI_STATUS] =
        (uint8_t)((device->config[DDDK_PCI_STATUS] & ~STATUS_INTERRUPT) |
                  (device->line ? STATUS_INTERRUPT : 0));
    return (uint32_t)take(&device->config[offset], bytes);
}

void sim_config_write(struct dddk_host *host, struct dddk_pci_address where, unsigned offset,
                      unsigned bytes, uint32_t value)
{
    struct dddk_sim_device *device = device_at(host, where);

    uint64_t within = offset;
    int region;

    if (device == NULL || offset + bytes > device->config_bytes) {
        return;
    }
    region = sim_region_in_config(device, &within, bytes);
    if (region >= 0) {
        sim_device_write(device, (unsigned)region, within, bytes, value);
        return;
    }
    for (unsigned i = 0; i < bytes; i++) {
        uint8_t mask = device->config_mask[offset + i], byte = (uint8_t)(value >> 8 * i);
        device->config[offset + i] =
            (uint8_t)((device->config[offset + i] & ~mask) | (byte & mask));
    }
    sim_msix_changed(device);
    sim_signal(device, 0, 0); /* a mode or the pin may have been enabled with a cause pending */
}
