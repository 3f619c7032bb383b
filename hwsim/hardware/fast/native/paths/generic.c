/* Any processor: plain C, in vectors that a compiler makes of whatever there is. */
#include "common.h"

static bool runs_here(void) { return true; }

#define PATH generic

enum { LANES = 4 };
typedef uint32_t words_t __attribute__((vector_size(16), aligned(4), may_alias));
typedef uint16_t products_t __attribute__((vector_size(16)));

#include "logic.h"

static INLINE words_t splat_word(uint32_t word) { return (words_t){word, word, word, word}; }

static INLINE void put_tile16(const words_t *counts, uint16_t *out, bool add)
{
    for (size_t i = 0; i < TILE; i++)
        out[i] = (uint16_t)(counts[i / LANES][i % LANES] + (add ? out[i] : 0));
}

/* `weight` times the set bits of every byte: of its pairs of bits, then its halves, then itself. */
static INLINE words_t popcount_bytes(words_t vector, const int weight)
{
    const words_t twos = vector - (vector >> 1 & splat_word(0x55555555));
    const words_t fours = (twos & splat_word(0x33333333)) + (twos >> 2 & splat_word(0x33333333));
    return ((fours + (fours >> 4)) & splat_word(0x0F0F0F0F)) * (uint32_t)weight;
}

static INLINE words_t sum_each_word(words_t bytes)
{
    const words_t pairs = (bytes & splat_word(0x00FF00FF)) + (bytes >> 8 & splat_word(0x00FF00FF));
    return (pairs & splat_word(0xFFFF)) + (pairs >> 16);
}

static INLINE bool has_vectors_for(size_t entries) { return (void)entries, false; }

static INLINE int64_t look_up_vectors(const uint16_t *distances, size_t count, uint32_t origin,
                                      const uint8_t *table, size_t entries, uint8_t *out)
{
    return (void)distances, (void)count, (void)origin, (void)table, (void)entries, (void)out, 0;
}

/* Products of bytes in 16 bits each.

   Exact: one is at most MOST_PRODUCT = 32385 < 2**16, and as many of them are added up before they
   are widened as `most` lets fit 16 bits without a sign. */
enum { FULL_ROWS = 4, WIDE_VECTORS = 1, NARROW_VECTORS = 1, MOST_PRODUCT = 255 * 127 };

static INLINE size_t quads_together(uint32_t most) { return UINT16_MAX / most; }

typedef struct {
    products_t lower, upper; /* of two neurons each, four patterns of either */
} halves_t;
typedef halves_t bytes_t;
typedef halves_t partial_t;
typedef uint8_t eight_t __attribute__((vector_size(8)));

static INLINE products_t wide_of(const void *bytes)
{
    eight_t eight;
    memcpy(&eight, bytes, sizeof eight);
    return __builtin_convertvector(eight, products_t);
}

static INLINE bytes_t load_codes(const int8_t *codes)
{
    return (bytes_t){wide_of(codes), wide_of(codes + 8)};
}

static INLINE bytes_t splat_quad(const uint8_t *kernel)
{
    const int32_t twice[2] = {quad_of(kernel), quad_of(kernel)};
    const products_t wide = wide_of(twice);
    return (bytes_t){wide, wide};
}

static INLINE partial_t no_partial(void) { return (partial_t){{0}, {0}}; }

static INLINE partial_t add_quad(partial_t sum, bytes_t kernel, bytes_t codes)
{
    return (partial_t){sum.lower + kernel.lower * codes.lower,
                       sum.upper + kernel.upper * codes.upper};
}

static INLINE int32_t sum_four(products_t products, size_t first)
{
    return products[first] + products[first + 1] + products[first + 2] + products[first + 3];
}

static INLINE void put_partial(partial_t sum, int32_t *out, bool add)
{
    const int32_t sums[LANES] = {sum_four(sum.lower, 0), sum_four(sum.lower, 4),
                                 sum_four(sum.upper, 0), sum_four(sum.upper, 4)};
    for (size_t i = 0; i < LANES; i++)
        out[i] = sums[i] + (add ? out[i] : 0);
}

#include "adders.h"
#include "stages.h"
#include "table.h"
