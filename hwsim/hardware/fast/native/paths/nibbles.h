/* Tables of sixteen entries for byte shuffles. */
#ifndef HWSIM_NIBBLES_H
#define HWSIM_NIBBLES_H

/* `weight` times the set bits of 0 to 15. */
static INLINE __m128i nibble_counts(const int weight)
{
    const __m128i counts = _mm_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
    const __m128i twice = _mm_add_epi8(counts, counts), four_times = _mm_add_epi8(twice, twice);
    return weight == 1   ? counts
           : weight == 2 ? twice
           : weight == 4 ? four_times
                         : _mm_add_epi8(four_times, four_times);
}

#endif
