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

/* How many of so many queries the next call takes: three are done as eight. */
static inline int64_t rows_together(int64_t queries)
{
    return queries > 2 ? smallest((queries + ROWS - 1) / ROWS * ROWS, TOGETHER) : 1;
}

static void add_part(const struct image *image, struct buffers *buffers, const struct pass *pass,
                     struct part part, const int8_t *codes)
{
    const int64_t stride = image->columns, width = part.width;
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

/* ACCUMULATE of so many queries by one pass: a span of patterns at a time, tile by tile. */
static void add_pass(const struct image *image, struct buffers *buffers, const struct pass *pass,
                     int64_t queries)
{
    int8_t expanded[PACKED_SPAN * WIDE_TILE] __attribute__((aligned(64)));
    struct part part;
    const int64_t span = (image->packed ? PACKED_SPAN : SPAN) / 4;
    for (part.start = 0; part.start < image->columns / 4; part.start += span) {
        part.quads = smallest(image->columns / 4 - part.start, span);
        part.first = 0;
        for (int64_t tile = 0; tile < image->tiles; tile++) {
            part.width = image->widths[tile];
            const int8_t *codes = expanded;
            if (image->packed) {
                expand(image, pass->slice, part.start, part.quads, part.first, part.width,
                       expanded);
            } else {
                codes = image->code_tiles + pass->slice * image->slice_bytes +
                        part.first * image->columns + part.start * part.width * 4;
            }
            for (part.query = 0; part.query < queries; part.query += part.rows) {
                part.rows = rows_together(queries - part.query);
                add_part(image, buffers, pass, part, codes);
            }
            part.first += part.width;
        }
    }
}

/* ACCUMULATE of so many queries, by byte products, into the first rows of products. */
static void multiply_bytes(const struct image *image, struct buffers *buffers, int64_t queries)
{
    const int64_t size = (queries + ROWS - 1) / ROWS * ROWS * image->columns;
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
}
