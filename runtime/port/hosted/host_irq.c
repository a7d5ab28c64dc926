/* SPDX-License-Identifier: MIT
 *
 * Interrupts of a hosted machine. A message-signalled interrupt is a word in DMA memory that the
 * device writes; a line is level-triggered and may be shared, so while it is up every handler on it
 * is called. A device gets one interrupt for all its vectors.
 */
#include "core.h"

enum {
    PASSES = 16, /* of one delivery: what is still up after them waits for the next turn */
    UNCLAIMED_LIMIT = 100, /* calls in a row nobody claimed, after which the line is masked */
    UP_LIMIT = 1000,       /* calls in a row, claimed or not, without the line going down */
    MESSAGE_DATA = 0x4d53, /* any value but 0, which is how an idle word reads */
};

/* How long a line that does not go down stays masked before it is tried again. */
#define STUCK_NS DDDK_MSEC(10)

static uint32_t *message_word(struct dddk_port_device *port)
{
    /* the core owns the words; backends only look at them */
    return (uint32_t *)((uintptr_t)port->host->messages + port->index * sizeof(uint32_t));
}

static struct dddk_dma_memory message_memory(struct dddk_port_device *port)
{
    uint32_t *word = message_word(port);
    uint64_t offset = (uint64_t)((uint8_t *)word - port->host->memory);

    return (struct dddk_dma_memory){
        .cpu = word, .device = {port->host->memory_device + offset}, .size_bytes = sizeof(*word)};
}

static int use_msi(struct dddk_port_device *port)
{
    struct dddk_pci_config config = dddk_host_config(port->host);
    struct dddk_dma_memory memory = message_memory(port);

    if (port->function.msi == 0) {
        return DDDK_ENOTSUP;
    }
    dddk_store_release(message_word(port), 0);
    int status = dddk_pci_msi_enable(&config, port->function.where, port->function.msi,
                                     memory.device.value, MESSAGE_DATA);
    if (status == 0 && port->host->ops->dma_changed != NULL) {
        port->host->ops->dma_changed(port->host, port->function.where, &memory, true);
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

static bool on_line(const struct dddk_port_device *port, unsigned line)
{
    return port != NULL && port->vector_count != 0 && port->dev->irq_mode == DDDK_IRQ_INTX &&
           port->line == line;
}

/* Who listens to which line has changed. */
static void find_lines(struct dddk_host *host)
{
    struct dddk_host_state *state = host->state;

    state->lines_used = 0;
    for (unsigned line = 0; line < DDDK_HOST_LINES; line++) {
        for (unsigned i = 0; i < state->device_limit; i++) {
            state->lines_used |= (uint32_t)on_line(state->devices[i], line) << line;
        }
        if (!(state->lines_used >> line & 1u)) {
            state->lines[line] = (struct dddk_host_line){.up = 0};
        }
    }
}

static int use_mode(struct dddk_port_device *port, enum dddk_irq_mode mode)
{
    switch (mode) {
    case DDDK_IRQ_MSI: return use_msi(port);
    case DDDK_IRQ_INTX: return use_line(port);
    default: return DDDK_ENOTSUP; /* MSI-X: the hosted port has no table of messages */
    }
}

/* Call the handler of every vector of one device. */
static bool call_handlers(struct dddk_port_device *port)
{
    struct dddk_host_state *state = port->host->state;
    bool claimed = false;

    state->in_handler = true;
    for (unsigned v = 0; v < port->vector_count; v++) {
        state->statistics.interrupts++;
        claimed |= dddk_vector_interrupt(port->vectors[v].vector) == DDDK_IRQ_HANDLED;
    }
    state->in_handler = false;
    port->interrupts += claimed;
    return claimed;
}

int dddk_port_vectors_request(struct dddk_device *dev)
{
    const struct dddk_driver *driver = dev->driver;
    struct dddk_port_device *port = dev->port;
    struct dddk_vector *vectors =
        (struct dddk_vector *)(void *)((char *)dev + driver->vectors_offset);

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
            port->vectors[v] = (struct dddk_host_vector){.vector = &vectors[v]};
        }
        port->vector_count = driver->vector_count;
        dev->irq_mode = mode;
        find_lines(port->host);
#ifdef DDDK_DEBUG
        /* On a shared line an interrupt can come at once, long before the device has one of its
         * own: a handler that cannot take that must not get away with it. */
        call_handlers(port);
#endif
        return 0;
    }
    dddk_log_(dev, DDDK_LOG_ERROR, "no interrupt: the device has none of the driver's modes");
    return DDDK_ENOTSUP;
}

void dddk_port_vectors_free(struct dddk_device *dev)
{
    struct dddk_port_device *port = dev->port;
    struct dddk_pci_config config = dddk_host_config(port->host);

    if (port->vector_count == 0) {
        return;
    }
    for (unsigned v = 0; v < port->vector_count; v++) {
        dddk_port_vector_quiesce(port->vectors[v].vector);
    }
    if (dev->irq_mode == DDDK_IRQ_MSI) {
        struct dddk_dma_memory memory = message_memory(port);
        dddk_pci_msi_disable(&config, port->function.where, port->function.msi);
        if (port->host->ops->dma_changed != NULL) {
            port->host->ops->dma_changed(port->host, port->function.where, &memory, false);
        }
    }
    /* Nobody listens any more: the device must not hold a line up that others share. */
    dddk_pci_command(&config, port->function.where, DDDK_PCI_COMMAND_INTX_DISABLE, 0);
    dddk_store_release(message_word(port), 0);
    port->vector_count = 0;
    dev->irq_mode = DDDK_IRQ_NONE;
    find_lines(port->host);
}

static bool deliver_messages(struct dddk_host *host)
{
    bool any = false;

    for (unsigned i = 0; i < host->state->device_limit; i++) {
        struct dddk_port_device *port = host->state->devices[i];
        if (port == NULL || port->vector_count == 0 || port->dev->irq_mode != DDDK_IRQ_MSI) {
            continue;
        }
        /* A message that comes after the exchange writes the word again and is delivered again. */
        if (dddk_load_acquire(message_word(port)) != 0 &&
            dddk_exchange(message_word(port), 0) != 0) {
            call_handlers(port);
            any = true;
        }
    }
    return any;
}

/* Hold a line to its bounds: it is nobody's, or a device does not let go of it whatever its driver
 * does. Masked for a while, it costs little, and those who share it are served at each retry. */
static void judge(struct dddk_host *host, unsigned number, bool claimed)
{
    struct dddk_host_line *line = &host->state->lines[number];

    line->unclaimed = claimed ? 0 : line->unclaimed + 1u;
    line->up++;
    if (line->unclaimed < UNCLAIMED_LIMIT && line->up < UP_LIMIT) {
        return;
    }
    dddk_log_(NULL, DDDK_LOG_WARNING, "interrupt line %u is up and %s: masked for a while", number,
              claimed ? "does not go down" : "nobody claims it");
    *line = (struct dddk_host_line){.masked = true,
                                    .retry_ns = dddk_host_later(host->ops->now_ns(host), STUCK_NS)};
    host->state->statistics.stuck_lines++;
}

static bool deliver_line(struct dddk_host *host, unsigned number)
{
    struct dddk_host_line *line = &host->state->lines[number];
    bool claimed = false;

    if (line->masked && host->ops->now_ns(host) < line->retry_ns) {
        return false;
    }
    line->masked = false;
    if (!host->ops->line_level(host, number)) {
        line->up = line->unclaimed = 0;
        return false;
    }
    for (unsigned i = 0; i < host->state->device_limit; i++) {
        if (on_line(host->state->devices[i], number)) {
            claimed |= call_handlers(host->state->devices[i]);
        }
    }
    judge(host, number, claimed);
    return true;
}

bool dddk_host_deliver(struct dddk_host *host)
{
    bool any = false;

    for (unsigned pass = 0; pass < PASSES; pass++) {
        bool now = deliver_messages(host);
        for (uint32_t left = host->state->lines_used; left != 0; left &= left - 1u) {
            now |= deliver_line(host, (unsigned)__builtin_ctz(left));
        }
        if (!now) {
            break;
        }
        any = true;
    }
    return any;
}

uint64_t dddk_host_next_retry(const struct dddk_host *host)
{
    uint64_t next = UINT64_MAX;

    for (uint32_t left = host->state->lines_used; left != 0; left &= left - 1u) {
        const struct dddk_host_line *it = &host->state->lines[__builtin_ctz(left)];
        if (it->masked && it->retry_ns < next) {
            next = it->retry_ns;
        }
    }
    return next;
}
