/* A binary heap of what is due: see agenda.h. */
#include "broker/device/emulated/agenda.h"

#include <stdlib.h>

static int before(const xs_due *a, const xs_due *b) {
    return a->at_ns != b->at_ns ? a->at_ns < b->at_ns : a->order < b->order;
}

int xs_agenda_add(xs_agenda *agenda, uint64_t at_ns, uint32_t what, void *subject) {
    if (agenda->count == agenda->capacity) {
        size_t capacity = agenda->capacity ? agenda->capacity * 2 : 256;
        xs_due *items = realloc(agenda->items, capacity * sizeof *items);
        if (!items) return -1;
        agenda->items = items;
        agenda->capacity = capacity;
    }
    xs_due due = {at_ns, agenda->order++, subject, what};
    size_t i = agenda->count++;
    while (i && before(&due, &agenda->items[(i - 1) / 2])) {
        agenda->items[i] = agenda->items[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    agenda->items[i] = due;
    return 0;
}

xs_due xs_agenda_take(xs_agenda *agenda) {
    xs_due first = agenda->items[0];
    xs_due last = agenda->items[--agenda->count];
    size_t i = 0;
    for (size_t child; (child = 2 * i + 1) < agenda->count; i = child) {
        if (child + 1 < agenda->count &&
            before(&agenda->items[child + 1], &agenda->items[child]))
            child++;
        if (!before(&agenda->items[child], &last)) break;
        agenda->items[i] = agenda->items[child];
    }
    if (agenda->count) agenda->items[i] = last;
    return first;
}
