/* Codes of an image too large for tiles of bytes, made from its packed planes where they are used:
   a tile's span just before all queries of a block meet it, in a buffer that stays in the
   first-level cache. */

enum {
    QUAD_BYTES = 32,   /* eight neurons of four patterns */
    PACKED_SPAN = 128, /* patterns: so few rows stay in the caches while all tiles are made of them,
                          also where rows are so long that they fall into few of a cache's sets */
    MOST_PLANES = 9,   /* B, and one that is not taken */
    MOST_WORDS = 1024, /* of 64 neurons */
};

typedef uint8_t quads_t __attribute__((vector_size(QUAD_BYTES)));
typedef uint32_t splat_t __attribute__((vector_size(QUAD_BYTES)));

/* Byte 4 * i + j is a bit of its own of the bits of eight neurons of pattern j: neuron i's. */
static const quads_t NEURON_BITS = {
    1,  1,  1,  1,  2,  2,  2,  2,  4,  4,  4,  4,  8,   8,   8,   8,
    16, 16, 16, 16, 32, 32, 32, 32, 64, 64, 64, 64, 128, 128, 128, 128,
};

/* The words of one plane of a pattern; m is below `patterns`. */
static inline const uint64_t *plane_row(const struct image *image, int64_t m, int64_t plane)
{
    return image->planes + (m * image->weight_bits + plane) * image->offset_words;
}

/* Eight neurons' bits of four patterns, from a multiple of 8 on; pattern j's in byte j. */
static inline uint32_t eight_bits(const uint64_t *const rows[4], int64_t neuron)
{
    const int64_t word = neuron / WORD, shift = neuron % WORD;
    uint32_t four = 0;
    for (int j = 0; j < 4; j++) {
        four |= (uint32_t)(rows[j][word] >> shift & 255) << 8 * j;
    }
    return four;
}

/* A plane of a slice, of four patterns. */
struct plane {
    const uint64_t *rows[4];
    uint8_t weight;
};

/* A tile's codes of four patterns: of each plane its weight where its bit is 1. */
static inline void expand_quad(const struct plane *planes, int64_t count, int64_t first,
                               int64_t width, int8_t *codes)
{
    for (int64_t i = 0; i < width; i += 8) {
        quads_t out = {0};
        for (int64_t p = 0; p < count; p++) {
            const quads_t bits = (quads_t)((splat_t){0} + eight_bits(planes[p].rows, first + i));
            out += (quads_t)((bits & NEURON_BITS) != 0) & planes[p].weight;
        }
        memcpy(codes + i * 4, &out, QUAD_BYTES);
    }
}

/* A span of a tile's codes in one slice, as `paths.h` lays them out; past P they are 0.

   Quads count from `start`, neurons from `first`. */
static void expand(const struct image *image, int64_t slice, int64_t start, int64_t quads,
                   int64_t first, int64_t width, int8_t *codes)
{
    static const uint64_t none[MOST_WORDS];
    const uint8_t *weights = image->slice_weights + slice * image->weight_bits;
    for (int64_t quad = 0; quad < quads; quad++) {
        struct plane planes[MOST_PLANES];
        int64_t count = 0;
        for (int64_t plane = 0; plane < image->weight_bits; plane++) {
            planes[count].weight = weights[plane];
            for (int64_t j = 0; j < 4; j++) {
                const int64_t m = (start + quad) * 4 + j;
                planes[count].rows[j] = m < image->patterns ? plane_row(image, m, plane) : none;
            }
            count += weights[plane] > 0;
        }
        expand_quad(planes, count, first, width, codes + quad * width * 4);
    }
}
