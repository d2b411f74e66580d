/* User objects: what a program keeps alive as long as a graph may use it.
 *
 * Decides when the last reference is gone; then the program's function runs, on the thread
 * that dropped it. Source: driver API, graph management, cuUserObject*. */
#include <pthread.h>
#include <stdlib.h>

#include "xs/graphs.h"

#define USER_OBJECTS_LIVE 65536
enum { NO_DESTRUCTOR_SYNC = 1, GRAPH_MOVE = 1 };

typedef struct xs_user_object {
    xs_object object;
    void *data;
    CUhostFn destroy;
    uint32_t count;
} xs_user_object;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

CUresult xs_user_objects_start(void) {
    return xs_pool_make(XS_OBJECT_USER_OBJECT, sizeof(xs_user_object), USER_OBJECTS_LIVE);
}

static xs_user_object *user_of(CUuserObject handle) {
    return xs_object_of(XS_OBJECT_USER_OBJECT, handle);
}

static CUresult retain(xs_user_object *user, uint32_t count) {
    CUresult result = CUDA_SUCCESS;

    pthread_mutex_lock(&lock);
    if (count > INT32_MAX || user->count > INT32_MAX - count)
        result = CUDA_ERROR_INVALID_VALUE;
    else
        user->count += count;
    pthread_mutex_unlock(&lock);
    return result;
}

static CUresult release(xs_user_object *user, uint32_t count) {
    CUhostFn destroy = NULL;
    void *data = user->data;

    pthread_mutex_lock(&lock);
    if (count > user->count) {
        pthread_mutex_unlock(&lock);
        return CUDA_ERROR_INVALID_VALUE;
    }
    user->count -= count;
    if (!user->count) {
        destroy = user->destroy;
        xs_object_end(user);
    }
    pthread_mutex_unlock(&lock);
    if (destroy)
        destroy(data);
    return CUDA_SUCCESS;
}

CUresult xs_cuUserObjectCreate(CUuserObject *object_out, void *ptr, CUhostFn destroy,
                               unsigned int initialRefcount, unsigned int flags) {
    xs_user_object *user;

    if (!object_out || !destroy || !initialRefcount || initialRefcount > INT32_MAX ||
        flags != NO_DESTRUCTOR_SYNC)
        return CUDA_ERROR_INVALID_VALUE;
    user = xs_object_new(XS_OBJECT_USER_OBJECT);
    if (!user)
        return CUDA_ERROR_OUT_OF_MEMORY;
    user->data = ptr;
    user->destroy = destroy;
    user->count = initialRefcount;
    *object_out = (CUuserObject)user;
    return CUDA_SUCCESS;
}

CUresult xs_cuUserObjectRetain(CUuserObject object, unsigned int count) {
    xs_user_object *user = user_of(object);

    return user && count ? retain(user, count) : CUDA_ERROR_INVALID_VALUE;
}

CUresult xs_cuUserObjectRelease(CUuserObject object, unsigned int count) {
    xs_user_object *user = user_of(object);

    return user && count ? release(user, count) : CUDA_ERROR_INVALID_VALUE;
}

/* ------------------------------------------------------------------ of a graph */

/* The graph holds so many more; they are its own already. */
static CUresult hold(xs_graph *graph, xs_user_object *user, uint32_t count) {
    xs_user_reference *one = graph->users;

    while (one && one->object != user)
        one = one->next;
    if (!one) {
        one = malloc(sizeof *one);
        if (!one)
            return CUDA_ERROR_OUT_OF_MEMORY;
        *one = (xs_user_reference){graph->users, user, 0};
        graph->users = one;
    }
    one->count += count;
    return CUDA_SUCCESS;
}

CUresult xs_cuGraphRetainUserObject(CUgraph graph, CUuserObject object, unsigned int count,
                                    unsigned int flags) {
    xs_graph *holder = xs_graph_of(graph);
    xs_user_object *user = user_of(object);
    CUresult result;

    if (!holder || !user || !count || flags & ~(unsigned)GRAPH_MOVE)
        return CUDA_ERROR_INVALID_VALUE;
    result = flags & GRAPH_MOVE ? CUDA_SUCCESS : retain(user, count);
    if (!result) {
        result = hold(holder, user, count);
        if (result && !(flags & GRAPH_MOVE))
            release(user, count);
    }
    return result;
}

CUresult xs_cuGraphReleaseUserObject(CUgraph graph, CUuserObject object, unsigned int count) {
    xs_graph *holder = xs_graph_of(graph);
    xs_user_object *user = user_of(object);

    if (!holder || !user || !count)
        return CUDA_ERROR_INVALID_VALUE;
    for (xs_user_reference **at = &holder->users; *at; at = &(*at)->next) {
        xs_user_reference *one = *at;
        if (one->object != user || one->count < count)
            continue;
        one->count -= count;
        if (!one->count) {
            *at = one->next;
            free(one);
        }
        return release(user, count);
    }
    return CUDA_ERROR_INVALID_VALUE;
}

CUresult xs_user_objects_copy(xs_graph *to, const xs_graph *from) {
    CUresult result = CUDA_SUCCESS;

    for (const xs_user_reference *one = from->users; one && !result; one = one->next) {
        result = retain(one->object, one->count);
        if (!result && hold(to, one->object, one->count)) {
            release(one->object, one->count);
            result = CUDA_ERROR_OUT_OF_MEMORY;
        }
    }
    return result;
}

void xs_user_objects_drop(xs_graph *graph) {
    while (graph->users) {
        xs_user_reference *gone = graph->users;
        graph->users = gone->next;
        release(gone->object, gone->count);
        free(gone);
    }
}
