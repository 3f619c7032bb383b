/* Sums of one type, SUM, of 32 or 64 bits, which `plan` proves to hold every one of them: rows
   added, products scaled and added, and the signs of fields. Included once a type; S(name) is the
   name for it. */

static inline void S(add_row8)(SUM *sums, const uint8_t *codes, SUM value, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        sums[i] += value * codes[i];
    }
}

static inline void S(add_row16)(SUM *sums, const uint16_t *codes, SUM value, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        sums[i] += value * codes[i];
    }
}

/* Add `value` where a plane's bit is 1. */
static inline void S(add_bits)(SUM *sums, const uint64_t *plane, SUM value, int64_t words)
{
    for (int64_t word = 0; word < words; word++) {
        for (int half = 0; half < 2; half++) {
            const uint32_t bits = (uint32_t)(plane[word] >> 32 * half);
            SUM *here = sums + word * WORD + half * 32;
            for (int i = 0; i < 32; i++) {
                here[i] += -(SUM)(bits >> i & 1) & value;
            }
        }
    }
}

/* Set, or with `more` add to, one row of sums a tile's row of products, times their scale. */
static inline void S(add_scaled)(SUM *sums, const int32_t *products, SUM scale, int64_t count,
                                 bool more)
{
    for (int64_t i = 0; i < count; i++) {
        sums[i] = (more ? sums[i] : 0) + scale * products[i];
    }
}

/* 64 bits: 1 where f = (2 * product - shift) * 2**F + z * S > 0, that of `old` where f = 0. */
static inline uint64_t S(sign_word)(const SUM *products, const SUM *offsets, SUM shift,
                                    int64_t frac_bits, SUM kernel_sum, uint64_t old)
{
    uint8_t positive[WORD], none[WORD];
    const SUM unit = (SUM)1 << frac_bits;
    for (int i = 0; i < WORD; i++) {
        const SUM field = (2 * products[i] - shift) * unit + offsets[i] * kernel_sum;
        positive[i] = field > 0 ? 255 : 0;
        none[i] = field == 0 ? 255 : 0;
    }
    return word_of(positive) | (word_of(none) & old);
}

/* THRESHOLD: a state to the signs of its fields; returns how many bits are other ones. */
static int64_t S(threshold_row)(const struct image *image, const SUM *products, int64_t kernel_sum,
                                uint64_t *state)
{
    const SUM *offsets = image->offsets;
    const SUM shift = (SUM)(image->code_sum * kernel_sum);
    int64_t flips = 0;
    for (int64_t word = 0; word < image->offset_words; word++) {
        const int64_t here = word * WORD;
        const uint64_t old = state[word];
        const uint64_t new = S(sign_word)(products + here, offsets + here, shift, image->frac_bits,
                                          (SUM)kernel_sum, old);
        state[word] = new;
        flips += popcount(new ^ old);
    }
    return flips;
}
