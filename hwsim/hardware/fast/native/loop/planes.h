/* Codes of an image too large for tiles of bytes, made from its packed planes where they are used:
   a tile's span just before all queries of a block meet it, in a buffer that stays in the
   first-level cache. */

enum { QUAD_BYTES = 32 }; /* eight neurons of four patterns */

typedef uint8_t quads_t __attribute__((vector_size(QUAD_BYTES)));
typedef uint32_t splat_t __attribute__((vector_size(QUAD_BYTES)));

/* Byte 4 * i + j is a bit of its own of the bits of eight neurons of pattern j: neuron i's. */
static const quads_t NEURON_BITS = {1,  1,  1,  1,  2,  2,  2,  2,  4,  4,  4,   4,   8,   8,   8,   8,
                                    16, 16, 16, 16, 32, 32, 32, 32, 64, 64, 64,  64,  128, 128, 128, 128};

/* The words of one plane of a pattern; m is below `patterns`. */
static inline const uint64_t *plane_row(const struct image *image, int64_t m, int64_t plane)
{
    return image->planes + (m * image->weight_bits + plane) * image->offset_words;
}

/* Eight neurons' bits, from a multiple of 8 on. */
static inline uint32_t eight_bits(const uint64_t *row, int64_t neuron)
{
    return row[neuron / WORD] >> neuron % WORD & 255;
}

/* Add to a tile's codes of four patterns those of one plane, `weight` where its bit is 1. */
static inline void add_plane(const uint64_t *const rows[4], uint8_t weight, int64_t first,
                             int64_t width, int8_t *codes)
{
    for (int64_t i = 0; i < width; i += 8) {
        const uint32_t four = eight_bits(rows[0], first + i) |
                              eight_bits(rows[1], first + i) << 8 |
                              eight_bits(rows[2], first + i) << 16 |
                              eight_bits(rows[3], first + i) << 24;
        const quads_t bits = (quads_t)((splat_t){0} + four);
        quads_t out;
        memcpy(&out, codes + i * 4, QUAD_BYTES);
        out += (quads_t)((bits & NEURON_BITS) != 0) & weight;
        memcpy(codes + i * 4, &out, QUAD_BYTES);
    }
}

/* A span of a tile's codes in one slice, as `paths.h` lays them out; past P they are 0.

   Quads count from `start`, neurons from `first`. */
static void expand(const struct image *image, int64_t slice, int64_t start, int64_t quads,
                   int64_t first, int64_t width, int8_t *codes)
{
    static const uint64_t none[1 << 10];
    const uint8_t *weights = image->slice_weights + slice * image->weight_bits;
    memset(codes, 0, (size_t)(quads * width * 4));
    for (int64_t quad = 0; quad < quads; quad++) {
        const int64_t m = (start + quad) * 4;
        for (int64_t plane = 0; plane < image->weight_bits; plane++) {
            if (weights[plane] == 0) {
                continue;
            }
            const uint64_t *rows[4];
            for (int64_t j = 0; j < 4; j++) {
                rows[j] = m + j < image->patterns ? plane_row(image, m + j, plane) : none;
            }
            add_plane(rows, weights[plane], first, width, codes + quad * width * 4);
        }
    }
}
