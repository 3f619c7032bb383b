/* Products of bytes whose instruction adds two of them to 16 bits at once and saturates there.

   Exact: a kernel byte times a code is at most MOST_PRODUCT, so that two are at most 32766, and
   nothing is ever negative. `quads_together` such sums, of a quad each, are added in 16 bits
   before they are widened: they wrap there, but a lane's sum is at most quads_together * 2 * most
   <= 65535, and as it begins with -2**15, it ends as a number with a sign, which is what can be
   widened. Widened, SPAN patterns are at most SPAN * MOST_PRODUCT, far below 2**31. */
#ifndef HWSIM_PAIRS_H
#define HWSIM_PAIRS_H

enum {
    MOST_PRODUCT = INT16_MAX / 2,
    BIAS = -2 * INT16_MIN, /* of the two lanes that are widened to one */
};

static INLINE size_t quads_together(uint32_t most) { return UINT16_MAX / (2 * most); }

/* The same sum, which must be ready here: else a compiler makes all products before it adds any,
   for which there are not enough registers. */
static INLINE partial_t ready(partial_t sum)
{
    __asm__("" : "+x"(sum));
    return sum;
}

#endif
