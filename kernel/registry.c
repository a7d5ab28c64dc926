/* SPDX-License-Identifier: MIT
 *
 * See registry.h. Match lines live in one hash table, keyed by their shape and the values that the
 * shape looks at. A look-up asks for the device's values under each shape in use, the winning shape
 * first, so its cost is the number of shapes, not of lines.
 */
#include "kernel/registry.h"

#include "kernel/match.h"
#include "kernel/names.h"
#include "kernel/text.h"

/* ".0" and the zero behind a driver's name. */
#define SUFFIX_BYTES 3u

static int refuse_storage(const struct dddk_registry_storage *storage)
{
    uint32_t buckets = storage->bucket_count;

    if (storage->drivers == NULL || storage->driver_capacity == 0 || storage->devices == NULL ||
        storage->device_capacity == 0 || storage->entries == NULL || storage->entry_capacity == 0 ||
        storage->buckets == NULL || buckets == 0 || (buckets & (buckets - 1)) != 0) {
        return DDDK_EINVAL;
    }
    return 0;
}

int dddk_registry_init(struct dddk_registry *registry, const struct dddk_registry_storage *storage)
{
    int status = refuse_storage(storage);

    if (status != 0) {
        return status;
    }
    memset(registry, 0, sizeof(*registry));
    dddk_names_init(&registry->drivers, storage->drivers, storage->driver_capacity);
    dddk_names_init(&registry->devices, storage->devices, storage->device_capacity);
    registry->entries = storage->entries;
    registry->entry_capacity = storage->entry_capacity;
    registry->entry_free = 1;
    for (uint32_t i = 0; i < storage->entry_capacity; i++) {
        registry->entries[i] = (struct dddk_registry_entry){
            .next = i + 1 < storage->entry_capacity ? i + 2 : 0,
        };
    }
    registry->buckets = storage->buckets;
    registry->bucket_mask = storage->bucket_count - 1;
    memset(registry->buckets, 0, storage->bucket_count * sizeof(registry->buckets[0]));
    return 0;
}

/* ---- messages ---- */

static struct dddk_text message(struct dddk_registry *registry)
{
    return dddk_text_begin(registry->message, sizeof(registry->message));
}

/* "NAME line 2 (1af4:1000)": lines count from 1, in the order of the manifest. */
static void put_line(struct dddk_text *text, const struct dddk_driver *driver,
                     const struct dddk_match *match)
{
    dddk_text_put(text, driver->name);
    dddk_text_put(text, " line ");
    dddk_text_put_decimal(text, (uint64_t)(match - driver->matches) + 1);
    dddk_text_put(text, " (");
    dddk_match_put(text, match);
    dddk_text_put(text, ")");
}

/* "<subject> <what>", and the status handed through. */
static int say(struct dddk_registry *registry, const char *subject, const char *what, int status)
{
    struct dddk_text text = message(registry);

    dddk_text_put(&text, subject);
    dddk_text_put(&text, what);
    return status;
}

static int say_full(struct dddk_registry *registry, const char *subject, const char *what,
                    uint32_t capacity)
{
    struct dddk_text text = message(registry);

    dddk_text_put(&text, subject);
    dddk_text_put(&text, ": no room for ");
    dddk_text_put(&text, what);
    dddk_text_put(&text, ", the storage holds ");
    dddk_text_put_decimal(&text, capacity);
    return DDDK_ENOSPC;
}

static int say_clash(struct dddk_registry *registry, const struct dddk_driver *driver,
                     const struct dddk_match *match, const struct dddk_registry_entry *earlier)
{
    struct dddk_text text = message(registry);

    put_line(&text, driver, match);
    dddk_text_put(&text, dddk_match_is_written_alike(match, earlier->match)
                             ? " is a duplicate of "
                             : " can never win, it matches the same devices as ");
    put_line(&text, earlier->driver, earlier->match);
    return DDDK_EEXIST;
}

/* ---- the index ---- */

static uint32_t *bucket(const struct dddk_registry *registry,
                        const struct dddk_registry_shape *shape, const struct dddk_identity *key)
{
    return &registry->buckets[dddk_key_hash(shape, key) & registry->bucket_mask];
}

/* The entry with that shape and key, or NULL. Counts the entries compared. */
static const struct dddk_registry_entry *probe(const struct dddk_registry *registry,
                                               const struct dddk_registry_shape *shape,
                                               const struct dddk_identity *key, uint32_t *probes)
{
    for (uint32_t at = *bucket(registry, shape, key); at != 0;
         at = registry->entries[at - 1].next) {
        const struct dddk_registry_entry *entry = &registry->entries[at - 1];
        struct dddk_registry_shape its_shape = dddk_match_shape(entry->match);
        struct dddk_identity its_key = dddk_match_key(entry->match);

        (*probes)++;
        if (its_shape.ids == shape->ids && its_shape.class_mask == shape->class_mask &&
            dddk_key_equal(&its_key, key)) {
            return entry;
        }
    }
    return NULL;
}

/* Where the shape is, or belongs. */
static uint32_t shape_place(const struct dddk_registry *registry,
                            const struct dddk_registry_shape *shape)
{
    uint32_t place = 0;

    while (place < registry->shape_count && dddk_shape_precedes(&registry->shapes[place], shape)) {
        place++;
    }
    return place;
}

static bool shape_is_at(const struct dddk_registry *registry, uint32_t place,
                        const struct dddk_registry_shape *shape)
{
    return place < registry->shape_count && registry->shapes[place].ids == shape->ids &&
           registry->shapes[place].class_mask == shape->class_mask;
}

/* Count one more line of a shape. False: there are too many shapes. */
static bool shape_take(struct dddk_registry *registry, const struct dddk_registry_shape *shape)
{
    uint32_t place = shape_place(registry, shape);

    if (!shape_is_at(registry, place, shape)) {
        if (registry->shape_count == DDDK_REGISTRY_SHAPES) {
            return false;
        }
        for (uint32_t i = registry->shape_count; i > place; i--) {
            registry->shapes[i] = registry->shapes[i - 1];
        }
        registry->shapes[place] = *shape;
        registry->shape_count++;
    }
    registry->shapes[place].lines++;
    return true;
}

static void shape_drop(struct dddk_registry *registry, const struct dddk_registry_shape *shape)
{
    uint32_t place = shape_place(registry, shape);

    if (--registry->shapes[place].lines == 0) {
        registry->shape_count--;
        for (uint32_t i = place; i < registry->shape_count; i++) {
            registry->shapes[i] = registry->shapes[i + 1];
        }
    }
}

static int add_line(struct dddk_registry *registry, const struct dddk_driver *driver,
                    const struct dddk_match *match)
{
    struct dddk_registry_shape shape = dddk_match_shape(match);
    struct dddk_identity key = dddk_match_key(match);
    uint32_t at = registry->entry_free;
    uint32_t *head = bucket(registry, &shape, &key);
    uint32_t probes = 0;
    const struct dddk_registry_entry *earlier;

    if (!dddk_match_is_possible(match)) {
        struct dddk_text text = message(registry);

        put_line(&text, driver, match);
        dddk_text_put(&text, " matches no device that there can be");
        return DDDK_EINVAL;
    }
    earlier = probe(registry, &shape, &key, &probes);
    if (earlier != NULL) {
        return say_clash(registry, driver, match, earlier);
    }
    if (at == 0) {
        return say_full(registry, driver->name, "its match lines", registry->entry_capacity);
    }
    if (!shape_take(registry, &shape)) {
        return say_full(registry, driver->name, "another kind of match line", DDDK_REGISTRY_SHAPES);
    }
    registry->entry_free = registry->entries[at - 1].next;
    registry->entries[at - 1] =
        (struct dddk_registry_entry){.driver = driver, .match = match, .next = *head};
    *head = at;
    registry->entry_count++;
    return 0;
}

static void remove_line(struct dddk_registry *registry, const struct dddk_match *match)
{
    struct dddk_registry_shape shape = dddk_match_shape(match);
    struct dddk_identity key = dddk_match_key(match);
    uint32_t *link = bucket(registry, &shape, &key);
    uint32_t at;

    while (registry->entries[*link - 1].match != match) {
        link = &registry->entries[*link - 1].next;
    }
    at = *link;
    *link = registry->entries[at - 1].next;
    registry->entries[at - 1] = (struct dddk_registry_entry){.next = registry->entry_free};
    registry->entry_free = at;
    registry->entry_count--;
    shape_drop(registry, &shape);
}

static void remove_lines(struct dddk_registry *registry, const struct dddk_driver *driver,
                         unsigned count)
{
    while (count > 0) {
        remove_line(registry, &driver->matches[--count]);
    }
}

/* ---- drivers ---- */

int dddk_registry_add_driver(struct dddk_registry *registry, const struct dddk_driver *driver)
{
    struct dddk_registry_slot *slot;

    if (driver->name == NULL || driver->name[0] == '\0') {
        return say(registry, "a driver", " without a name", DDDK_EINVAL);
    }
    if (dddk_text_length(driver->name) + SUFFIX_BYTES > DDDK_NAME_MAX) {
        return say(registry, driver->name, ": the name is too long", DDDK_EINVAL);
    }
    if (driver->match_count == 0) {
        return say(registry, driver->name, ": no match line, so no device", DDDK_EINVAL);
    }
    slot = dddk_names_find(&registry->drivers, driver->name);
    if (slot != NULL) {
        return say(registry, driver->name,
                   slot->object.driver == driver ? " is registered already"
                                                 : ": another driver of that name is registered",
                   DDDK_EEXIST);
    }
    for (unsigned i = 0; i < driver->match_count; i++) {
        int status = add_line(registry, driver, &driver->matches[i]);

        if (status != 0) {
            remove_lines(registry, driver, i);
            return status;
        }
    }
    slot = dddk_names_add(&registry->drivers, driver->name);
    if (slot == NULL) {
        remove_lines(registry, driver, driver->match_count);
        return say_full(registry, driver->name, "another driver", registry->drivers.capacity);
    }
    slot->object.driver = driver;
    return 0;
}

/* The slot of exactly this driver, not of a namesake; NULL: not registered. */
static struct dddk_registry_slot *driver_slot(const struct dddk_registry *registry,
                                              const struct dddk_driver *driver)
{
    struct dddk_registry_slot *slot =
        driver->name == NULL ? NULL : dddk_names_find(&registry->drivers, driver->name);

    return slot != NULL && slot->object.driver == driver ? slot : NULL;
}

static const char *name_of_a_device(const struct dddk_registry *registry,
                                    const struct dddk_driver *driver)
{
    struct dddk_device *dev;

    for (uint32_t cursor = 0; (dev = dddk_registry_next_device(registry, &cursor)) != NULL;) {
        if (dev->driver == driver) {
            return dev->name;
        }
    }
    return "a device";
}

int dddk_registry_remove_driver(struct dddk_registry *registry, const struct dddk_driver *driver)
{
    struct dddk_registry_slot *slot = driver_slot(registry, driver);

    if (slot == NULL) {
        return say(registry, driver->name != NULL ? driver->name : "a driver without a name",
                   " is not registered", DDDK_ENOENT);
    }
    if (slot->bound > 0) {
        struct dddk_text text = message(registry);

        dddk_text_put(&text, name_of_a_device(registry, driver));
        dddk_text_put(&text, " is still bound to ");
        dddk_text_put(&text, driver->name);
        return DDDK_EBUSY;
    }
    remove_lines(registry, driver, driver->match_count);
    dddk_names_remove(&registry->drivers, driver->name);
    return 0;
}

const struct dddk_driver *dddk_registry_driver(const struct dddk_registry *registry,
                                               const char *name)
{
    struct dddk_registry_slot *slot = dddk_names_find(&registry->drivers, name);

    return slot == NULL ? NULL : slot->object.driver;
}

uint32_t dddk_registry_bound(const struct dddk_registry *registry, const struct dddk_driver *driver)
{
    struct dddk_registry_slot *slot = driver_slot(registry, driver);

    return slot == NULL ? 0 : slot->bound;
}

int dddk_registry_lookup_compatible(const struct dddk_registry *registry,
                                    const char *const *compatible, unsigned compatible_count,
                                    struct dddk_registry_found *found)
{
    static const struct dddk_registry_shape shape = {.ids = DDDK_SHAPE_COMPATIBLE};

    *found = (struct dddk_registry_found){.driver = NULL};
    for (unsigned i = 0; i < compatible_count; i++) {
        const struct dddk_identity key = {.compatible = compatible[i]};
        const struct dddk_registry_entry *entry = probe(registry, &shape, &key, &found->probes);

        if (entry != NULL) {
            found->driver = entry->driver;
            found->match = entry->match;
            return 0;
        }
    }
    return DDDK_ENOENT;
}

int dddk_registry_lookup(const struct dddk_registry *registry, const struct dddk_identity *identity,
                         struct dddk_registry_found *found)
{
    *found = (struct dddk_registry_found){.driver = NULL};
    for (uint32_t i = 0; i < registry->shape_count; i++) {
        struct dddk_identity key = dddk_shape_key(&registry->shapes[i], identity);
        const struct dddk_registry_entry *entry =
            probe(registry, &registry->shapes[i], &key, &found->probes);

        if (entry != NULL) {
            found->driver = entry->driver;
            found->match = entry->match;
            return 0;
        }
    }
    return DDDK_ENOENT;
}

/* ---- devices ---- */

int dddk_registry_name(const struct dddk_registry *registry, struct dddk_device *dev)
{
    /* Of capacity + 1 names one is free. */
    for (uint32_t number = 0; number <= registry->devices.capacity; number++) {
        struct dddk_text text = dddk_text_begin(dev->name, sizeof(dev->name));

        dddk_text_put(&text, dev->driver->name);
        dddk_text_put(&text, ".");
        dddk_text_put_decimal(&text, number);
        if (text.cut) {
            break;
        }
        if (dddk_names_find(&registry->devices, dev->name) == NULL) {
            return 0;
        }
    }
    dev->name[0] = '\0';
    return DDDK_ENOSPC;
}

static bool name_is_usable(const char name[DDDK_NAME_MAX])
{
    for (unsigned i = 0; i < DDDK_NAME_MAX; i++) {
        if (name[i] == '\0') {
            return i > 0;
        }
    }
    return false;
}

static bool match_is_of_driver(const struct dddk_match *match, const struct dddk_driver *driver)
{
    for (unsigned i = 0; i < driver->match_count; i++) {
        if (match == &driver->matches[i]) {
            return true;
        }
    }
    return false;
}

int dddk_registry_bind(struct dddk_registry *registry, struct dddk_device *dev)
{
    struct dddk_registry_slot *driver, *slot;

    if (!name_is_usable(dev->name)) {
        return say(registry, "a device", " without a name", DDDK_EINVAL);
    }
    driver = dev->driver == NULL ? NULL : driver_slot(registry, dev->driver);
    if (driver == NULL) {
        return say(registry, dev->name, ": its driver is not registered", DDDK_ENOENT);
    }
    if (!match_is_of_driver(dev->match, dev->driver)) {
        return say(registry, dev->name, ": its match line is not of its driver", DDDK_EINVAL);
    }
    slot = dddk_names_find(&registry->devices, dev->name);
    if (slot != NULL) {
        return say(registry, dev->name,
                   slot->object.device == dev ? " is bound already"
                                              : ": another device of that name is bound",
                   DDDK_EEXIST);
    }
    slot = dddk_names_add(&registry->devices, dev->name);
    if (slot == NULL) {
        return say_full(registry, dev->name, "another device", registry->devices.capacity);
    }
    slot->object.device = dev;
    driver->bound++;
    return 0;
}

int dddk_registry_unbind(struct dddk_registry *registry, struct dddk_device *dev)
{
    struct dddk_registry_slot *slot =
        name_is_usable(dev->name) ? dddk_names_find(&registry->devices, dev->name) : NULL;

    if (slot == NULL || slot->object.device != dev) {
        return say(registry, "a device", " that is not bound", DDDK_ENOENT);
    }
    dddk_names_remove(&registry->devices, dev->name);
    driver_slot(registry, dev->driver)->bound--;
    return 0;
}

struct dddk_device *dddk_registry_device(const struct dddk_registry *registry, const char *name)
{
    struct dddk_registry_slot *slot = dddk_names_find(&registry->devices, name);

    return slot == NULL ? NULL : slot->object.device;
}

/* ---- iteration ---- */

const struct dddk_driver *dddk_registry_next_driver(const struct dddk_registry *registry,
                                                    uint32_t *cursor)
{
    struct dddk_registry_slot *slot = dddk_names_next(&registry->drivers, cursor);

    return slot == NULL ? NULL : slot->object.driver;
}

struct dddk_device *dddk_registry_next_device(const struct dddk_registry *registry,
                                              uint32_t *cursor)
{
    struct dddk_registry_slot *slot = dddk_names_next(&registry->devices, cursor);

    return slot == NULL ? NULL : slot->object.device;
}
