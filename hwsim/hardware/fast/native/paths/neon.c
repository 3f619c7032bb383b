/* NEON, which all AArch64 has. */
#if defined(__aarch64__)
#include "common.h"

static bool runs_here(void) { return true; }

#define PATH neon

#include "vectors_neon.h"

/* Products of bytes in 16 bits each.

   Exact: one is at most MOST_PRODUCT = 32385 < 2**16, and as many of them are added up before they
   are widened as `most` lets fit 16 bits without a sign. */
enum { FULL_ROWS = 4, WIDE_VECTORS = 3, NARROW_VECTORS = 2, MOST_PRODUCT = 255 * 127 };
typedef uint8x16_t bytes_t;
typedef uint16x8x2_t partial_t; /* of two neurons each, four patterns of either */

static INLINE size_t quads_together(uint32_t most) { return UINT16_MAX / most; }

static INLINE bytes_t load_codes(const int8_t *codes) { return vld1q_u8((const uint8_t *)codes); }

static INLINE bytes_t splat_quad(const uint8_t *kernel)
{
    return vreinterpretq_u8_s32(vdupq_n_s32(quad_of(kernel)));
}

static INLINE partial_t no_partial(void) { return (partial_t){{vdupq_n_u16(0), vdupq_n_u16(0)}}; }

static INLINE partial_t add_quad(partial_t sum, bytes_t kernel, bytes_t codes)
{
    return (partial_t){{vmlal_u8(sum.val[0], vget_low_u8(kernel), vget_low_u8(codes)),
                        vmlal_high_u8(sum.val[1], kernel, codes)}};
}

static INLINE void put_partial(partial_t sum, int32_t *out, bool add)
{
    put_words(vpaddq_u32(vpaddlq_u16(sum.val[0]), vpaddlq_u16(sum.val[1])), out, add);
}

#include "counts.h"
#include "stages.h"
#include "table.h"
#endif
