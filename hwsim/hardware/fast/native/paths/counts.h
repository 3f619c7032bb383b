/* Count the bits that differ in up to CHUNK words, where an instruction counts those of every lane:
   `popcount_lanes`, whose lanes `sum_each_word` adds up to words. */
#ifndef HWSIM_COUNTS_H
#define HWSIM_COUNTS_H

static INLINE words_t count_words(const half_t *tile, const half_t *state, size_t words)
{
    words_t counts = {0};
    for (size_t word = 0; word < words; word++)
        counts += popcount_lanes(*(const words_t *)(tile + word * TILE) ^ splat_word(state[word]));
    return sum_each_word(counts);
}

#endif
