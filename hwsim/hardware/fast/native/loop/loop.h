/* The recall loop: each path's file includes it once, behind its own leaf stages, so that it is
   compiled for that path's instructions. What a stage is: `hwsim.hardware.spec`, whose results,
   counts and events these are, bit by bit.

   Before it: `paths.h`, static functions distances16, distances32, look_up16, look_up32,
   begin_products, products and end_products, and ROWS. */
#include <string.h>

#include "bits.h"
#include "../interface.h"

enum {
    VECTOR = 32,     /* distances at a time; a row has whole ones */
    WIDE_TILE = 48,  /* neurons in the widest tile */
    TOGETHER = 256,  /* most queries whose products one call makes, a multiple of any ROWS */
    INDEX_BITS = 32, /* below a bound, on the shortlist */
    FEW = 3,         /* patterns of a vector that are completed sooner one by one */
};

/* A query's row of `found`: the smallest distance, the largest one that counts (or -1), groups
   active, patterns in them, and about how many kernel values are not 0. */
enum found { SMALLEST, CUT, GROUPS, VALUES, NONZERO, FOUND };

/* The rules that end a step, in `ended`. */
enum rule { BY_RADIUS = 1, BY_WINNER = 2 };

/* Groups looked up for their kernel sum alone, and patterns in them. */
struct loaded {
    int64_t groups, patterns, sum;
};

static inline int64_t smallest(int64_t a, int64_t b) { return a < b ? a : b; }

static inline int64_t largest(int64_t a, int64_t b) { return a > b ? a : b; }

/* Where a group's distances end in a row, padding included: a multiple of 8 behind its start. */
static inline int64_t group_stop(const struct image *image, int64_t group)
{
    const int64_t stop = (group + 1) * image->lanes;
    return stop < image->columns ? stop : image->columns;
}

/* The counter's value, which then grows by one: no two threads get the same. */
static inline int64_t take(int64_t *counter)
{
    return __atomic_fetch_add(counter, 1, __ATOMIC_RELAXED);
}

#include "spins.h"
#include "products.h"

/* Take the next block of queries, and make them all run; returns how many, and from which on. If
   a spin is not sound, nobody takes any more. */
static int64_t take_block(const struct image *image, struct buffers *buffers,
                          const struct queries *queries, int64_t *first, bool *sound)
{
    *first = smallest(take(queries->counter) * queries->block, queries->total);
    const int64_t size = smallest(queries->block, queries->total - *first);
    *sound &= pack(queries->spins + *first * image->neurons, size, image->neurons,
                   image->state_words, buffers->running);
    if (!*sound) {
        __atomic_store_n(queries->counter, queries->total, __ATOMIC_RELAXED);
        return 0;
    }
    for (int64_t row = 0; row < size; row++) {
        buffers->live[row] = row;
    }
    return size;
}

#define DISTANCE uint16_t
#define PADDING UINT16_MAX
#define D(name) name##16
#include "select.h"
#include "step.h"
#include "search.h"
#include "ruled.h"
#include "run.h"
#undef DISTANCE
#undef PADDING
#undef D
#define DISTANCE uint32_t
#define PADDING UINT32_MAX
#define D(name) name##32
#include "select.h"
#include "step.h"
#include "search.h"
#include "ruled.h"
#include "run.h"
#undef DISTANCE
#undef PADDING
#undef D

static bool recall(const struct image *image, const struct rules *rules, struct buffers *buffers,
                   const struct queries *queries, const struct results *results,
                   const struct events *events)
{
    return (image->wide_distances ? recall32 : recall16)(image, rules, buffers, queries, results,
                                                         events);
}

static bool nearest(const struct image *image, struct buffers *buffers,
                    const struct queries *queries, int64_t *index, int64_t *distance)
{
    return (image->wide_distances ? nearest32 : nearest16)(image, buffers, queries, index,
                                                           distance);
}

static void distances_only(const struct image *image, struct buffers *buffers,
                           const struct queries *queries, const uint64_t *packed)
{
    (image->wide_distances ? distances_only32 : distances_only16)(image, buffers, queries, packed);
}

/* One stage of a step alone: `interface.h` says which. */
static void stage(const struct image *image, struct buffers *buffers, int32_t stage,
                  const int64_t *chosen, int64_t count)
{
    switch (stage) {
    case STAGE_DISTANCE:
        (image->wide_distances ? measure32 : measure16)(image, buffers, count, image->head);
        break;
    case STAGE_SELECT:
        (image->wide_distances ? select32 : select16)(image, buffers, count);
        break;
    case STAGE_LOOK_UP:
        (image->wide_distances ? look_up_kernel32 : look_up_kernel16)(image, buffers, chosen,
                                                                      count);
        break;
    case STAGE_MULTIPLY:
        multiply_bytes(image, buffers, count);
        break;
    case STAGE_ROWS:
        (image->wide_distances ? skip_zeros32 : skip_zeros16)(image, buffers, chosen, count);
        break;
    case STAGE_THRESHOLD:
        threshold(image, buffers, chosen, count);
        break;
    }
}
