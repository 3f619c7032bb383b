/* SSSE3: Intel since 2006 (Core 2), AMD since 2011 (Bobcat, Bulldozer). */
#if defined(__x86_64__)
#include "common.h"

static bool runs_here(void) { return __builtin_cpu_supports("ssse3"); }

#define PATH ssse3
#define TARGET "ssse3"
#include "target.h"

#include <immintrin.h>

enum { LANES = 4 };
typedef uint32_t words_t __attribute__((vector_size(16), aligned(4), may_alias));

#include "logic.h"
#include "nibbles.h"

static INLINE __m128i load128(const void *from) { return _mm_loadu_si128((const __m128i *)from); }

static INLINE words_t splat_word(uint32_t word) { return (words_t)_mm_set1_epi32((int)word); }

/* Write a tile's counts, or add them to what is there: below 2**15, as the signed pack wants. */
static INLINE void put_tile16(const words_t *counts, uint16_t *out, bool add)
{
    for (size_t half = 0; half < 2; half++) {
        __m128i *here = (__m128i *)out + half;
        __m128i narrow = _mm_packs_epi32((__m128i)counts[2 * half], (__m128i)counts[2 * half + 1]);
        if (add)
            narrow = _mm_add_epi16(narrow, load128(here));
        _mm_storeu_si128(here, narrow);
    }
}

/* `weight` times the set bits of every byte. */
static INLINE words_t popcount_bytes(words_t vector, const int weight)
{
    const __m128i table = nibble_counts(weight), low = _mm_set1_epi8(15);
    const __m128i halves[2] = {_mm_and_si128((__m128i)vector, low),
                               _mm_and_si128(_mm_srli_epi16((__m128i)vector, 4), low)};
    return (words_t)_mm_add_epi8(_mm_shuffle_epi8(table, halves[0]),
                                 _mm_shuffle_epi8(table, halves[1]));
}

/* Bytes are at most 128, which is -128 as a signed one: they are the unsigned operand. */
static INLINE words_t sum_each_word(words_t bytes)
{
    const __m128i pairs = _mm_maddubs_epi16((__m128i)bytes, _mm_set1_epi8(1));
    return (words_t)_mm_madd_epi16(pairs, _mm_set1_epi16(1));
}

enum { SIDES = 1 };
typedef uint8_t nibbles_t __attribute__((vector_size(16)));

static INLINE nibbles_t shuffle(nibbles_t table, nibbles_t indices)
{
    return (nibbles_t)_mm_shuffle_epi8((__m128i)table, (__m128i)indices);
}

static INLINE nibbles_t high_nibbles(nibbles_t bytes)
{
    return (nibbles_t)_mm_and_si128(_mm_srli_epi16((__m128i)bytes, 4), _mm_set1_epi8(15));
}

/* Byte by byte, those of four patterns side by side. */
static INLINE __m128i bytes_of_four(const uint32_t *words)
{
    return _mm_shuffle_epi8(load128(words), _mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14,
                                                          3, 7, 11, 15));
}

/* The nibbles of a word of sixteen patterns, in `shuffled.h`'s order. */
static INLINE void nibbles_of_word(const uint32_t *words, nibbles_t *out)
{
    const __m128i a = bytes_of_four(words), b = bytes_of_four(words + 4);
    const __m128i c = bytes_of_four(words + 8), d = bytes_of_four(words + 12);
    const __m128i halves[2][2] = {{_mm_unpacklo_epi32(a, b), _mm_unpacklo_epi32(c, d)},
                                  {_mm_unpackhi_epi32(a, b), _mm_unpackhi_epi32(c, d)}};
    for (int pair = 0; pair < 2; pair++) {
        const __m128i *both = halves[pair];
        const nibbles_t first = (nibbles_t)_mm_unpacklo_epi64(both[0], both[1]);
        const nibbles_t second = (nibbles_t)_mm_unpackhi_epi64(both[0], both[1]);
        out[4 * pair] = first & 15;
        out[4 * pair + 1] = second & 15;
        out[4 * pair + 2] = high_nibbles(first);
        out[4 * pair + 3] = high_nibbles(second);
    }
}

/* Write sixteen distances, a byte each, or add them to what is there. */
static INLINE void put_sides(nibbles_t bytes, uint16_t *out, bool add)
{
    const __m128i none = _mm_setzero_si128();
    __m128i *here = (__m128i *)out;
    const __m128i low = _mm_unpacklo_epi8((__m128i)bytes, none);
    const __m128i high = _mm_unpackhi_epi8((__m128i)bytes, none);
    _mm_storeu_si128(here, add ? _mm_add_epi16(low, load128(here)) : low);
    _mm_storeu_si128(here + 1, add ? _mm_add_epi16(high, load128(here + 1)) : high);
}

/* Eight indices into the table; there is no unsigned minimum of words yet. */
static INLINE __m128i indices_of(const uint16_t *distances, __m128i origins, __m128i lasts)
{
    const __m128i moved = _mm_sub_epi16(load128(distances), origins);
    return _mm_sub_epi16(moved, _mm_subs_epu16(moved, lasts));
}

/* Indices fit a byte, and eight shuffles take as long as loads do. */
static INLINE bool has_vectors_for(size_t entries) { return entries <= 128; }

/* Look up 16 distances at a time, sixteen entries of the table in one shuffle. */
static INLINE int64_t look_up_vectors(const uint16_t *distances, size_t count, uint32_t origin,
                                      const uint8_t *table, size_t entries, uint8_t *out)
{
    const __m128i origins = _mm_set1_epi16((short)origin);
    const __m128i lasts = _mm_set1_epi16((short)(entries - 1));
    __m128i total = _mm_setzero_si128();
    for (size_t i = 0; i < count; i += 16) {
        const __m128i indices = _mm_packus_epi16(indices_of(distances + i, origins, lasts),
                                                 indices_of(distances + i + 8, origins, lasts));
        __m128i values = _mm_setzero_si128();
        for (size_t entry = 0; entry < entries; entry += 16) {
            const __m128i here = _mm_sub_epi8(indices, _mm_set1_epi8((char)entry));
            /* 0 to 15 become 0x70 to 0x7f, and others get the highest bit: a shuffle's 0 */
            const __m128i chosen = _mm_adds_epu8(here, _mm_set1_epi8(0x70));
            values = _mm_or_si128(values, _mm_shuffle_epi8(load128(table + entry), chosen));
        }
        _mm_storeu_si128((__m128i *)(out + i), values);
        total = _mm_add_epi64(total, _mm_sad_epu8(values, _mm_setzero_si128()));
    }
    int64_t parts[2];
    _mm_storeu_si128((__m128i *)parts, total);
    return parts[0] + parts[1];
}

enum { FULL_ROWS = 4, WIDE_VECTORS = 3, NARROW_VECTORS = 2 };
typedef __m128i bytes_t;
typedef __m128i partial_t;

#include "pairs.h"

static INLINE bytes_t load_codes(const int8_t *codes) { return load128(codes); }
static INLINE bytes_t splat_quad(const uint8_t *kernel) { return _mm_set1_epi32(quad_of(kernel)); }
static INLINE partial_t no_partial(void) { return _mm_set1_epi16(INT16_MIN); }

static INLINE partial_t add_quad(partial_t sum, bytes_t kernel, bytes_t codes)
{
    return ready(_mm_add_epi16(sum, _mm_maddubs_epi16(kernel, codes)));
}

static INLINE void put_partial(partial_t sum, int32_t *out, bool add)
{
    const __m128i biased = _mm_madd_epi16(sum, _mm_set1_epi16(1));
    const __m128i wide = _mm_add_epi32(biased, _mm_set1_epi32(BIAS));
    _mm_storeu_si128((__m128i *)out, add ? _mm_add_epi32(wide, load128(out)) : wide);
}

#include "adders.h"
#include "shuffled.h"
#include "stages.h"
#include "table.h"
#endif
