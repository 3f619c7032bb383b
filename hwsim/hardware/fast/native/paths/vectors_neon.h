/* NEON's vectors, and the stages that are the same on all paths of AArch64. */
#ifndef HWSIM_VECTORS_NEON_H
#define HWSIM_VECTORS_NEON_H

#include <arm_neon.h>

#include "common.h"

enum { LANES = 4 };
typedef uint32_t words_t __attribute__((vector_size(16), aligned(4), may_alias));

static INLINE words_t splat_word(uint32_t word) { return (words_t)vdupq_n_u32(word); }

/* Of every byte: one counts at most CHUNK words * 8 bits = 128. */
static INLINE words_t popcount_lanes(words_t words)
{
    return (words_t)vcntq_u8((uint8x16_t)words);
}

static INLINE words_t sum_each_word(words_t bytes)
{
    return (words_t)vpaddlq_u16(vpaddlq_u8((uint8x16_t)bytes));
}

/* Write a tile's counts, or add them to what is there. */
static INLINE void put_tile16(const words_t *counts, uint16_t *out, bool add)
{
    for (size_t half = 0; half < 2; half++) {
        const uint16x4_t low = vmovn_u32((uint32x4_t)counts[2 * half]);
        const uint16x4_t high = vmovn_u32((uint32x4_t)counts[2 * half + 1]);
        uint16x8_t narrow = vcombine_u16(low, high);
        if (add)
            narrow = vaddq_u16(narrow, vld1q_u16(out + 8 * half));
        vst1q_u16(out + 8 * half, narrow);
    }
}

/* Indices fit a byte. */
static INLINE bool has_vectors_for(size_t entries) { return entries <= 256; }

/* Look up 16 distances at a time, 64 entries of the table in one permutation, which makes 0 of
   indices past them. */
static INLINE int64_t look_up_vectors(const uint16_t *distances, size_t count, uint32_t origin,
                                      const uint8_t *table, size_t entries, uint8_t *out)
{
    const uint16x8_t origins = vdupq_n_u16((uint16_t)origin);
    const uint16x8_t lasts = vdupq_n_u16((uint16_t)(entries - 1));
    int64_t total = 0;
    for (size_t i = 0; i < count; i += 16) {
        const uint16x8_t a = vsubq_u16(vld1q_u16(distances + i), origins);
        const uint16x8_t b = vsubq_u16(vld1q_u16(distances + i + 8), origins);
        const uint8x16_t indices =
            vcombine_u8(vmovn_u16(vminq_u16(a, lasts)), vmovn_u16(vminq_u16(b, lasts)));
        uint8x16_t values = vdupq_n_u8(0);
        for (size_t entry = 0; entry < entries; entry += 64) {
            const uint8x16x4_t part = vld1q_u8_x4(table + entry);
            const uint8x16_t here = vsubq_u8(indices, vdupq_n_u8((uint8_t)entry));
            values = vorrq_u8(values, vqtbl4q_u8(part, here));
        }
        vst1q_u8(out + i, values);
        total += vaddlvq_u8(values);
    }
    return total;
}

static INLINE void put_words(uint32x4_t sum, int32_t *out, bool add)
{
    const int32x4_t words = vreinterpretq_s32_u32(sum);
    vst1q_s32(out, add ? vaddq_s32(words, vld1q_s32(out)) : words);
}

#endif
