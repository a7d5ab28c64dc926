/* SPDX-License-Identifier: MIT
 *
 * Virtual time: a heap of events, in order of time and then of arrival, and the machine's random
 * numbers. Time stands still while code of the host runs.
 */
#include <stdlib.h>

#include "machine.h"

static uint64_t later(uint64_t now_ns, uint64_t delay_ns)
{
    return now_ns + delay_ns < now_ns ? UINT64_MAX : now_ns + delay_ns;
}

static bool earlier(const struct sim_event *a, const struct sim_event *b)
{
    return a->time_ns < b->time_ns || (a->time_ns == b->time_ns && a->order < b->order);
}

static void swap(struct sim_event *a, struct sim_event *b)
{
    struct sim_event kept = *a;

    *a = *b;
    *b = kept;
}

static void sift_up(struct dddk_sim *sim, size_t at)
{
    while (at > 0 && earlier(&sim->events[at], &sim->events[(at - 1u) / 2u])) {
        swap(&sim->events[at], &sim->events[(at - 1u) / 2u]);
        at = (at - 1u) / 2u;
    }
}

static void sift_down(struct dddk_sim *sim, size_t at)
{
    for (;;) {
        size_t least = at, child = 2u * at + 1u;
        for (size_t i = child; i < child + 2u && i < sim->event_count; i++) {
            least = earlier(&sim->events[i], &sim->events[least]) ? i : least;
        }
        if (least == at) {
            return;
        }
        swap(&sim->events[at], &sim->events[least]);
        at = least;
    }
}

int sim_after(struct dddk_sim_device *device, uint64_t delay_ns, void (*run)(void *argument),
              void *argument)
{
    struct dddk_sim *sim = device->sim;

    if (sim->event_count == sim->event_capacity) {
        size_t capacity = sim->event_capacity == 0 ? 64u : 2u * sim->event_capacity;
        struct sim_event *events = realloc(sim->events, capacity * sizeof(*events));
        if (events == NULL) {
            return DDDK_ENOMEM;
        }
        sim->events = events;
        sim->event_capacity = capacity;
    }
    /* At least a nanosecond: what happens "at once" again and again must not stop the clock. */
    sim->events[sim->event_count] = (struct sim_event){
        .time_ns = later(sim->now_ns, delay_ns == 0 ? 1 : delay_ns),
        .order = sim->order++,
        .device = device,
        .generation = device->generation,
        .run = run,
        .argument = argument,
    };
    sift_up(sim, sim->event_count++);
    return 0;
}

void sim_cancel(struct dddk_sim_device *device, void (*run)(void *argument), const void *argument)
{
    struct dddk_sim *sim = device->sim;

    for (size_t i = 0; i < sim->event_count; i++) {
        struct sim_event *event = &sim->events[i];
        if (event->device == device && event->run == run && event->argument == argument) {
            event->run = NULL; /* stays in the heap and comes to nothing */
        }
    }
}

/* Run what is due first, if it is due by then. */
static bool run_next(struct dddk_sim *sim, uint64_t until_ns)
{
    if (sim->event_count == 0 || sim->events[0].time_ns > until_ns) {
        return false;
    }
    struct sim_event event = sim->events[0];
    sim->events[0] = sim->events[--sim->event_count];
    sift_down(sim, 0);
    if (event.time_ns > sim->now_ns) {
        sim->now_ns = event.time_ns;
    }
    if (event.run != NULL && event.generation == event.device->generation) {
        event.run(event.argument);
    }
    return true;
}

bool sim_wait(struct dddk_host *host, uint64_t until_ns)
{
    struct dddk_sim *sim = sim_of(host);

    /* What was signalled before has been looked at; whatever the host does, time goes on. */
    sim->attention = false;
    for (unsigned slot = 0; slot < DDDK_SIM_SLOTS; slot++) {
        if (sim->devices[slot] != NULL) {
            sim_rings_look(sim->devices[slot]);
        }
    }
    while (!sim->attention && run_next(sim, until_ns)) {
    }
    if (!sim->attention && until_ns > sim->now_ns) {
        sim->now_ns = until_ns;
    }
    return true;
}

uint64_t sim_now_ns(struct dddk_host *host)
{
    return sim_of(host)->now_ns;
}

/* Vigna's splitmix64: the state is a counter, so that any seed will do. */
uint64_t sim_random(struct dddk_sim *sim)
{
    uint64_t z = sim->random += 0x9e3779b97f4a7c15u;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}
