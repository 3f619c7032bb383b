/* Vectors of 512 bits, and the stages that are the same on all paths with AVX-512 BW. */
#ifndef HWSIM_VECTORS512_H
#define HWSIM_VECTORS512_H

#include <immintrin.h>

#include "common.h"

enum { LANES = 16 };
typedef uint32_t words_t __attribute__((vector_size(64), aligned(4), may_alias));

static INLINE words_t splat_word(uint32_t word) { return (words_t)_mm512_set1_epi32((int)word); }

/* Write a tile's counts, or add them to what is there. */
static INLINE void put_tile16(const words_t *counts, uint16_t *out, bool add)
{
    __m256i narrow = _mm512_cvtepi32_epi16((__m512i)counts[0]);
    if (add)
        narrow = _mm256_add_epi16(narrow, _mm256_loadu_si256((const __m256i *)out));
    _mm256_storeu_si256((__m256i *)out, narrow);
}

enum { BLOCK_ENTRIES = 128, MOST_BLOCKS = 6 }; /* more take longer than loads do */

/* The words, of two entries each, which hold the entries of these indices in a block. */
static INLINE __m512i pick(const uint8_t *block, __m512i halves)
{
    return _mm512_permutex2var_epi16(_mm512_loadu_si512(block), halves,
                                     _mm512_loadu_si512(block + 64));
}

/* Look up 32 distances at a time by permutation: one takes any of 64 words, 128 entries. */
static INLINE int64_t look_up_vectors(const uint16_t *distances, size_t count, uint32_t origin,
                                      const uint8_t *table, size_t entries, uint8_t *out)
{
    const __m512i origins = _mm512_set1_epi16((short)origin);
    const __m512i lasts = _mm512_set1_epi16((short)(entries - 1));
    const __m512i low_byte = _mm512_set1_epi16(255);
    __m512i total = _mm512_setzero_si512();
    for (size_t i = 0; i < count; i += 32) {
        const __m512i moved = _mm512_sub_epi16(_mm512_loadu_si512(distances + i), origins);
        const __m512i indices = _mm512_min_epu16(moved, lasts);
        const __m512i halves = _mm512_srli_epi16(indices, 1); /* six bits are taken */
        __m512i picked = pick(table, halves);
        for (size_t block = 1; block < entries / BLOCK_ENTRIES; block++) {
            const __mmask32 mine = _mm512_cmpeq_epi16_mask(_mm512_srli_epi16(indices, 7),
                                                           _mm512_set1_epi16((short)block));
            picked = _mm512_mask_mov_epi16(picked, mine, pick(table + block * BLOCK_ENTRIES, halves));
        }
        const __m512i shift = _mm512_slli_epi16(_mm512_and_si512(indices, _mm512_set1_epi16(1)), 3);
        const __m512i values = _mm512_and_si512(_mm512_srlv_epi16(picked, shift), low_byte);
        _mm256_storeu_si256((__m256i *)(out + i), _mm512_cvtepi16_epi8(values));
        total = _mm512_add_epi64(total, _mm512_sad_epu8(values, _mm512_setzero_si512()));
    }
    return _mm512_reduce_add_epi64(total);
}

static INLINE bool has_vectors_for(size_t entries)
{
    return entries <= MOST_BLOCKS * BLOCK_ENTRIES;
}

/* Four bytes times four bytes, added to 32 bits: exact, a product is at most 255 * 127. */
enum { FULL_ROWS = 8, WIDE_VECTORS = 3, NARROW_VECTORS = 2, MOST_PRODUCT = 255 * 127 };
typedef __m512i bytes_t;
typedef __m512i partial_t;

static INLINE size_t quads_together(uint32_t most) { return (void)most, SPAN / 4; }
static INLINE bytes_t load_codes(const int8_t *codes) { return _mm512_loadu_si512(codes); }
static INLINE bytes_t splat_quad(const uint8_t *kernel) { return _mm512_set1_epi32(quad_of(kernel)); }
static INLINE partial_t no_partial(void) { return _mm512_setzero_si512(); }
static INLINE partial_t add_quad(partial_t sum, bytes_t kernel, bytes_t codes)
{
    return _mm512_dpbusd_epi32(sum, kernel, codes);
}
static INLINE void put_partial(partial_t sum, int32_t *out, bool add)
{
    _mm512_storeu_si512(out, add ? _mm512_add_epi32(sum, _mm512_loadu_si512(out)) : sum);
}

#endif
