/* NEON with dot products: Arm's cores since 2018 (Cortex-A76, Neoverse N1), Apple's since 2017.

   Four products are added to 32 bits at once: exact, for they are at most 255 * 127 each and never
   negative, and a call adds at most SPAN of them. */
#if defined(__aarch64__)
#include "common.h"

#if defined(__linux__)
#include <sys/auxv.h>

static bool runs_here(void)
{
    const unsigned long asimddp = 1UL << 20; /* HWCAP_ASIMDDP */
    return (getauxval(AT_HWCAP) & asimddp) != 0;
}
#elif defined(__APPLE__)
static bool runs_here(void) { return true; } /* every Mac with AArch64 */
#else
static bool runs_here(void) { return false; } /* nobody to ask */
#endif

#define PATH neon_dot
#ifdef __clang__
#define TARGET "dotprod"
#else
#define TARGET "arch=armv8.2-a+dotprod"
#endif
#include "target.h"

#include "vectors_neon.h"

enum { FULL_ROWS = 8, WIDE_VECTORS = 2, NARROW_VECTORS = 2, MOST_PRODUCT = 255 * 127 };
typedef uint8x16_t bytes_t;
typedef uint32x4_t partial_t;

static INLINE size_t quads_together(uint32_t most) { return (void)most, SPAN / 4; }

static INLINE bytes_t load_codes(const int8_t *codes) { return vld1q_u8((const uint8_t *)codes); }

static INLINE bytes_t splat_quad(const uint8_t *kernel)
{
    return vreinterpretq_u8_s32(vdupq_n_s32(quad_of(kernel)));
}

static INLINE partial_t no_partial(void) { return vdupq_n_u32(0); }

static INLINE partial_t add_quad(partial_t sum, bytes_t kernel, bytes_t codes)
{
    return vdotq_u32(sum, kernel, codes);
}

static INLINE void put_partial(partial_t sum, int32_t *out, bool add) { put_words(sum, out, add); }

#include "counts.h"
#include "stages.h"
#include "table.h"
#endif
