/* AVX-512 VNNI without VPOPCNTDQ: Intel's servers since 2019 (Cascade Lake). */
#if defined(__x86_64__)
#include "common.h"
#include "runs512.h"

static bool runs_here(void) { return has_vnni512(); }

#define PATH avx512vnni
#define TARGET "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,bmi,bmi2,popcnt"
#include "target.h"

#include "vectors512.h"

#include "nibbles.h"

static INLINE words_t parity(words_t a, words_t b, words_t c)
{
    return (words_t)_mm512_ternarylogic_epi32((__m512i)a, (__m512i)b, (__m512i)c, 0x96);
}

static INLINE words_t majority(words_t a, words_t b, words_t c)
{
    return (words_t)_mm512_ternarylogic_epi32((__m512i)a, (__m512i)b, (__m512i)c, 0xE8);
}

/* `weight` times the set bits of every byte. */
static INLINE words_t popcount_bytes(words_t vector, const int weight)
{
    const __m512i table = _mm512_broadcast_i32x4(nibble_counts(weight));
    const __m512i low = _mm512_set1_epi8(15);
    const __m512i halves[2] = {_mm512_and_si512((__m512i)vector, low),
                               _mm512_and_si512(_mm512_srli_epi16((__m512i)vector, 4), low)};
    return (words_t)_mm512_add_epi8(_mm512_shuffle_epi8(table, halves[0]),
                                    _mm512_shuffle_epi8(table, halves[1]));
}

/* Bytes are at most 128, which is -128 as a signed one: they are the unsigned operand. */
static INLINE words_t sum_each_word(words_t bytes)
{
    const __m512i pairs = _mm512_maddubs_epi16((__m512i)bytes, _mm512_set1_epi8(1));
    return (words_t)_mm512_madd_epi16(pairs, _mm512_set1_epi16(1));
}

#include "adders.h"
#include "stages.h"

#include "table.h"
#endif
