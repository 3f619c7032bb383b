/* AVX2: Intel since 2013 (Haswell), AMD since 2015 (Excavator, all Zen). */
#if defined(__x86_64__)
#include "common.h"

static bool runs_here(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
           __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt");
}

#define PATH avx2
#define TARGET "avx2,bmi,bmi2,popcnt"
#include "target.h"

#include "vectors256.h"

#include "pairs.h"

enum { FULL_ROWS = 4, WIDE_VECTORS = 2, NARROW_VECTORS = 2 }; /* codes have registers, too */

static INLINE partial_t add_quad(partial_t sum, bytes_t kernel, bytes_t codes)
{
    return ready(_mm256_add_epi16(sum, _mm256_maddubs_epi16(kernel, codes)));
}

static INLINE partial_t no_partial(void) { return _mm256_set1_epi16(INT16_MIN); }

static INLINE void put_partial(partial_t sum, int32_t *out, bool add)
{
    const __m256i wide = _mm256_madd_epi16(sum, _mm256_set1_epi16(1));
    put_words(_mm256_add_epi32(wide, _mm256_set1_epi32(BIAS)), out, add);
}

#include "adders.h"
#include "shuffled.h"
#include "stages.h"

#include "table.h"
#endif
