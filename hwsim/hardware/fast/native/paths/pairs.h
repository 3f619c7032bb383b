/* Products of bytes whose instruction adds two of them to 16 bits at once and saturates there.

   Exact: a kernel byte times a code is at most MOST_PRODUCT, so that two are at most 32766.
   `quads_together` such sums, of a quad each, are added in 16 bits before they are widened: a lane
   then holds at most quads_together * 2 * most <= 32767, and nothing is ever negative. Widened,
   SPAN patterns are at most 4096 * 16383 < 2**31. */
#ifndef HWSIM_PAIRS_H
#define HWSIM_PAIRS_H

enum { MOST_PRODUCT = INT16_MAX / 2 };

static INLINE size_t quads_together(uint32_t most) { return INT16_MAX / (2 * most); }

#endif
