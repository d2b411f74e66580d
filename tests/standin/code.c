/* Modules and functions. Of a PTX text only the entries and their parameters are read. */
#include "standin.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PARAMS_MAX 4096
#define THREADS_MAX 1024
#define SHARED_BYTES_DEFAULT 49152

typedef struct variable {
    struct variable *next;
    char *name;
    uint64_t address, bytes;
} variable;

typedef struct module {
    object head;
    struct variable *variables;
    char *text;     /* NULL for binary images: any function name is found, without parameters */
} module;

/* ------------------------------------------------------------------ reading PTX */

static const char *skip_space(const char *text)
{
    while (isspace((unsigned char)*text))
        text++;
    return text;
}

static size_t word_length(const char *text)
{
    size_t length = 0;

    while (isalnum((unsigned char)text[length]) || strchr("_$%", text[length]) != NULL) {
        if (!text[length])
            break;
        length++;
    }
    return length;
}

/* Where the parameter list of entry name begins, or NULL. */
static const char *entry_find(const char *text, const char *name)
{
    for (const char *at = strstr(text, ".entry"); at; at = strstr(at, ".entry")) {
        size_t length;

        at = skip_space(at + strlen(".entry"));
        length = word_length(at);
        if (length == strlen(name) && !strncmp(at, name, length))
            return skip_space(at + length);
    }
    return NULL;
}

/* One parameter: `.param .align 8 .b8 name[24]` or `.param .u64 name`, perhaps with .ptr. */
static void param_add(function *function, const char *text, size_t length)
{
    uint64_t element = 0, align = 0, count = 1;
    char copy[512], *save = NULL;

    snprintf(copy, sizeof copy, "%.*s", (int)length, text);
    for (char *word = strtok_r(copy, " \t\r\n", &save); word;
         word = strtok_r(NULL, " \t\r\n", &save)) {
        char *bracket = strchr(word, '[');

        if (!strcmp(word, ".align") && (word = strtok_r(NULL, " \t\r\n", &save)))
            align = align ? align : strtoull(word, NULL, 10);
        else if (word[0] == '.' && word[1] && strchr("usbf", word[1]) &&
                 isdigit((unsigned char)word[2]))
            element = strtoull(word + 2, NULL, 10) / 8;
        else if (bracket)
            count = strtoull(bracket + 1, NULL, 10);
    }
    if (count == 1 || !align)
        align = element;
    function->param_bytes = (function->param_bytes + align - 1) / align * align;
    function->offsets[function->params] = function->param_bytes;
    function->sizes[function->params] = element * count;
    function->param_bytes += element * count;
    function->params++;
}

static void params_read(function *function, const char *text)
{
    const char *end;

    function->offsets = calloc(PARAMS_MAX, sizeof *function->offsets);
    function->sizes = calloc(PARAMS_MAX, sizeof *function->sizes);
    if (*text != '(' || !(end = strchr(text, ')')))
        return;
    while (text < end && function->params < PARAMS_MAX) {
        const char *stop = text + 1 + strcspn(text + 1, ",)");

        if (strstr(text, ".param") && strstr(text, ".param") < stop)
            param_add(function, text + 1, (size_t)(stop - text - 1));
        text = stop;
    }
}

/* ------------------------------------------------------------------ modules */

static int is_binary(const unsigned char *image)
{
    return !memcmp(image, "\x7f" "ELF", 4) || !memcmp(image, "\x50\xed\x55\xba", 4);
}

static int refuse_ptx(const char *missing, char *log, uint64_t log_bytes)
{
    if (log && log_bytes)
        snprintf(log, log_bytes, "stand-in: the text has no %s directive\n", missing);
    return INVALID_PTX;
}

int module_load(void **handle, const void *image, char *log, uint64_t log_bytes)
{
    module *made;

    if (!image)
        return INVALID_VALUE;
    if (!is_binary(image)) {
        if (!strstr(image, ".version"))
            return refuse_ptx(".version", log, log_bytes);
        if (!strstr(image, ".target"))
            return refuse_ptx(".target", log, log_bytes);
    }
    made = object_new(MODULE, sizeof *made);
    made->text = is_binary(image) ? NULL : strdup(image);
    *handle = made;
    return SUCCESS;
}

int module_unload(void *handle)
{
    if (object_check(handle, MODULE))
        return INVALID_HANDLE;
    for (object *one = objects; one; one = one->next)
        if (one->kind == FUNCTION && ((function *)one)->module == handle)
            object_end(one);
    for (variable *one = ((module *)handle)->variables; one; one = one->next)
        memory_variable_end(one->address);
    object_end(handle);
    return SUCCESS;
}

/* The same function of a module has the same handle, as with the driver. */
int function_get(void **handle, void *module_handle, const char *name)
{
    module *module = module_handle;
    const char *params = "";
    function *made;

    if (object_check(module, MODULE))
        return INVALID_HANDLE;
    for (object *one = objects; one; one = one->next)
        if (one->kind == FUNCTION && one->alive && ((function *)one)->module == module &&
            !strcmp(((function *)one)->name, name)) {
            *handle = one;
            return SUCCESS;
        }
    if (module->text && !(params = entry_find(module->text, name)))
        return NOT_FOUND;
    made = object_new(FUNCTION, sizeof *made);
    made->module = module;
    made->name = strdup(name);
    made->shared_bytes_max = SHARED_BYTES_DEFAULT;
    params_read(made, params);
    *handle = made;
    return SUCCESS;
}

int function_nth(void **handle, void *module_handle, unsigned int index)
{
    const module *module = module_handle;
    const char *at;
    char name[512];

    if (object_check(module, MODULE))
        return INVALID_HANDLE;
    at = module->text ? strstr(module->text, ".entry") : NULL;
    for (; at && index; index--)
        at = strstr(at + 1, ".entry");
    if (!at)
        return NOT_FOUND;
    at = skip_space(at + strlen(".entry"));
    snprintf(name, sizeof name, "%.*s", (int)word_length(at), at);
    return function_get(handle, module_handle, name);
}

/* `.global .align 4 .b8 name[64]` or `.global .u32 name`: its bytes, or 0. */
static uint64_t variable_bytes(const char *text, const char *name)
{
    for (const char *at = strstr(text, ".global"); at; at = strstr(at + 1, ".global")) {
        char copy[512], *save = NULL;
        uint64_t element = 1, count = 1;

        snprintf(copy, sizeof copy, "%.*s", (int)strcspn(at, ";="), at);
        for (char *word = strtok_r(copy, " \t\r\n", &save); word;
             word = strtok_r(NULL, " \t\r\n", &save)) {
            char *bracket = strchr(word, '[');

            if (word[0] == '.' && word[1] && strchr("usbf", word[1]) &&
                isdigit((unsigned char)word[2]))
                element = strtoull(word + 2, NULL, 10) / 8;
            if (bracket) {
                count = strtoull(bracket + 1, NULL, 10);
                *bracket = 0;
            }
            if (!strcmp(word, name))
                return element * count;
        }
    }
    return 0;
}

int variable_get(uint64_t *address, uint64_t *bytes, void *handle, const char *name)
{
    module *module = handle;
    variable *made;
    uint64_t size;

    if (object_check(module, MODULE))
        return INVALID_HANDLE;
    for (const variable *one = module->variables; one; one = one->next)
        if (!strcmp(one->name, name)) {
            *address = one->address;
            *bytes = one->bytes;
            return SUCCESS;
        }
    size = module->text ? variable_bytes(module->text, name) : 0;
    if (!size)
        return NOT_FOUND;
    made = calloc(1, sizeof *made);
    *made = (variable){.next = module->variables, .name = strdup(name), .bytes = size,
                       .address = memory_variable(size)};
    module->variables = made;
    *address = made->address;
    *bytes = size;
    return SUCCESS;
}

/* ------------------------------------------------------------------ launches */

static int extra_check(const function *function, void **extra)
{
    const unsigned char *buffer = NULL;
    size_t bytes = 0;

    for (; extra && extra[0]; extra += 2) {
        if (extra[0] == (void *)1)
            buffer = extra[1];
        else if (extra[0] == (void *)2)
            bytes = *(const size_t *)extra[1];
        else
            violation("launch: unknown word in extra");
    }
    describe(" params ");
    for (size_t i = 0; i < bytes; i++)
        describe("%02x", buffer[i]);
    return bytes == function->param_bytes ? SUCCESS : LAUNCH_OUT_OF_RESOURCES;
}

int launch_check(function *function, const unsigned int grid[3], const unsigned int block[3],
                 unsigned int shared_bytes, void **params, void **extra)
{
    uint64_t threads = (uint64_t)block[0] * block[1] * block[2];

    if (object_check(function, FUNCTION))
        return INVALID_HANDLE;
    describe("%s grid %u,%u,%u block %u,%u,%u shared %u", function->name, grid[0], grid[1],
             grid[2], block[0], block[1], block[2], shared_bytes);
    if (!function->loaded && !native_program())
        violation("%s launched before cuFuncLoad", function->name);
    if (params)
        violation("%s launched with unpacked parameters", function->name);
    if (!grid[0] || !grid[1] || !grid[2] || !threads || threads > THREADS_MAX)
        return INVALID_VALUE;
    if (shared_bytes > (unsigned int)function->shared_bytes_max)
        return INVALID_VALUE;
    return extra_check(function, extra);
}
