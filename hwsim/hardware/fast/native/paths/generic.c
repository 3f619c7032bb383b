/* Any processor: plain C, in vectors that a compiler makes of whatever there is. */
#include "common.h"

static bool runs_here(void) { return true; }

#define PATH generic

enum { LANES = 4 };
typedef uint32_t words_t __attribute__((vector_size(16), aligned(4), may_alias));

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

/* Products of bytes in 16 bits: of the even bytes of a quad, and of its odd ones, added to that.

   Exact: two are at most 2 * 255 * 127 < 2**16, and as many quads of them are added up before they
   are widened as `most` lets fit 16 bits without a sign. */
enum { FULL_ROWS = 4, WIDE_VECTORS = 2, NARROW_VECTORS = 2, MOST_PRODUCT = 255 * 127 };
typedef uint16_t partial_t __attribute__((vector_size(16)));

typedef struct {
    partial_t even, odd;
} bytes_t;

static INLINE size_t quads_together(uint32_t most) { return UINT16_MAX / (2 * most); }

static INLINE bytes_t load_codes(const int8_t *codes)
{
    const partial_t both = (partial_t)*(const words_t *)codes;
    return (bytes_t){both & 255, both >> 8};
}

static INLINE bytes_t splat_quad(const uint8_t *kernel)
{
    const uint32_t quad = (uint32_t)quad_of(kernel), even = 0x00FF00FF;
    return (bytes_t){(partial_t)splat_word(quad & even), (partial_t)splat_word(quad >> 8 & even)};
}

static INLINE partial_t no_partial(void) { return (partial_t){0}; }

static INLINE partial_t add_quad(partial_t sum, bytes_t kernel, bytes_t codes)
{
    return sum + kernel.even * codes.even + kernel.odd * codes.odd;
}

static INLINE void put_partial(partial_t sum, int32_t *out, bool add)
{
    const words_t pairs = (words_t)sum;
    words_t *here = (words_t *)out;
    *here = (pairs & splat_word(UINT16_MAX)) + (pairs >> 16) + (add ? *here : (words_t){0});
}

#include "adders.h"
#include "stages.h"
#include "table.h"
