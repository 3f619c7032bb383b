/* A path's stages for whoever writes to stdin: for processors that are emulated, and for code that
   a sanitizer watches.

   A request is the stage's number, the path's index, and how many values follow. A value is -1 and
   a number, or how many bytes an array has, and these. The answer is what the stage returns, then
   all arrays, which lie here just as long as they are. Numbers have 64 bits. */
#define _POSIX_C_SOURCE 200112L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "interface.h"
#include "operands.h"
#include "paths.h"

enum { MOST_VALUES = 160, ALIGNMENT = 64 };

static int64_t values[MOST_VALUES]; /* numbers, and addresses of arrays */
static int64_t sizes[MOST_VALUES];  /* bytes of the arrays, -1 of numbers */

#define ARRAY(index, type) ((type *)(uintptr_t)values[index])
#define NUMBER(index) ((size_t)values[index])

static void get(void *to, size_t bytes)
{
    if (fread(to, 1, bytes, stdin) != bytes) {
        exit(feof(stdin) ? 0 : 1);
    }
}

static int64_t get_number(void)
{
    int64_t number;
    get(&number, sizeof number);
    return number;
}

static void put(const void *from, size_t bytes)
{
    if (fwrite(from, 1, bytes, stdout) != bytes) {
        exit(1);
    }
}

static void get_value(int index)
{
    sizes[index] = get_number();
    if (sizes[index] < 0) {
        values[index] = get_number();
        return;
    }
    void *array = NULL; /* aligned_alloc would have it longer */
    if (posix_memalign(&array, ALIGNMENT, (size_t)sizes[index]) != 0) {
        exit(1);
    }
    get(array, (size_t)sizes[index]);
    values[index] = (int64_t)(uintptr_t)array;
}

/* Copy the next values into the fields of a struct, which all have 64 bits. */
static void get_struct(void *to, size_t bytes, size_t *next)
{
    memcpy(to, &values[*next], bytes);
    *next += bytes / sizeof values[0];
}

static int64_t recall(const struct path *path)
{
    struct image image;
    struct rules rules;
    struct buffers buffers;
    struct queries queries;
    struct results results;
    struct events events;
    size_t next = 1; /* behind whether there are rules */
    get_struct(&image, sizeof image, &next);
    if (values[0]) {
        get_struct(&rules, sizeof rules, &next);
    }
    get_struct(&buffers, sizeof buffers, &next);
    get_struct(&queries, sizeof queries, &next);
    get_struct(&results, sizeof results, &next);
    if (values[0]) {
        get_struct(&events, sizeof events, &next);
    }
    return path->recall(&image, values[0] ? &rules : NULL, &buffers, &queries, &results, &events);
}

static int64_t answer(int64_t stage, const struct path *path)
{
    switch (stage) {
    case 0:
        return path->runs_here();
    case 1:
        return path->most_product;
    case 16:
        path->distances16(ARRAY(0, uint32_t), NUMBER(1), NUMBER(2), ARRAY(3, uint64_t), NUMBER(4),
                          NUMBER(5), NUMBER(6), NUMBER(7), ARRAY(8, uint16_t), NUMBER(9));
        return 0;
    case 32:
        path->distances32(ARRAY(0, uint32_t), NUMBER(1), NUMBER(2), ARRAY(3, uint64_t), NUMBER(4),
                          NUMBER(5), NUMBER(6), NUMBER(7), ARRAY(8, uint32_t), NUMBER(9));
        return 0;
    case 116:
        return path->look_up16(ARRAY(0, uint16_t), NUMBER(1), (uint32_t)NUMBER(2),
                               ARRAY(3, uint8_t), NUMBER(4), ARRAY(5, uint8_t));
    case 132:
        return path->look_up32(ARRAY(0, uint32_t), NUMBER(1), (uint32_t)NUMBER(2),
                               ARRAY(3, uint8_t), NUMBER(4), ARRAY(5, uint8_t));
    case 200:
        path->products(ARRAY(0, int8_t), ARRAY(1, uint8_t), NUMBER(2), NUMBER(3), NUMBER(4),
                       NUMBER(5), (uint32_t)NUMBER(6), ARRAY(7, int32_t), NUMBER(8),
                       NUMBER(9) != 0);
        return 0;
    case 300:
        return recall(path);
    default:
        exit(1);
    }
}

int main(void)
{
    for (int index = 0; hwsim_paths[index] != NULL; index++) {
        hwsim_paths[index]->runs_here(); /* which asks the kernel where a path needs its leave */
    }
    for (;;) {
        const int64_t stage = get_number();
        const struct path *path = hwsim_paths[get_number()];
        const int64_t count = get_number();
        if (count > MOST_VALUES) {
            return 1;
        }
        for (int index = 0; index < count; index++) {
            get_value(index);
        }
        const int64_t result = answer(stage, path);
        put(&result, sizeof result);
        for (int index = 0; index < count; index++) {
            if (sizes[index] >= 0) {
                put(ARRAY(index, void), (size_t)sizes[index]);
                free(ARRAY(index, void));
            }
        }
        fflush(stdout);
    }
}
