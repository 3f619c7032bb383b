/* What one path, the code for one kind of processor, gives to the recall loop.

   A path is one file of `paths/`, compiled for its instructions whole: its leaf stages (distances,
   look-up, byte products), then `loop/loop.h`, which is compiled once for each path and calls them.
   Layouts are the same on all paths:

   - Patterns lie in tiles of TILE, word by word: tiles[tile][word][TILE] of 32 bits. A state's
     words lie in the order of the bits, two of 32 bits in one of 64.
   - Distances are rows of `columns` (a multiple of 32), one a query, of 16 bits where
     N < 2**15 and of 32 bits elsewhere.
   - Codes lie in tiles of `width` neurons (48 or 32), four patterns side by side:
     codes[quad][width][4] of signed bytes from 0 to 127; kernel bytes are rows. Of both there are
     `depth` patterns, all columns, and zeros.
   All rows start at cache lines but those of products of 32 neurons; no stage asks for it. */
#ifndef HWSIM_PATHS_H
#define HWSIM_PATHS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    TILE = 16,   /* patterns side by side */
    CHUNK = 16,  /* words of 32 bits whose counts fit a byte: 16 * 8 = 128 */
    SPAN = 1024, /* most patterns in one call of `products`: their sum, at most 1024 * 255 * 127,
                    stays in 32 bits */
};

/* Set (first == 0) or add (first > 0) how many bits of words first to last - 1 differ, of each
   state and each pattern of so many tiles: out[query * columns + tile * TILE + i].
   first is even; last is `words` or even. */
#define DISTANCES(name, type)                                                                  \
    void name(const uint32_t *tiles, size_t tile_count, size_t words, const uint64_t *states,  \
              size_t state_words, size_t queries, size_t first, size_t last, type *out,        \
              size_t columns)

/* out[i] = table[min(distances[i] - origin, entries - 1)], where less than origin counts as past
   the table, whose last entry is 0; returns the sum of what was written. count is a multiple of
   32, entries one of 128, origin at most N. */
#define LOOK_UP(name, type)                                                                    \
    int64_t name(const type *distances, size_t count, uint32_t origin, const uint8_t *table,   \
                 size_t entries, uint8_t *out)

/* Set out[row * out_stride + i], or with `more` add to it, the sum over 4 * quads patterns
   (at most SPAN, quads a multiple of 4) of kernel[row * stride + m] * codes[m][i]; rows is 1 or a
   multiple of 8, width 48 or 32. `most` is at least the largest kernel byte times the largest code,
   and at most the path's `most_product`: the less it is, the more products are added up in 16 bits.

   Before it, begin_products(rows, quads) gets ready for rows and quads that are so many or a multiple;
   end_products() comes behind all. The loop gives 1 or a multiple of ROWS, the path's own. */
#define PRODUCTS(name)                                                                         \
    void name(const int8_t *codes, const uint8_t *kernel, size_t stride, size_t quads,         \
              size_t rows, size_t width, uint32_t most, int32_t *out, size_t out_stride,       \
              bool more)

struct buffers;
struct events;
struct image;
struct queries;
struct results;
struct rules;

struct path {
    const char *name;
    uint32_t most_product; /* of a kernel byte and a code: 255 * 127, or less */
    bool (*runs_here)(void); /* called before all else: some ask the kernel for leave */
    DISTANCES((*distances16), uint16_t);
    DISTANCES((*distances32), uint32_t);
    LOOK_UP((*look_up16), uint16_t);
    LOOK_UP((*look_up32), uint32_t);
    PRODUCTS((*products));
    uint64_t (*peak_words)(size_t turns);
    uint64_t (*peak_products)(size_t turns);
    bool (*recall)(const struct image *image, const struct rules *rules, struct buffers *buffers,
                   const struct queries *queries, const struct results *results,
                   const struct events *events);
    bool (*nearest)(const struct image *image, struct buffers *buffers,
                    const struct queries *queries, int64_t *index, int64_t *distance);
    void (*distances_only)(const struct image *image, struct buffers *buffers,
                           const struct queries *queries, const uint64_t *packed);
    bool (*pack)(const int8_t *spins, int64_t rows, int64_t neurons, int64_t words, uint64_t *out);
    void (*stage)(const struct image *image, struct buffers *buffers, int32_t stage,
                  const int64_t *chosen, int64_t count);
};

#endif
