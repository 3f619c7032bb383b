/* Vectors of 256 bits, and the stages that are the same on all paths with AVX2. */
#ifndef HWSIM_VECTORS256_H
#define HWSIM_VECTORS256_H

#include <immintrin.h>

#include "common.h"

enum { LANES = 8 };
typedef uint32_t words_t __attribute__((vector_size(32), aligned(4), may_alias));

static INLINE words_t splat_word(uint32_t word) { return (words_t)_mm256_set1_epi32((int)word); }

static INLINE __m256i load256(const void *from) { return _mm256_loadu_si256(from); }

/* Write a tile's counts, or add them to what is there: they fit 16 bits, or they were wide. */
static INLINE void put_tile16(const words_t *counts, uint16_t *out, bool add)
{
    const __m256i both = _mm256_packus_epi32((__m256i)counts[0], (__m256i)counts[1]);
    __m256i narrow = _mm256_permute4x64_epi64(both, 0xD8); /* of either half, its own first */
    if (add)
        narrow = _mm256_add_epi16(narrow, load256(out));
    _mm256_storeu_si256((__m256i *)out, narrow);
}

#include "logic.h"
#include "nibbles.h"

/* `weight` times the set bits of every byte. */
static INLINE words_t popcount_bytes(words_t vector, const int weight)
{
    const __m256i table = _mm256_broadcastsi128_si256(nibble_counts(weight));
    const __m256i low = _mm256_set1_epi8(15);
    const __m256i halves[2] = {_mm256_and_si256((__m256i)vector, low),
                               _mm256_and_si256(_mm256_srli_epi16((__m256i)vector, 4), low)};
    return (words_t)_mm256_add_epi8(_mm256_shuffle_epi8(table, halves[0]),
                                    _mm256_shuffle_epi8(table, halves[1]));
}

/* Bytes are at most 128, which is -128 as a signed one: they are the unsigned operand. */
static INLINE words_t sum_each_word(words_t bytes)
{
    const __m256i pairs = _mm256_maddubs_epi16((__m256i)bytes, _mm256_set1_epi8(1));
    return (words_t)_mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
}

enum { SIDES = 2 };
typedef uint8_t nibbles_t __attribute__((vector_size(32)));

static INLINE nibbles_t shuffle(nibbles_t table, nibbles_t indices)
{
    return (nibbles_t)_mm256_shuffle_epi8((__m256i)table, (__m256i)indices);
}

static INLINE nibbles_t high_nibbles(nibbles_t bytes)
{
    return (nibbles_t)_mm256_and_si256(_mm256_srli_epi16((__m256i)bytes, 4), _mm256_set1_epi8(15));
}

/* The nibbles of a word of sixteen patterns, in `shuffled.h`'s order. */
static INLINE void nibbles_of_word(const uint32_t *words, nibbles_t *out)
{
    const __m256i bytes = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
    const __m256i halves = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
    const __m256i a = _mm256_shuffle_epi8(load256(words), bytes);
    const __m256i b = _mm256_shuffle_epi8(load256(words + LANES), bytes);
    const nibbles_t pairs[2] = {
        (nibbles_t)_mm256_permutevar8x32_epi32(_mm256_unpacklo_epi32(a, b), halves),
        (nibbles_t)_mm256_permutevar8x32_epi32(_mm256_unpackhi_epi32(a, b), halves),
    };
    for (int pair = 0; pair < 2; pair++) {
        out[2 * pair] = pairs[pair] & 15;
        out[2 * pair + 1] = high_nibbles(pairs[pair]);
    }
}

/* Write sixteen distances, a byte of either side each, or add them to what is there. */
static INLINE void put_sides(nibbles_t bytes, uint16_t *out, bool add)
{
    const __m256i low = _mm256_cvtepu8_epi16(_mm256_castsi256_si128((__m256i)bytes));
    const __m256i high = _mm256_cvtepu8_epi16(_mm256_extracti128_si256((__m256i)bytes, 1));
    const __m256i sum = _mm256_add_epi16(low, high);
    _mm256_storeu_si256((__m256i *)out, add ? _mm256_add_epi16(sum, load256(out)) : sum);
}

/* Indices fit a byte, and sixteen shuffles take as long as loads do. */
static INLINE bool has_vectors_for(size_t entries) { return entries <= 256; }

/* Look up 32 distances at a time, sixteen entries of the table in one shuffle. */
static INLINE int64_t look_up_vectors(const uint16_t *distances, size_t count, uint32_t origin,
                                      const uint8_t *table, size_t entries, uint8_t *out)
{
    const __m256i origins = _mm256_set1_epi16((short)origin);
    const __m256i lasts = _mm256_set1_epi16((short)(entries - 1));
    __m256i total = _mm256_setzero_si256();
    for (size_t i = 0; i < count; i += 32) {
        const __m256i a = _mm256_sub_epi16(load256(distances + i), origins);
        const __m256i b = _mm256_sub_epi16(load256(distances + i + 16), origins);
        const __m256i both =
            _mm256_packus_epi16(_mm256_min_epu16(a, lasts), _mm256_min_epu16(b, lasts));
        const __m256i indices = _mm256_permute4x64_epi64(both, 0xD8);
        __m256i values = _mm256_setzero_si256();
        for (size_t entry = 0; entry < entries; entry += 16) {
            const __m256i here = _mm256_sub_epi8(indices, _mm256_set1_epi8((char)entry));
            /* 0 to 15 become 0x70 to 0x7f, and others get the highest bit: a shuffle's 0 */
            const __m256i chosen = _mm256_adds_epu8(here, _mm256_set1_epi8(0x70));
            const __m128i part = _mm_loadu_si128((const __m128i *)(table + entry));
            values = _mm256_or_si256(
                values, _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(part), chosen));
        }
        _mm256_storeu_si256((__m256i *)(out + i), values);
        total = _mm256_add_epi64(total, _mm256_sad_epu8(values, _mm256_setzero_si256()));
    }
    int64_t parts[4];
    _mm256_storeu_si256((__m256i *)parts, total);
    return parts[0] + parts[1] + parts[2] + parts[3];
}

typedef __m256i bytes_t;
typedef __m256i partial_t;

static INLINE bytes_t load_codes(const int8_t *codes) { return load256(codes); }
static INLINE bytes_t splat_quad(const uint8_t *kernel) { return _mm256_set1_epi32(quad_of(kernel)); }

static INLINE void put_words(__m256i sum, int32_t *out, bool add)
{
    _mm256_storeu_si256((__m256i *)out, add ? _mm256_add_epi32(sum, load256(out)) : sum);
}

#endif
