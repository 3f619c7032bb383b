/* A lane counts the bits of a whole pattern, at most N, which 32 bits hold. */
#ifndef HWSIM_POPCOUNTS512_H
#define HWSIM_POPCOUNTS512_H

static INLINE words_t popcount_lanes(words_t words)
{
    return (words_t)_mm512_popcnt_epi32((__m512i)words);
}

static INLINE words_t sum_each_word(words_t counts) { return counts; } /* a lane is a word */

#endif
