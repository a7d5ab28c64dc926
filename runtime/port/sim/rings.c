/* SPDX-License-Identifier: MIT
 *
 * The device's side of rings that are given by an index and taken back by a bit or an index. To the
 * device: entries are gathered until one is marked as the last of its frame, the frame goes out,
 * what was asked for is reported. From the device: a frame off the wire fills as many buffers as it
 * needs, or waits until there are enough.
 */
#include <stdlib.h>

#include "machine.h"

static bool big_endian(const struct sim_ring *ring, const struct dddk_model_member *member)
{
    return ring->type->big_endian != member->turned;
}

static uint64_t take(const struct sim_ring *ring, const uint8_t *entry,
                     const struct dddk_model_member *member)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < member->bytes; i++) {
        unsigned at = big_endian(ring, member) ? member->bytes - 1u - i : i;
        value |= (uint64_t)entry[member->offset + at] << 8 * i;
    }
    return value & member->mask;
}

static uint64_t take_number(const struct sim_ring *ring, const uint8_t *entry,
                            const struct dddk_model_member *member)
{
    return member->bytes == 0 ? 0 : take(ring, entry, member) >> __builtin_ctzll(member->mask);
}

/* Bits of an address stand in their places. */
static uint64_t take_address(const struct sim_ring *ring, const uint8_t *entry,
                             const struct dddk_model_member *low,
                             const struct dddk_model_member *high)
{
    return take(ring, entry, low) | take(ring, entry, high) << 32;
}

static void put(const struct sim_ring *ring, uint8_t *entry, const struct dddk_model_member *member,
                uint64_t bits)
{
    for (unsigned i = 0; i < member->bytes; i++) {
        unsigned at = big_endian(ring, member) ? member->bytes - 1u - i : i;
        uint8_t mask = (uint8_t)(member->mask >> 8 * i), *byte = &entry[member->offset + at];
        *byte = (uint8_t)((*byte & ~mask) | ((uint8_t)(bits >> 8 * i) & mask));
    }
}

/* The whole member, with bits that no mark describes as 0: the device owns it. */
static void clear(uint8_t *entry, const struct dddk_model_member *member)
{
    memset(entry + member->offset, 0, member->bytes);
}

static uint32_t entry_count(const struct sim_ring *ring)
{
    const struct dddk_sim_device *device = ring->owner;
    const struct dddk_model_ring *type = ring->type;

    if (type->size_unit != 0) {
        uint64_t value = sim_get(device, type->size);
        uint64_t units =
            type->size_is_log2 ? (uint64_t)1 << (value & 31u) : value + type->size_bias;
        return (uint32_t)(units * type->size_unit / type->entry_bytes);
    }
    return sim_there(type->size_bytes)
               ? (uint32_t)(sim_get(device, type->size_bytes) / type->entry_bytes)
               : (uint32_t)sim_get(device, type->size_entries);
}

static uint64_t entry_address(const struct sim_ring *ring, uint32_t index)
{
    const struct dddk_model_ring *type = ring->type;
    uint64_t base = sim_get(ring->owner, type->base_low) << type->base_low_shift;

    if (sim_there(type->base_high)) {
        base |= sim_get(ring->owner, type->base_high) << (32 + type->base_high_shift);
    }
    return base + (uint64_t)index * type->entry_bytes;
}

static uint32_t of_width(uint32_t index, uint8_t width)
{
    return width < 32u ? index & ((1u << width) - 1u) : index;
}

/* The driver's index, as far as the device has been told. */
static uint32_t tail_of(const struct sim_ring *ring)
{
    return ring->type->bell.mask != 0 ? ring->told
                                      : (uint32_t)sim_get(ring->owner, ring->type->tail);
}

/* Entries between two indices that run freely. */
static uint32_t given_freely(struct sim_ring *ring, uint32_t count)
{
    uint32_t tail = tail_of(ring), given = of_width(tail - ring->free, ring->type->give_width);

    if (given > count) {
        dddk_model_complain(ring->owner->model, "ring %s: index %u is not within %u entries of %u",
                            ring->type->name, tail, count, ring->free);
        sim_set(ring->owner, ring->type->enable, 0);
        return 0;
    }
    ring->head = ring->free % count;
    return given;
}

static bool read_entry(struct sim_ring *ring, uint32_t index, uint8_t *entry)
{
    if (sim_dma_begins(ring->owner, entry_address(ring, 0), ring->type->name) &&
        dddk_model_dma_read(ring->owner->model, entry_address(ring, index), entry,
                            ring->type->entry_bytes) == 0) {
        return true;
    }
    /* A device that cannot read its ring does nothing more with it until it is set up again. */
    sim_set(ring->owner, ring->type->enable, 0);
    return false;
}

/* The entry behind one: the first again where that is marked as the last, or where the ring ends.
 */
static uint32_t behind(const struct sim_ring *ring, uint32_t index, const uint8_t *entry)
{
    if (ring->type->wrap.bytes != 0) {
        return take(ring, entry, &ring->type->wrap) != 0 ? 0 : index + 1u;
    }
    return index + 1u == entry_count(ring) ? 0 : index + 1u;
}

/* Entries whose bit says that they are the device's, from where it is. One that is not ends its
 * search until it is told to look again, if it is told at all. */
static uint32_t given_by_bit(struct sim_ring *ring, uint32_t most)
{
    const struct dddk_model_ring *type = ring->type;
    uint32_t index = ring->head, found = 0;
    uint8_t entry[SIM_ENTRY_MAX];

    if (type->bell.mask != 0 && ring->told == 0) {
        return 0;
    }
    while (found < most && read_entry(ring, index, entry)) {
        if ((take(ring, entry, &type->done) != 0) != type->done_is_0) {
            ring->told = found;
            break;
        }
        found++;
        index = behind(ring, index, entry);
        if (index == ring->head) {
            break;
        }
    }
    return found;
}

/* Entries that the driver has given and the device has not given back; 0 while the ring is off. No
 * more than `most` are looked at where the entries say it. */
static uint32_t given(struct sim_ring *ring, uint32_t most)
{
    struct dddk_sim_device *device = ring->owner;

    if (device->removed || device->stuck != DDDK_TEST_WORKING ||
        (sim_there(ring->type->enable) && !sim_get(device, ring->type->enable))) {
        return 0;
    }
    if (ring->type->owned) {
        return given_by_bit(ring, most);
    }
    uint32_t count = entry_count(ring), tail = tail_of(ring);
    if (count == 0) {
        return 0;
    }
    if (ring->type->give_width != 0) {
        return given_freely(ring, count);
    }
    if (tail >= count || ring->head >= count) {
        dddk_model_complain(device->model, "ring %s: index %u or %u is outside its %u entries",
                            ring->type->name, tail, ring->head, count);
        sim_set(device, ring->type->enable, 0);
        return 0;
    }
    return (tail + count - ring->head) % count;
}

static void write_member(struct sim_ring *ring, uint32_t index, const uint8_t *entry,
                         const struct dddk_model_member *member)
{
    if (member->bytes == 0) {
        return;
    }
    dddk_model_dma_write(ring->owner->model, entry_address(ring, index) + member->offset,
                         entry + member->offset, member->bytes);
}

/* The members that marks are in, each once, without the one that is written last. */
static void write_marks(struct sim_ring *ring, const uint8_t *entry,
                        const struct dddk_model_member *marks, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        bool again = ring->type->done.bytes != 0 && marks[i].offset == ring->type->done.offset;
        for (unsigned k = 0; k < i; k++) {
            again |= marks[k].offset == marks[i].offset;
        }
        if (!again) {
            write_member(ring, ring->head, entry, &marks[i]);
        }
    }
}

/* How far the device is, where the driver reads it. */
static void show_index(struct sim_ring *ring)
{
    const struct dddk_model_ring *type = ring->type;
    uint32_t index = type->take_width != 0 ? of_width(ring->free, type->take_width) : ring->head;

    sim_set(ring->owner, type->head, index);
    if (type->by_index && !type->in_memory) {
        sim_set(ring->owner, type->taken, index);
    } else if (type->by_index) {
        uint64_t address = sim_get(ring->owner, type->taken_low) << type->taken_low_shift;
        uint8_t word[4];

        if (sim_there(type->taken_high)) {
            address |= sim_get(ring->owner, type->taken_high) << (32 + type->taken_high_shift);
        }
        for (unsigned i = 0; i < sizeof(word); i++) {
            unsigned at = type->big_endian ? 3u - i : i;
            word[at] = (uint8_t)(index >> 8 * i);
        }
        if (sim_dma_begins(ring->owner, address, "the index")) {
            dddk_model_dma_write(ring->owner->model, address, word, sizeof(word));
        }
    }
}

/* `entry`: the one that it leaves, as the driver wrote it. */
static void advance(struct sim_ring *ring, const uint8_t *entry)
{
    const struct dddk_model_ring *type = ring->type;
    uint32_t next =
        type->owned ? behind(ring, ring->head, entry) : (ring->head + 1u) % entry_count(ring);

    if (!type->owned && type->wrap.bytes != 0 &&
        (take(ring, entry, &type->wrap) != 0) != (next == 0)) {
        dddk_model_complain(ring->owner->model,
                            "ring %s: entry %u is %smarked as the last of the ring", type->name,
                            ring->head, next == 0 ? "not " : "");
    }
    ring->head = next;
    ring->free++;
    ring->other_lap ^= ring->head == 0;
    show_index(ring);
}

/* Mark an entry as done, as its lap asks. Called before the ring advances past it. */
static void mark_done(const struct sim_ring *ring, uint8_t *entry)
{
    const struct dddk_model_ring *type = ring->type;
    bool one = type->laps ? type->lap_starts != ring->other_lap : !type->done_is_0;

    put(ring, entry, &type->done, one ? UINT64_MAX : 0);
}

/* The ring begins anew. */
static void begin(struct sim_ring *ring, uint32_t head)
{
    ring->head = ring->free = ring->told = head;
    ring->other_lap = false;
}

static void raise(struct sim_ring *ring)
{
    if (ring->type->raises != 0) {
        sim_raise(ring->owner, ring->type->interrupt, ring->type->raises, ring->type->also,
                  ring->type->also_count);
    }
}

/* ---- to the device ---- */

/* Of which kind an entry is; NULL: none that the device knows. */
static const struct dddk_model_kind *kind_of(const struct sim_ring *ring, const uint8_t *entry)
{
    for (unsigned i = 0; i < ring->type->kind_count; i++) {
        const struct dddk_model_kind *kind = &ring->type->kinds[i];
        bool is = true;

        for (unsigned k = 0; k < kind->when_count; k++) {
            is &= take(ring, entry, &kind->when[k]) == kind->value[k];
        }
        if (is) {
            return kind;
        }
    }
    return NULL;
}

/* An entry that carries nothing: it is taken, and reported if it asks for that. */
static void take_empty(struct sim_ring *ring, uint8_t *entry, const struct dddk_model_kind *kind)
{
    uint32_t index = ring->head;
    bool report = kind != NULL && (kind->last_count != 0 || ring->type->last_count == 0);

    if (kind == NULL) {
        dddk_model_complain(ring->owner->model, "ring %s: entry %u is of no kind that there is",
                            ring->type->name, index);
    }
    for (unsigned i = 0; report && i < kind->last_count; i++) {
        report = take(ring, entry, &kind->last[i]) != 0;
    }
    ring->owner->counters.entries_without_payload++;
    if (kind != NULL && ring->owner->type->entry != NULL) {
        ring->owner->type->entry(ring->owner->model, (unsigned)(ring - ring->owner->rings),
                                 (unsigned)(kind - ring->type->kinds), entry);
    }
    mark_done(ring, entry);
    advance(ring, entry);
    if (report || ring->type->owned) {
        write_member(ring, index, entry, &ring->type->done);
    }
    if (report) {
        raise(ring);
    }
}

static void gather(struct sim_ring *ring, const uint8_t *entry, const struct dddk_model_kind *kind)
{
    const struct dddk_model_ring *type = ring->type;
    uint64_t address = kind != NULL
                           ? take_address(ring, entry, &kind->address, &kind->address_high)
                           : take_address(ring, entry, &type->address, &type->address_high);
    uint64_t length = take_number(ring, entry, kind != NULL ? &kind->length : &type->length);

    if (length > sizeof(ring->frame) - ring->gathered) {
        ring->too_long = true;
        return;
    }
    if (!sim_dma_begins(ring->owner, address, "data to send") ||
        dddk_model_dma_read(ring->owner->model, address, ring->frame + ring->gathered,
                            (size_t)length) != 0) {
        ring->broken = true;
    }
    ring->gathered += (size_t)length;
}

static void send(struct sim_ring *ring)
{
    struct dddk_sim_device *device = ring->owner;

    if (ring->too_long) {
        dddk_model_complain(device->model, "ring %s: a frame of more than %zu bytes",
                            ring->type->name, sizeof(ring->frame));
    } else if (ring->gathered == 0) {
        dddk_model_complain(device->model, "ring %s: an empty frame", ring->type->name);
    } else if (!ring->broken) {
        sim_wire_send_frame(device, ring->frame, ring->gathered);
    }
    ring->gathered = 0;
    ring->too_long = ring->broken = false;
}

/* The first entry of a frame, and no other, is marked so. */
static void check_first(struct sim_ring *ring, const uint8_t *entry,
                        const struct dddk_model_kind *kind)
{
    const struct dddk_model_member *first = kind != NULL ? kind->first : ring->type->first;
    unsigned count = kind != NULL ? kind->first_count : ring->type->first_count;

    for (unsigned i = 0; i < count; i++) {
        if ((take(ring, entry, &first[i]) != 0) == ring->inside) {
            dddk_model_complain(ring->owner->model,
                                "ring %s: entry %u is %smarked as the first of a frame",
                                ring->type->name, ring->head, ring->inside ? "" : "not ");
        }
    }
}

/* One entry; true when it ended a frame. */
static bool consume(struct sim_ring *ring)
{
    const struct dddk_model_ring *type = ring->type;
    uint8_t entry[SIM_ENTRY_MAX];
    const struct dddk_model_kind *kind = NULL;
    bool ends = type->last_count == 0, report = true;

    if (!read_entry(ring, ring->head, entry)) {
        return true;
    }
    if (type->kind_count != 0) {
        kind = kind_of(ring, entry);
        if (kind == NULL || !kind->carries) {
            take_empty(ring, entry, kind);
            return false;
        }
    }
    check_first(ring, entry, kind);
    gather(ring, entry, kind);
    for (unsigned i = 0; i < type->last_count; i++) {
        bool marked = take(ring, entry, kind != NULL ? &kind->last[i] : &type->last[i]) != 0;
        ends |= i == 0 && marked;
        report &= marked;
    }
    if (ends) {
        send(ring);
    }
    uint32_t index = ring->head;
    ring->inside = !ends;
    mark_done(ring, entry);
    advance(ring, entry);
    if (report || type->owned) {
        write_member(ring, index, entry, &type->done);
    }
    if (report) {
        raise(ring);
    }
    return ends;
}

/* ---- from the device ---- */

/* The next kind of entry that the device writes: each in its turn. */
static const struct dddk_model_kind *next_kind(struct sim_ring *ring)
{
    const struct dddk_model_ring *type = ring->type;

    for (unsigned i = 0; i < type->kind_count; i++) {
        const struct dddk_model_kind *kind = &type->kinds[ring->turn++ % type->kind_count];
        if (kind->carries) {
            return kind;
        }
    }
    return NULL;
}

/* The entry becomes one of that kind: what the driver wrote is gone. */
static void become(const struct sim_ring *ring, uint8_t *entry, const struct dddk_model_kind *kind)
{
    memset(entry, 0, ring->type->entry_bytes);
    for (unsigned i = 0; i < kind->when_count; i++) {
        put(ring, entry, &kind->when[i], kind->value[i]);
    }
}

/* What the device owns of an entry is as if nothing was said there. */
static void wipe(struct sim_ring *ring, uint8_t *entry)
{
    const struct dddk_model_ring *type = ring->type;
    const struct dddk_model_kind *kind = next_kind(ring);
    uint64_t ends = type->wrap.bytes == 0 ? 0 : take(ring, entry, &type->wrap);

    if (kind != NULL) {
        become(ring, entry, kind);
        return;
    }
    clear(entry, &type->length);
    clear(entry, &type->done);
    for (unsigned i = 0; i < type->bad_count; i++) {
        clear(entry, &type->bad[i]);
    }
    if (type->wrap.bytes != 0) {
        put(ring, entry, &type->wrap, ends);
    }
}

/* The bit that gives the entry back is in what is written last. */
static void write_back(struct sim_ring *ring, const uint8_t *entry)
{
    const struct dddk_model_ring *type = ring->type;
    uint64_t address = entry_address(ring, ring->head);
    size_t behind = (size_t)type->done.offset + type->done.bytes;

    if (type->kind_count != 0) {
        dddk_model_dma_write(ring->owner->model, address, entry, type->done.offset);
        dddk_model_dma_write(ring->owner->model, address + behind, entry + behind,
                             type->entry_bytes - behind);
    } else {
        write_member(ring, ring->head, entry, &type->length);
        write_marks(ring, entry, type->bad, type->bad_count);
        write_marks(ring, entry, type->last, type->last_count);
    }
    write_member(ring, ring->head, entry, &type->done);
}

static void fill(struct sim_ring *ring, const struct sim_frame *frame, size_t offset)
{
    const struct dddk_model_ring *type = ring->type;
    size_t left = frame->length_bytes - offset;
    size_t piece = left < type->buffer_bytes ? left : type->buffer_bytes;
    uint8_t entry[SIM_ENTRY_MAX] = {0}, as_given[SIM_ENTRY_MAX];

    if (!read_entry(ring, ring->head, entry)) {
        return;
    }
    uint64_t address = take_address(ring, entry, &type->address, &type->address_high);
    const struct dddk_model_kind *kind = kind_of(ring, entry);
    if (type->kind_count != 0 && (kind == NULL || !kind->given)) {
        dddk_model_complain(ring->owner->model,
                            "ring %s: entry %u is not of the kind that is given", type->name,
                            ring->head);
    }
    if (type->room.bytes != 0 && take_number(ring, entry, &type->room) != type->buffer_bytes) {
        dddk_model_complain(ring->owner->model, "ring %s: entry %u is a buffer of %u bytes",
                            type->name, ring->head,
                            (unsigned)take_number(ring, entry, &type->room));
    }
    memcpy(as_given, entry, sizeof(as_given));
    if (sim_dma_begins(ring->owner, address, "a buffer")) {
        dddk_model_dma_write(ring->owner->model, address, frame->bytes + offset, piece);
    }
    wipe(ring, entry);
    put(ring, entry, &type->length, (uint64_t)piece << __builtin_ctzll(type->length.mask));
    if (piece == left && frame->bad > 0 && frame->bad <= type->bad_count) {
        put(ring, entry, &type->bad[frame->bad - 1u], UINT64_MAX);
    }
    for (unsigned i = 0; i < type->last_count; i++) {
        put(ring, entry, &type->last[i], piece == left ? UINT64_MAX : 0);
    }
    mark_done(ring, entry);
    write_back(ring, entry);
    advance(ring, as_given);
}

/* So many entries, from where the device is, are all that the ring has. */
static bool holds_all(struct sim_ring *ring, uint32_t count)
{
    uint32_t index = ring->head;
    uint8_t entry[SIM_ENTRY_MAX];

    for (uint32_t i = 0; i < count; i++) {
        if (!read_entry(ring, index, entry)) {
            return false;
        }
        index = behind(ring, index, entry);
    }
    return count != 0 && index == ring->head;
}

/* One frame; false: it has to wait for buffers. */
static bool receive(struct sim_ring *ring)
{
    struct dddk_sim_device *device = ring->owner;
    const struct sim_frame *first = device->wire.first;
    size_t size = ring->type->buffer_bytes;
    size_t needs = (first->length_bytes + size - 1u) / size;

    uint32_t there = given(ring, (uint32_t)needs);
    /* Behind the last entry comes the first: where all are the device's, there are no more. */
    bool never =
        ring->type->owned ? there < needs && holds_all(ring, there) : needs >= entry_count(ring);

    if (there < needs && !never) {
        return false;
    }
    struct sim_frame *frame = sim_wire_take(device);
    if (never) {
        device->counters.frames_lost++; /* the ring can never hold it */
    } else {
        for (size_t offset = 0; offset < frame->length_bytes; offset += size) {
            fill(ring, frame, offset);
        }
        device->counters.frames_received++;
        raise(ring);
    }
    free(frame);
    return true;
}

/* ---- both ---- */

static bool has_work(struct sim_ring *ring)
{
    return given(ring, 1) != 0 && (ring->type->to_device || ring->owner->wire.first != NULL);
}

static void step(void *argument);

static void schedule(struct sim_ring *ring)
{
    if (!ring->scheduled && has_work(ring)) {
        ring->scheduled = sim_after(ring->owner, SIM_ENTRY_NS, step, ring) == 0;
    }
}

/* One frame. */
static void step(void *argument)
{
    struct sim_ring *ring = argument;

    ring->scheduled = false;
    if (ring->type->to_device) {
        while (given(ring, 1) != 0 && !consume(ring)) {
        }
        if (ring->type->owned && ring->inside && ring->owner->stuck == DDDK_TEST_WORKING) {
            dddk_model_complain(ring->owner->model, "ring %s: entry %u of a frame is not there yet",
                                ring->type->name, ring->head);
        }
    } else if (has_work(ring) && !receive(ring)) {
        return; /* the driver's next doorbell starts it again */
    }
    schedule(ring);
}

/* Devices that nobody tells look for themselves, before time goes on. */
void sim_rings_look(struct dddk_sim_device *device)
{
    for (unsigned i = 0; i < device->type->ring_count; i++) {
        if (device->rings[i].type->owned && device->rings[i].type->bell.mask == 0) {
            schedule(&device->rings[i]);
        }
    }
}

void sim_rings_kick(struct dddk_sim_device *device)
{
    for (unsigned i = 0; i < device->type->ring_count; i++) {
        schedule(&device->rings[i]);
    }
}

void sim_rings_written(struct dddk_sim_device *device, unsigned reg, uint64_t value)
{
    for (unsigned i = 0; i < device->type->ring_count; i++) {
        struct sim_ring *ring = &device->rings[i];
        if (ring->type->head.reg == (int)reg) {
            begin(ring, (uint32_t)(value & ring->type->head.mask));
        } else if (!sim_there(ring->type->head) && ring->type->base_low.reg == (int)reg) {
            begin(ring, 0);
            if (ring->type->by_index && !ring->type->in_memory) {
                sim_set(device, ring->type->taken, 0);
            }
        }
        if (ring->type->bell.mask != 0 && ring->type->bell.reg == (int)reg &&
            (ring->type->bell_is_index || (value & ring->type->bell.mask) != 0)) {
            ring->told = ring->type->owned ? 1 : (uint32_t)sim_get(device, ring->type->tail);
        }
    }
}

void sim_rings_reset(struct dddk_sim_device *device)
{
    for (unsigned i = 0; i < device->type->ring_count; i++) {
        struct sim_ring *ring = &device->rings[i];
        ring->owner = device;
        ring->type = &device->type->rings[i];
        begin(ring, 0);
        ring->gathered = 0;
        ring->inside = false;
        ring->scheduled = ring->too_long = ring->broken = false;
    }
}
