/* SPDX-License-Identifier: MIT
 *
 * Interrupt dispatch of a hosted machine. A message-signalled interrupt is a word in DMA memory
 * that the device writes; a line is level-triggered and may be shared, so while it is up every
 * handler on it is called. Which word or line a vector has is host_vectors.c's business.
 */
#include "core.h"

enum {
    PASSES = 16, /* of one delivery: what is still up after them waits for the next turn */
    UNCLAIMED_LIMIT = 100, /* calls in a row nobody claimed, after which the line is masked */
    UP_LIMIT = 1000,       /* calls in a row, claimed or not, without the line going down */
};

/* How long a line that does not go down stays masked before it is tried again. */
#define STUCK_NS DDDK_MSEC(10)

static bool on_line(const struct dddk_port_device *port, unsigned line)
{
    bool on = false;

    for (unsigned v = 0; port != NULL && v < port->vector_count; v++) {
        on |= port->dev->irq_mode == DDDK_IRQ_INTX && port->vectors[v].line == line;
    }
    return on;
}

void dddk_host_find_listeners(struct dddk_host *host)
{
    struct dddk_host_state *state = host->state;

    state->lines_used = 0;
    host->message_count = 0;
    for (unsigned line = 0; line < DDDK_HOST_LINES; line++) {
        for (unsigned i = 0; i < state->device_limit; i++) {
            state->lines_used |= (uint32_t)on_line(state->devices[i], line) << line;
        }
        if (!(state->lines_used >> line & 1u)) {
            state->lines[line] = (struct dddk_host_line){.up = 0};
        }
    }
    for (unsigned i = 0; i < state->device_limit; i++) {
        const struct dddk_port_device *port = state->devices[i];
        if (port != NULL && port->vector_count != 0 && port->dev->irq_mode != DDDK_IRQ_INTX) {
            host->message_count = (i + 1) * DDDK_HOST_VECTORS;
        }
    }
}

bool dddk_host_call_vector(struct dddk_host_vector *it)
{
    struct dddk_port_device *port = it->vector->dev->port;
    struct dddk_host_state *state = port->host->state;

    state->in_handler = true;
    state->statistics.interrupts++;
    bool claimed = dddk_vector_interrupt(it->vector) == DDDK_IRQ_HANDLED;
    state->in_handler = false;
    port->interrupts += claimed;
    return claimed;
}

/* Call the handler of every vector of one device, for they share an interrupt. */
static bool call_handlers(struct dddk_port_device *port)
{
    bool claimed = false;

    for (unsigned v = 0; v < port->vector_count; v++) {
        if (port->vectors[v].requested) {
            claimed |= dddk_host_call_vector(&port->vectors[v]);
        }
    }
    return claimed;
}

/* The same for those that are on a line. A device that is not on PCI has no pin of its own to let
 * go of: of its vectors those that are held off are not called, and *held says that there are some.
 */
static bool call_on_line(struct dddk_port_device *port, unsigned line, bool *held)
{
    bool claimed = false;

    for (unsigned v = 0; v < port->vector_count; v++) {
        struct dddk_host_vector *it = &port->vectors[v];
        if (!it->requested || it->line != line) {
            continue;
        }
        if (port->platform != NULL && it->held) {
            *held = true;
        } else {
            claimed |= dddk_host_call_vector(it);
        }
    }
    return claimed;
}

/* Has the device written this word? A message that comes after the exchange writes it again and is
 * delivered again. */
static bool take_message(const struct dddk_port_device *port, unsigned index)
{
    uint32_t *word = dddk_host_message_word(port, index);

    return dddk_load_acquire(word) != 0 && dddk_exchange(word, 0) != 0;
}

static bool deliver_messages(struct dddk_host *host)
{
    bool any = false;

    for (unsigned i = 0; i < host->state->device_limit; i++) {
        struct dddk_port_device *port = host->state->devices[i];
        if (port == NULL) {
            continue;
        }
        if (port->dev->irq_mode == DDDK_IRQ_MSI && take_message(port, 0)) {
            call_handlers(port);
            any = true;
        }
        for (unsigned v = 0; port->dev->irq_mode == DDDK_IRQ_MSIX && v < port->vector_count; v++) {
            if (port->vectors[v].requested && take_message(port, v)) {
                dddk_host_call_vector(&port->vectors[v]);
                any = true;
            }
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
    bool claimed = false, held = false;

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
            claimed |= call_on_line(host->state->devices[i], number, &held);
        }
    }
    if (held && !claimed) {
        return false; /* whose it is may be kept waiting: it is looked at again at each turn */
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
