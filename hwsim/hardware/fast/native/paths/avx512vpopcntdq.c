/* AVX-512 VNNI and VPOPCNTDQ: Intel's servers since 2021 (Ice Lake), AMD since 2022 (Zen 4).

   A lane counts the bits of a whole pattern, at most N, which 32 bits hold. */
#if defined(__x86_64__)
#include "common.h"
#include "runs512.h"

static bool runs_here(void) { return has_vnni512() && __builtin_cpu_supports("avx512vpopcntdq"); }

#define PATH avx512vpopcntdq
#define TARGET "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512vpopcntdq,avx2,bmi,bmi2,popcnt"
#include "target.h"

#include "vectors512.h"

static INLINE words_t popcount_lanes(words_t words)
{
    return (words_t)_mm512_popcnt_epi32((__m512i)words);
}

static INLINE words_t sum_each_word(words_t counts) { return counts; } /* a lane is a word */

#include "counts.h"
#include "stages.h"

#include "table.h"
#endif
