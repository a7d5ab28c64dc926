/* SPDX-License-Identifier: MIT
 *
 * Configuration space of a simulated function: a header of type 0 with BARs that can be sized, an
 * MSI capability where the manifest wants MSI, those that the manifest names, and its registers.
 * (PCI Local Bus 3.0, 6.1, 6.2.5, 6.8.1)
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
    mask[DDDK_PCI_INTERRUPT_LINE] = 0xff;
    config[DDDK_PCI_INTERRUPT_LINE] = 0xff;
    config[DDDK_PCI_INTERRUPT_PIN] = type->has_intx ? 1 : 0;
    if (type->has_msi) {
        unsigned at = type->msi_at != 0 ? type->msi_at : MSI_OFFSET;

        device->msi = (uint8_t)at;
        config[DDDK_PCI_STATUS] = STATUS_CAPABILITIES;
        config[DDDK_PCI_CAPABILITIES] = (uint8_t)at;
        config[at] = DDDK_PCI_CAPABILITY_MSI;
        put(&config[at + 2], MSI_64BIT, 2);
        put(&mask[at + 2], MSI_ENABLE, 2);
        put(&mask[at + 4], 0xfffffffcu, 4);
        put(&mask[at + 8], 0xffffffffu, 4);
        put(&mask[at + 12], 0xffffu, 2);
    }
    sim_capabilities_init(device, device->msi);
}

void sim_config_put(struct dddk_sim_device *device, unsigned offset, uint64_t value, unsigned bytes)
{
    put(&device->config[offset], value, bytes);
}

void sim_config_drop_msi(struct dddk_sim_device *device)
{
    unsigned at = device->msi;

    if (at == 0) {
        return;
    }
    /* It is the first of its list. */
    device->config[DDDK_PCI_CAPABILITIES] = device->config[at + 1];
    if (device->config[at + 1] == 0) {
        device->config[DDDK_PCI_STATUS] = 0;
    }
    device->msi = 0;
    memset(&device->config[at], 0, MSI_BYTES);
    memset(&device->config_mask[at], 0, MSI_BYTES);
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

bool sim_msi(const struct dddk_sim_device *device, uint64_t *address, uint16_t *data)
{
    if (device->msi == 0 || !(take(&device->config[device->msi + 2u], 2) & MSI_ENABLE)) {
        return false;
    }
    *address = take(&device->config[device->msi + 4u], 8);
    *data = (uint16_t)take(&device->config[device->msi + 12u], 2);
    return true;
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
    sim_signal(device, 0, 0); /* MSI or the pin may have been enabled with a cause pending */
}
