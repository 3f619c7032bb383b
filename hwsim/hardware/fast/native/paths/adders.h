/* Count the bits that differ in up to CHUNK words: they are added up bit by bit with full adders
   before anything is popcounted, so that 15 vectors are popcounted as four.

   Exact: the adders lose nothing, and a byte counts at most 16 words * 8 bits = 128, so that
   bytes are added as words are: nothing is carried from one to the next.

   A path gives `parity` and `majority` of three vectors, bit by bit, `popcount_bytes(vector, weight)`,
   `weight` times the set bits of every byte, and `sum_each_word`, the four bytes of every word added
   up. */
#ifndef HWSIM_ADDERS_H
#define HWSIM_ADDERS_H

struct sum {
    words_t total, carry;
};

static INLINE struct sum add_three(words_t a, words_t b, words_t c)
{
    return (struct sum){parity(a, b, c), majority(a, b, c)};
}

static INLINE words_t differing(const half_t *tile, const half_t *state, size_t word)
{
    return *(const words_t *)(tile + word * TILE) ^ splat_word(state[word]);
}

/* The sum of three words from `word` on. */
static INLINE struct sum three(const half_t *tile, const half_t *state, size_t word)
{
    return add_three(differing(tile, state, word), differing(tile, state, word + 1),
                      differing(tile, state, word + 2));
}

/* Seven words as three: ones, twos, fours. */
struct seven {
    words_t ones, twos, fours;
};

static INLINE struct seven seven(const half_t *tile, const half_t *state, size_t word)
{
    const struct sum a = three(tile, state, word);
    const struct sum b = three(tile, state, word + 3);
    const struct sum ones = add_three(a.total, b.total, differing(tile, state, word + 6));
    const struct sum twos = add_three(a.carry, b.carry, ones.carry);
    return (struct seven){ones.total, twos.total, twos.carry};
}

static INLINE words_t count_fifteen(const half_t *tile, const half_t *state, size_t word)
{
    const struct seven a = seven(tile, state, word), b = seven(tile, state, word + 7);
    const struct sum ones = add_three(a.ones, b.ones, differing(tile, state, word + 14));
    const struct sum twos = add_three(a.twos, b.twos, ones.carry);
    const struct sum fours = add_three(a.fours, b.fours, twos.carry);
    return popcount_bytes(ones.total, 1) + popcount_bytes(twos.total, 2) +
           popcount_bytes(fours.total, 4) + popcount_bytes(fours.carry, 8);
}

static INLINE words_t count_words(const half_t *tile, const half_t *state, size_t words)
{
    words_t bytes = {0};
    size_t word = 0;
    for (; word + 15 <= words; word += 15)
        bytes += count_fifteen(tile, state, word);
    for (; word + 7 <= words; word += 7) {
        const struct seven sums = seven(tile, state, word);
        bytes += popcount_bytes(sums.ones, 1);
        bytes += popcount_bytes(sums.twos, 2);
        bytes += popcount_bytes(sums.fours, 4);
    }
    for (; word + 3 <= words; word += 3) {
        const struct sum sums = three(tile, state, word);
        bytes += popcount_bytes(sums.total, 1);
        bytes += popcount_bytes(sums.carry, 2);
    }
    for (; word < words; word++)
        bytes += popcount_bytes(differing(tile, state, word), 1);
    return sum_each_word(bytes);
}

#endif
