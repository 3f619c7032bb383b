/* AVX-VNNI: Intel's client processors since 2021 (Alder Lake), AMD since 2024 (Zen 5).

   Four products are added to 32 bits at once: exact, for they are at most 255 * 127 each and never
   negative, and a call adds at most SPAN of them. */
#if defined(__x86_64__)
#include "common.h"

#include <cpuid.h>

/* Compilers know this feature's name only lately. */
static inline bool has_avxvnni(void)
{
    unsigned int eax = 0, ebx = 0, ecx = 0, edx = 0;
    return __get_cpuid_count(7, 1, &eax, &ebx, &ecx, &edx) && (eax & 1U << 4) != 0;
}

static bool runs_here(void)
{
    return has_avxvnni() && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
           __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt");
}

#define PATH avxvnni
#define TARGET "avx2,avxvnni,bmi,bmi2,popcnt"
#include "target.h"

#include "vectors256.h"

enum { FULL_ROWS = 4, WIDE_VECTORS = 3, NARROW_VECTORS = 2, MOST_PRODUCT = 255 * 127 };

static INLINE size_t quads_together(uint32_t most) { return (void)most, SPAN / 4; }

static INLINE partial_t no_partial(void) { return _mm256_setzero_si256(); }

static INLINE partial_t add_quad(partial_t sum, bytes_t kernel, bytes_t codes)
{
    return _mm256_dpbusd_avx_epi32(sum, kernel, codes);
}

static INLINE void put_partial(partial_t sum, int32_t *out, bool add) { put_words(sum, out, add); }

#include "adders.h"
#include "shuffled.h"
#include "stages.h"

#include "table.h"
#endif
