/* Chunks of registered host memory through which pageable memory is copied.
 *
 * Decides how many there are: as many as are in use, up to STAGES. A chunk is used again
 * once the copy that used it has retired; the copier appends a `complete` behind its pieces,
 * so that this shows. */
#include <pthread.h>

#include "xs/work.h"

#define STAGES 32

static struct {
    pthread_mutex_t lock;
    pthread_cond_t given;
    xs_stage items[STAGES];
    uint32_t count;
} stages = {.lock = PTHREAD_MUTEX_INITIALIZER, .given = PTHREAD_COND_INITIALIZER};

static int is_free(const xs_stage *stage) {
    return !stage->taken &&
           (!stage->seq || xs_session_retired(xs_session_now(), stage->line, stage->seq));
}

/* The chunk whose copy is the oldest of those under way. Lock held. */
static xs_stage *oldest(void) {
    xs_stage *found = NULL;

    for (uint32_t i = 0; i < stages.count; i++)
        if (!stages.items[i].taken && (!found || stages.items[i].seq < found->seq))
            found = &stages.items[i];
    return found;
}

/* Lock held. */
static xs_stage *grow(void) {
    xs_stage *made = &stages.items[stages.count];

    if (stages.count == STAGES)
        return NULL;
    made->at = xs_arena_take(XS_STAGE_BYTES, 0);
    if (!made->at)
        return NULL;
    stages.count++;
    return made;
}

/* Lock held. */
static xs_stage *free_or_new(void) {
    for (uint32_t i = 0; i < stages.count; i++)
        if (is_free(&stages.items[i]))
            return &stages.items[i];
    return grow();
}

xs_stage *xs_stage_try(void) {
    xs_stage *stage;

    pthread_mutex_lock(&stages.lock);
    stage = free_or_new();
    if (stage)
        stage->taken = 1;
    pthread_mutex_unlock(&stages.lock);
    return stage;
}

xs_stage *xs_stage_take(void) {
    xs_stage *stage;

    pthread_mutex_lock(&stages.lock);
    stage = free_or_new();
    while (!stage && stages.count) {
        stage = oldest();
        if (!stage)
            pthread_cond_wait(&stages.given, &stages.lock);
    }
    if (stage)
        stage->taken = 1;
    pthread_mutex_unlock(&stages.lock);
    if (stage && stage->seq && !xs_session_retired(xs_session_now(), stage->line, stage->seq)) {
        xs_session_flush(xs_session_now());
        if (xs_session_wait(xs_session_now(), stage->line, stage->seq, XS_FOREVER)) {
            xs_stage_give(stage, stage->line, stage->seq);
            return NULL;
        }
    }
    return stage;
}

void xs_stage_give(xs_stage *stage, uint32_t line, uint64_t seq) {
    pthread_mutex_lock(&stages.lock);
    stage->line = line;
    stage->seq = seq;
    stage->taken = 0;
    pthread_cond_signal(&stages.given);
    pthread_mutex_unlock(&stages.lock);
}
