/* How time passes on the device of fuzz_worker.c.
 *
 * Decides when what is queued starts and ends: the head of each stream as soon as it may, a
 * wait when its event is over or its word is right. */
#ifndef XS_WORKER_DEVICE_TIME_H
#define XS_WORKER_DEVICE_TIME_H

#include "tests/fuzz/worker_device_state.h"

static uint64_t *word_at(uint64_t address) {
    return &dev.words[(address - VA) >> 40][(address & ((1u << 28) - 1)) / 8 % WORDS];
}

static int holds(const work *item) {
    uint64_t mask = item->width == 8 ? UINT64_MAX : UINT32_MAX;
    uint64_t word = *word_at(item->address) & mask, value = item->value & mask;
    uint64_t sign = item->width == 8 ? 1ull << 63 : 1ull << 31;
    switch (item->condition) {
    case 0: return !((word - value) & sign);
    case 1: return word == value;
    case 2: return (word & value) != 0;
    default: return (~(word | value) & mask) != 0;
    }
}

static void write_word(const work *item) {
    if (item->address >= VA && item->address < VA_END) {
        *word_at(item->address) = item->value;
        return;
    }
    fuzz_page_written(item->address, item->value);
    if (item->width == 8)
        __atomic_store_n((uint64_t *)(uintptr_t)item->address, item->value, __ATOMIC_RELEASE);
    else
        __atomic_store_n((uint32_t *)(uintptr_t)item->address, (uint32_t)item->value,
                         __ATOMIC_RELEASE);
}

/* Try the head of a stream: 1 when it is over. */
static int head_over(work *item) {
    switch (item->kind) {
    case W_RECORD:
        item->ticket->done = 1;
        item->ticket->at_ns = dev.now_ns;
        return 1;
    case W_WAIT: return item->ticket->done;
    case W_WAIT_VALUE: return holds(item);
    default: break;
    }
    if (!item->running) {
        item->running = 1;
        if (item->kind == W_TASK) fuzz_task_started(item->slot, item->seq);
        item->end_ns = dev.now_ns + (item->kind == W_TASK ? item->duration_ns : dev.latency);
    }
    if (item->end_ns > dev.now_ns) return 0;
    if (item->graph) item->graph->in_flight--;
    if (item->kind == W_TASK) fuzz_task_done(item->slot, item->seq, item->last);
    else write_word(item);
    return 1;
}

static int run_heads(void) {
    int any = 0;
    for (dev_stream **at = &dev.streams; *at;) {
        dev_stream *stream = *at;
        while (stream->head && head_over(stream->head)) {
            work *over = stream->head;
            stream->head = over->next;
            if (!stream->head) stream->tail = NULL;
            free(over);
            any = 1;
        }
        if (stream->closing && !stream->head) {
            *at = stream->next;
            stream->alive = 0;
            free(stream);
            continue;
        }
        at = &stream->next;
    }
    return any;
}

static uint64_t next_end(void) {
    uint64_t next = XS_NEVER;
    for (const dev_stream *s = dev.streams; s; s = s->next)
        if (s->head && s->head->running && s->head->end_ns < next) next = s->head->end_ns;
    return next;
}

static uint64_t advance_(void *opaque, uint64_t now_ns) {
    (void)opaque;
    pthread_mutex_lock(&dev.lock);
    uint64_t next = XS_NEVER;
    while (!dev.broken) {
        while (run_heads()) continue;
        next = next_end();
        if (next > now_ns) break;
        dev.now_ns = next;
    }
    if (now_ns > dev.now_ns) dev.now_ns = now_ns;
    pthread_mutex_unlock(&dev.lock);
    return next;
}

/* Somebody ends the value waits that hold streams up: the n-th of them, in turn. */
static void device_poke(uint32_t n) {
    uint32_t waiting = 0;
    pthread_mutex_lock(&dev.lock);
    for (dev_stream *s = dev.streams; s; s = s->next)
        waiting += s->head && s->head->kind == W_WAIT_VALUE;
    for (dev_stream *s = dev.streams; s && waiting; s = s->next) {
        work *item = s->head;
        if (!item || item->kind != W_WAIT_VALUE || n++ % waiting) continue;
        *word_at(item->address) = item->condition == 3 ? 0 : item->value;
    }
    pthread_mutex_unlock(&dev.lock);
}

#endif
