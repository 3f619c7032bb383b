/* ACCUMULATE and THRESHOLD: what `sums.h` does for either type of sums, and byte products of all
   patterns. */

#define SUM int32_t
#define S(name) name##_32
#include "sums.h"
#undef SUM
#undef S
#define SUM int64_t
#define S(name) name##_64
#include "sums.h"
#undef SUM
#undef S

#include "folded.h"
#include "planes.h"

static inline size_t sum_bytes(const struct image *image) { return image->wide_sums ? 8 : 4; }

static inline void *products_row(const struct image *image, const struct buffers *buffers,
                                 int64_t row)
{
    return (char *)buffers->products + (size_t)(row * image->width) * sum_bytes(image);
}

static inline void clear_row(const struct image *image, const struct buffers *buffers, int64_t row)
{
    memset(products_row(image, buffers, row), 0, (size_t)image->width * sum_bytes(image));
}

/* Add value * codes[m] to a row of products, plane by plane. */
static inline void add_planes(const struct image *image, void *sums, int64_t m, int64_t value)
{
    for (int64_t plane = 0; plane < image->weight_bits; plane++) {
        const uint64_t *bits = plane_row(image, m, plane);
        const int64_t worth = value * image->plane_weights[plane];
        if (image->wide_sums) {
            add_bits_64(sums, bits, worth, image->offset_words);
        } else {
            add_bits_32(sums, bits, (int32_t)worth, image->offset_words);
        }
    }
}

/* Add value * codes[m] to a row of products. */
static inline void add_row(const struct image *image, void *sums, int64_t m, int64_t value)
{
    const int64_t neurons = image->neurons;
    const uint8_t *narrow = (const uint8_t *)image->codes + m * neurons;
    const uint16_t *wide = (const uint16_t *)image->codes + m * neurons;
    if (image->packed) {
        add_planes(image, sums, m, value);
    } else if (image->wide_codes) {
        if (image->wide_sums) {
            add_row16_64(sums, wide, value, neurons);
        } else {
            add_row16_32(sums, wide, (int32_t)value, neurons);
        }
    } else if (image->wide_sums) {
        add_row8_64(sums, narrow, value, neurons);
    } else {
        add_row8_32(sums, narrow, (int32_t)value, neurons);
    }
}

/* The chosen queries' states to the signs of their fields, from the first rows of products. */
static void threshold(const struct image *image, struct buffers *buffers, const int64_t *chosen,
                      int64_t count)
{
    for (int64_t r = 0; r < count; r++) {
        const int64_t q = chosen[r];
        const void *row = products_row(image, buffers, r);
        uint64_t *state = buffers->running + q * image->state_words;
        buffers->flips[q] += image->wide_sums
                                 ? threshold_row_64(image, row, buffers->sums[q], state)
                                 : threshold_row_32(image, row, buffers->sums[q], state);
    }
}

/* One slice of the codes by one byte of the kernel values. */
struct pass {
    int64_t slice;
    const uint8_t *kernel;
    int64_t scale; /* what one unit of the pair is worth */
    uint32_t most; /* largest product of the pair */
    bool more;     /* whether to add to what is there */
};

/* The part of a pass that one call of `products` does. */
struct part {
    int64_t start, quads; /* of patterns */
    int64_t first, width; /* neurons, a tile's */
    int64_t query, rows;
};

/* Rows that are made for so many queries: three are done as eight. */
static inline int64_t all_rows(int64_t queries)
{
    return queries > 2 ? (queries + ROWS - 1) / ROWS * ROWS : queries;
}

static void add_part(const struct image *image, struct buffers *buffers, const struct pass *pass,
                     struct part part, const int8_t *codes)
{
    const int64_t stride = image->depth, width = part.width;
    const uint8_t *kernel = pass->kernel + part.query * stride + part.start * 4;
    const bool more = pass->more || part.start > 0;
    if (pass->scale == 1 && !image->wide_sums) {
        int32_t *out = (int32_t *)products_row(image, buffers, part.query) + part.first;
        products(codes, kernel, (size_t)stride, (size_t)part.quads, (size_t)part.rows,
                 (size_t)width, pass->most, out, (size_t)image->width, more);
        return;
    }
    int32_t block[TOGETHER * WIDE_TILE];
    products(codes, kernel, (size_t)stride, (size_t)part.quads, (size_t)part.rows, (size_t)width,
             pass->most, block, (size_t)width, false);
    for (int64_t row = 0; row < part.rows; row++) {
        void *out = products_row(image, buffers, part.query + row);
        if (image->wide_sums) {
            add_scaled_64((int64_t *)out + part.first, block + row * width, pass->scale, width,
                          more);
        } else {
            add_scaled_32((int32_t *)out + part.first, block + row * width, (int32_t)pass->scale,
                          width, more);
        }
    }
}

/* A part's codes: from where they lie, or as bytes in `expanded`. */
static inline const int8_t *codes_of(const struct image *image, const struct pass *pass,
                                     const struct part *part, int8_t *expanded)
{
    if (image->packed) {
        expand(image, pass->slice, part->start, part->quads, part->first, part->width, expanded);
        return expanded;
    }
    const int64_t before = part->first * image->depth + part->start * part->width * 4;
    const int8_t *here =
        image->code_tiles + pass->slice * image->slice_bytes + before * image->code_bits / 8;
    if (image->code_bits == 8) {
        return here;
    }
    unfold(image, here, part->quads * part->width * 4, expanded);
    return expanded;
}

/* All queries meet a part's codes. */
static void add_tile(const struct image *image, struct buffers *buffers, const struct pass *pass,
                     struct part part, int64_t queries)
{
    int8_t expanded[SPAN * WIDE_TILE] __attribute__((aligned(64)));
    const int8_t *codes = codes_of(image, pass, &part, expanded);
    const int64_t rows = all_rows(queries);
    for (part.query = 0; part.query < rows; part.query += part.rows) {
        part.rows = queries > 2 ? smallest(rows - part.query, TOGETHER) : 1;
        add_part(image, buffers, pass, part, codes);
    }
}

/* ACCUMULATE of so many queries by one pass: tile by tile, a span of patterns at a time, or for codes
   made from planes a span at a time, tile by tile. */
static void add_pass(const struct image *image, struct buffers *buffers, const struct pass *pass,
                     int64_t queries)
{
    const int64_t all = image->depth / 4;
    const int64_t span = (image->packed ? PACKED_SPAN : image->span) / 4;
    const int64_t round = image->packed ? span : all; /* what all tiles see before the next one */
    for (int64_t begin = 0; begin < all; begin += round) {
        struct part part = {.first = 0};
        for (int64_t tile = 0; tile < image->tiles; tile++) {
            part.width = image->widths[tile];
            const int64_t end = smallest(begin + round, all);
            for (part.start = begin; part.start < end; part.start += span) {
                part.quads = smallest(end - part.start, span);
                add_tile(image, buffers, pass, part, queries);
            }
            part.first += part.width;
        }
    }
}

/* ACCUMULATE of so many queries, by byte products, into the first rows of products. */
static void multiply_bytes(const struct image *image, struct buffers *buffers, int64_t queries)
{
    const int64_t size = (queries + ROWS - 1) / ROWS * ROWS * image->depth;
    begin_products(queries > 2 ? ROWS : 1, (size_t)image->depth / 4);
    for (int64_t slice = 0; slice < image->slices; slice++) {
        for (int64_t byte = 0; byte < image->kernel_bytes; byte++) {
            const struct pass pass = {
                .slice = slice,
                .kernel = buffers->kernel + byte * size,
                .scale = image->scales[slice] << 8 * byte,
                .most = (uint32_t)image->most[slice],
                .more = slice > 0 || byte > 0,
            };
            add_pass(image, buffers, &pass, queries);
        }
    }
    end_products();
}
