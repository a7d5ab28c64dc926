/* SPDX-License-Identifier: MIT
 *
 * The vectors of a device on a hosted machine: in which mode they are, how each is let through and
 * held off. With MSI-X each has a message of its own, a word in DMA memory that the device writes;
 * with MSI all share one message, with INTx the line. What comes of them is host_irq.c's business.
 */
#include "core.h"

enum {
    MESSAGE_DATA = 0x4d53, /* any value but 0, which is how an idle word reads */
    /* an entry of the MSI-X table (PCI 3.0, 6.8.2) */
    ENTRY_BYTES = 16,
    ENTRY_ADDRESS = 0,
    ENTRY_ADDRESS_UPPER = 4,
    ENTRY_DATA = 8,
    ENTRY_CONTROL = 12,
    ENTRY_MASKED = 1,
};

uint32_t *dddk_host_message_word(const struct dddk_port_device *port, unsigned index)
{
    /* the core owns the words; backends only look at them */
    uint32_t *words = (uint32_t *)(uintptr_t)port->host->messages;

    return &words[port->index * DDDK_HOST_VECTORS + index];
}

/* The words of a device's vectors, as memory that it may write. */
static struct dddk_dma_memory message_memory(struct dddk_port_device *port)
{
    uint32_t *words = dddk_host_message_word(port, 0);
    uint64_t offset = (uint64_t)((uint8_t *)words - port->host->memory);

    return (struct dddk_dma_memory){.cpu = words,
                                    .device = {port->host->memory_device + offset},
                                    .size_bytes = DDDK_HOST_VECTORS * sizeof(*words)};
}

static void allow_messages(struct dddk_port_device *port, bool allowed)
{
    struct dddk_dma_memory memory = message_memory(port);

    for (unsigned v = 0; v < DDDK_HOST_VECTORS; v++) {
        dddk_store_release(dddk_host_message_word(port, v), 0);
    }
    if (port->host->ops->dma_changed != NULL) {
        port->host->ops->dma_changed(port->host, port->function.where, &memory, allowed);
    }
}

/* ---- MSI-X ---- */

static void write_entry(struct dddk_port_device *port, uint32_t entry, unsigned at, uint32_t value)
{
    port->host->ops->bus_write(port->host, DDDK_HOST_MEMORY_SPACE,
                               port->msix_table + (uint64_t)entry * ENTRY_BYTES + at, 4, value);
}

static bool is_in_mode(const struct dddk_vector_ops *ops, enum dddk_irq_mode mode)
{
    return ops->modes == 0 || (ops->modes >> (unsigned)mode & 1u) != 0;
}

/* Every vector of the mode has an entry, and a BAR to reach it by. */
static int find_table(struct dddk_port_device *port)
{
    const struct dddk_driver *driver = port->dev->driver;
    struct dddk_pci_config config = dddk_host_config(port->host);
    struct dddk_pci_msix msix;
    int status = dddk_pci_msix_describe(&config, &port->function, &msix);

    for (unsigned v = 0; status == 0 && v < driver->vector_count; v++) {
        const struct dddk_vector_ops *ops = driver->vectors[v];
        if (is_in_mode(ops, DDDK_IRQ_MSIX) && ops->message >= msix.entries) {
            status = DDDK_ENOTSUP;
        }
    }
    if (status == 0 && port->function.bar[msix.table_bar].address == 0) {
        status = DDDK_ENOTSUP;
    }
    if (status == 0) {
        port->msix_table = port->function.bar[msix.table_bar].address + msix.table_offset;
    }
    return status;
}

static int use_msix(struct dddk_port_device *port)
{
    const struct dddk_driver *driver = port->dev->driver;
    struct dddk_pci_config config = dddk_host_config(port->host);
    uint64_t words = message_memory(port).device.value;
    int status = find_table(port);

    if (status != 0) {
        return status;
    }
    allow_messages(port, true);
    dddk_pci_msix_switch(&config, port->function.where, port->function.msix, true, true);
    for (unsigned v = 0; v < driver->vector_count; v++) {
        uint64_t address = words + v * sizeof(uint32_t);
        uint32_t entry = driver->vectors[v]->message;
        if (is_in_mode(driver->vectors[v], DDDK_IRQ_MSIX)) {
            write_entry(port, entry, ENTRY_CONTROL, ENTRY_MASKED);
            write_entry(port, entry, ENTRY_ADDRESS, (uint32_t)address);
            write_entry(port, entry, ENTRY_ADDRESS_UPPER, (uint32_t)(address >> 32));
            write_entry(port, entry, ENTRY_DATA, MESSAGE_DATA);
        }
    }
    dddk_pci_msix_switch(&config, port->function.where, port->function.msix, true, false);
    return 0;
}

/* ---- MSI and INTx ---- */

static int use_msi(struct dddk_port_device *port)
{
    struct dddk_pci_config config = dddk_host_config(port->host);

    if (port->function.msi == 0) {
        return DDDK_ENOTSUP;
    }
    allow_messages(port, true);
    int status = dddk_pci_msi_enable(&config, port->function.where, port->function.msi,
                                     message_memory(port).device.value, MESSAGE_DATA);
    if (status != 0) {
        allow_messages(port, false);
    }
    return status;
}

static uint32_t function_index(const struct dddk_port_device *port)
{
    const struct dddk_host_state *state = port->host->state;
    uint32_t index = 0;

    while (index < state->function_count &&
           memcmp(&state->functions[index].where, &port->function.where,
                  sizeof(port->function.where)) != 0) {
        index++;
    }
    return index;
}

static int use_line(struct dddk_port_device *port)
{
    struct dddk_pci_config config = dddk_host_config(port->host);
    struct dddk_host *host = port->host;
    uint8_t root_device = port->function.where.device;
    uint8_t pin = port->function.interrupt_pin;

    if (port->platform != NULL) {
        port->line = port->platform->line_count > 0 ? port->platform->lines[0] : 0;
        return port->platform->line_count > 0 ? 0 : DDDK_ENOTSUP;
    }
    if (port->function.parent != DDDK_PCI_NO_PARENT) {
        pin = dddk_pci_root_pin(host->state->functions, function_index(port), &root_device);
    }
    int line =
        pin == 0 ? -1 : host->ops->line_of(host, (struct dddk_pci_address){0, root_device, 0}, pin);
    if (line < 0 || line >= (int)DDDK_HOST_LINES) {
        return DDDK_ENOTSUP;
    }
    port->line = (unsigned)line;
    dddk_pci_command(&config, port->function.where, 0, DDDK_PCI_COMMAND_INTX_DISABLE);
    return 0;
}

/* A device that is not on PCI may have a line for each vector: they take them in order. Where it
 * has fewer, as on PCI, all share the first. */
static unsigned line_of(const struct dddk_port_device *port, unsigned vector)
{
    const struct dddk_driver *driver = port->dev->driver;
    unsigned place = 0, used = 0;

    for (unsigned v = 0; v < driver->vector_count; v++) {
        uint32_t modes = driver->vectors[v]->modes;
        bool is_used = modes == 0 || (modes >> (unsigned)DDDK_IRQ_INTX & 1u) != 0;
        place += is_used && v < vector;
        used += is_used;
    }
    return port->platform != NULL && port->platform->line_count >= used && place < used
               ? port->platform->lines[place]
               : port->line;
}

/* ---- all of them ---- */

static int use_mode(struct dddk_port_device *port, enum dddk_irq_mode mode)
{
    switch (mode) {
    case DDDK_IRQ_MSIX: return use_msix(port);
    case DDDK_IRQ_MSI: return use_msi(port);
    case DDDK_IRQ_INTX: return use_line(port);
    default: return DDDK_ENOTSUP;
    }
}

int dddk_port_vectors_allocate(struct dddk_device *dev)
{
    const struct dddk_driver *driver = dev->driver;
    struct dddk_port_device *port = dev->port;

    if (driver->vector_count == 0 || driver->vector_count > DDDK_HOST_VECTORS) {
        return DDDK_EINVAL;
    }
    if (port->vector_count != 0) {
        return DDDK_ESTATE;
    }
    for (unsigned i = 0; i < driver->irq_mode_count; i++) {
        enum dddk_irq_mode mode = driver->irq_modes[i];
        if (use_mode(port, mode) != 0) {
            continue;
        }
        for (unsigned v = 0; v < driver->vector_count; v++) {
            port->vectors[v] = (struct dddk_host_vector){.vector = dddk_device_vector(dev, v),
                                                         .line = line_of(port, v)};
        }
        port->vector_count = driver->vector_count;
        dev->irq_mode = mode;
        dddk_host_find_listeners(port->host);
        return 0;
    }
    dddk_log_(dev, DDDK_LOG_ERROR, "no interrupt: the device has none of the driver's modes");
    return DDDK_ENOTSUP;
}

void dddk_port_vectors_release(struct dddk_device *dev)
{
    struct dddk_port_device *port = dev->port;
    struct dddk_pci_config config = dddk_host_config(port->host);

    if (port->vector_count == 0) {
        return;
    }
    if (dev->irq_mode == DDDK_IRQ_MSIX) {
        dddk_pci_msix_switch(&config, port->function.where, port->function.msix, false, false);
        allow_messages(port, false);
    } else if (dev->irq_mode == DDDK_IRQ_MSI) {
        dddk_pci_msi_disable(&config, port->function.where, port->function.msi);
        allow_messages(port, false);
    }
    /* Nobody listens any more: the device must not hold a line up that others share. */
    dddk_pci_command(&config, port->function.where, DDDK_PCI_COMMAND_INTX_DISABLE, 0);
    port->vector_count = 0;
    dev->irq_mode = DDDK_IRQ_NONE;
    dddk_host_find_listeners(port->host);
}

static struct dddk_host_vector *host_vector(struct dddk_vector *vector)
{
    return &vector->dev->port->vectors[vector - dddk_device_vector(vector->dev, 0)];
}

int dddk_port_vector_request(struct dddk_vector *vector)
{
    struct dddk_device *dev = vector->dev;
    struct dddk_host_vector *it = host_vector(vector);

    if (dev->port->vector_count == 0 || it->requested) {
        return DDDK_ESTATE;
    }
    it->requested = true;
    if (dev->irq_mode == DDDK_IRQ_MSIX) {
        write_entry(dev->port, vector->ops->message, ENTRY_CONTROL, it->held ? ENTRY_MASKED : 0);
    }
    dddk_host_find_listeners(dev->port->host);
#ifdef DDDK_DEBUG
    /* On a shared line an interrupt can come at once, long before the device has one of its own: a
     * handler that cannot take that must not get away with it. */
    dddk_host_call_vector(it);
#endif
    return 0;
}

void dddk_port_vector_free(struct dddk_vector *vector)
{
    struct dddk_device *dev = vector->dev;
    struct dddk_host_vector *it = host_vector(vector);

    if (!it->requested) {
        return;
    }
    if (dev->irq_mode == DDDK_IRQ_MSIX) {
        write_entry(dev->port, vector->ops->message, ENTRY_CONTROL, ENTRY_MASKED);
    }
    dddk_port_vector_quiesce(vector);
    it->requested = false;
    dddk_host_find_listeners(dev->port->host);
}

unsigned dddk_host_irq_release(struct dddk_port_device *port)
{
    unsigned left = port->vector_count;

    for (unsigned v = port->vector_count; v > 0; v--) {
        dddk_port_vector_free(port->vectors[v - 1].vector);
    }
    dddk_port_vectors_release(port->dev);
    return left;
}

/* ---- held off ---- */

bool dddk_host_is_held(const struct dddk_port_device *port)
{
    bool held = false;

    for (unsigned v = 0; v < port->vector_count; v++) {
        held |= port->vectors[v].held;
    }
    return held;
}

static void hold_message(struct dddk_port_device *port, bool held)
{
    struct dddk_pci_config config = dddk_host_config(port->host);

    if (!dddk_pci_msi_hold(&config, port->function.where, port->function.msi, held) && !held) {
        /* What it had to say while MSI was off nobody remembers: have its causes looked at. */
        dddk_store_release(dddk_host_message_word(port, 0), MESSAGE_DATA);
    }
}

void dddk_port_vector_mask(struct dddk_vector *vector, bool masked)
{
    struct dddk_port_device *port = vector->dev->port;
    struct dddk_host_vector *it = host_vector(vector);
    bool before = dddk_host_is_held(port);

    if (port->vector_count == 0 || it->held == masked) {
        return;
    }
    it->held = masked;
    if (vector->dev->irq_mode == DDDK_IRQ_MSIX) {
        write_entry(port, vector->ops->message, ENTRY_CONTROL,
                    masked || !it->requested ? ENTRY_MASKED : 0);
        return;
    }
    if (dddk_host_is_held(port) == before) {
        return;
    }
    if (vector->dev->irq_mode == DDDK_IRQ_MSI) {
        hold_message(port, masked);
    } else if (port->platform == NULL) { /* else its line is not listened to */
        struct dddk_pci_config config = dddk_host_config(port->host);
        dddk_pci_command(&config, port->function.where, masked ? DDDK_PCI_COMMAND_INTX_DISABLE : 0,
                         masked ? 0 : DDDK_PCI_COMMAND_INTX_DISABLE);
    }
}
