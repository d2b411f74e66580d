/* What is due when: a binary heap ordered by time, then by order of entry.
 *
 * Knows nothing of what it orders. engine.c is its only user. */
#ifndef XS_EMULATED_AGENDA_H
#define XS_EMULATED_AGENDA_H

#include <stddef.h>
#include <stdint.h>

typedef struct xs_due {
    uint64_t at_ns;
    uint64_t order;
    void *subject; /* not owned */
    uint32_t what; /* the user's own */
} xs_due;

typedef struct xs_agenda {
    xs_due *items; /* owned */
    size_t count;
    size_t capacity;
    uint64_t order;
} xs_agenda;

/* 0, or -1 without memory. */
int xs_agenda_add(xs_agenda *agenda, uint64_t at_ns, uint32_t what, void *subject);

/* Removes and returns the first; the agenda must not be empty. */
xs_due xs_agenda_take(xs_agenda *agenda);

static inline uint64_t xs_agenda_next_ns(const xs_agenda *agenda) {
    return agenda->count ? agenda->items[0].at_ns : UINT64_MAX;
}

#endif
