/* SPDX-License-Identifier: MIT
 *
 * See names.h. Slot i has two roles: an object, and the head of hash bucket i. So the table needs
 * no storage besides its slots, and has as many buckets as places.
 */
#include "kernel/names.h"

#include "kernel/text.h"

void dddk_names_init(struct dddk_registry_table *table, struct dddk_registry_slot *slots,
                     uint32_t capacity)
{
    *table = (struct dddk_registry_table){.slots = slots, .capacity = capacity, .free = 1};
    for (uint32_t i = 0; i < capacity; i++) {
        slots[i] = (struct dddk_registry_slot){.next = i + 1 < capacity ? i + 2 : 0};
    }
}

/* FNV-1a, folded onto the buckets. */
static uint32_t *bucket(const struct dddk_registry_table *table, const char *name)
{
    uint32_t hash = 2166136261u;

    for (; *name != '\0'; name++) {
        hash = (hash ^ (unsigned char)*name) * 16777619u;
    }
    return &table->slots[hash % table->capacity].first;
}

struct dddk_registry_slot *dddk_names_find(const struct dddk_registry_table *table,
                                           const char *name)
{
    for (uint32_t at = *bucket(table, name); at != 0; at = table->slots[at - 1].next) {
        if (dddk_text_equal(table->slots[at - 1].name, name)) {
            return &table->slots[at - 1];
        }
    }
    return NULL;
}

struct dddk_registry_slot *dddk_names_add(struct dddk_registry_table *table, const char *name)
{
    uint32_t *head = bucket(table, name);
    uint32_t at = table->free;
    struct dddk_registry_slot *slot;

    if (at == 0) {
        return NULL;
    }
    slot = &table->slots[at - 1];
    table->free = slot->next;
    table->used++;
    slot->name = name;
    slot->next = *head;
    *head = at;
    return slot;
}

void dddk_names_remove(struct dddk_registry_table *table, const char *name)
{
    uint32_t *link = bucket(table, name);
    struct dddk_registry_slot *slot;
    uint32_t at;

    while (!dddk_text_equal(table->slots[*link - 1].name, name)) {
        link = &table->slots[*link - 1].next;
    }
    at = *link;
    slot = &table->slots[at - 1];
    *link = slot->next;
    slot->name = NULL;
    slot->object.driver = NULL;
    slot->next = table->free;
    table->free = at;
    table->used--;
}

struct dddk_registry_slot *dddk_names_next(const struct dddk_registry_table *table,
                                           uint32_t *cursor)
{
    while (*cursor < table->capacity) {
        struct dddk_registry_slot *slot = &table->slots[(*cursor)++];

        if (slot->name != NULL) {
            return slot;
        }
    }
    return NULL;
}
