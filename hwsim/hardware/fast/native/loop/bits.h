/* A word of the top bits of 64 bytes, and what else is one instruction of most processors. */
#ifndef HWSIM_BITS_H
#define HWSIM_BITS_H

#if defined(__SSE2__)
#include <immintrin.h>
#endif

static inline uint64_t word_of(const uint8_t *flags)
{
#if defined(__AVX512BW__)
    return _mm512_movepi8_mask(_mm512_loadu_si512(flags));
#elif defined(__AVX2__)
    const __m256i *half = (const __m256i *)flags;
    return (uint32_t)_mm256_movemask_epi8(_mm256_loadu_si256(half)) |
           (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_loadu_si256(half + 1)) << 32;
#elif defined(__SSE2__)
    uint64_t word = 0;
    for (int part = 0; part < 4; part++) {
        const __m128i flags16 = _mm_loadu_si128((const __m128i *)flags + part);
        word |= (uint64_t)(uint32_t)_mm_movemask_epi8(flags16) << 16 * part;
    }
    return word;
#else
    uint64_t word = 0;
    for (int i = 0; i < 64; i++) {
        word |= (uint64_t)(flags[i] >> 7) << i;
    }
    return word;
#endif
}

static inline int64_t popcount(uint64_t word) { return __builtin_popcountll(word); }

/* Of a word that is not 0. */
static inline int64_t lowest_bit(uint64_t word) { return __builtin_ctzll(word); }

#endif
