/* Spins to state words and back, 64 at a time, and the check that spins are spins. */

enum { WORD = 64 };

/* The spins that are +1, as a word; false if one is neither +1 nor -1. */
static inline bool pack_word(const int8_t *spins, uint64_t *out)
{
    uint8_t up[WORD], wrong[WORD];
    for (int i = 0; i < WORD; i++) {
        up[i] = spins[i] == 1 ? 255 : 0;
        wrong[i] = spins[i] == 1 || spins[i] == -1 ? 0 : 255;
    }
    *out = word_of(up);
    return word_of(wrong) == 0;
}

/* Eight bits as bytes of 1 or -1: each bit alone in a byte of its own, then whether that is 0. */
static inline uint64_t eight_spins(uint64_t bits)
{
    const uint64_t ones = 0x0101010101010101, alone = bits * ones & 0x8040201008040201;
    const uint64_t up = (alone + 0x7f * ones) >> 7 & ones; /* no byte carries: at most 128 + 127 */
    return ~(up * 0xfe);
}

static inline void unpack_word(uint64_t word, int8_t *out)
{
    for (int byte = 0; byte < 8; byte++) {
        const uint64_t spins = eight_spins(word >> 8 * byte & 255);
        memcpy(out + 8 * byte, &spins, sizeof spins);
    }
}

/* Pack rows of N spins; whether all are +1 or -1. A row of out has `words` words, at least N / 64.
 */
static bool pack(const int8_t *spins, int64_t rows, int64_t neurons, int64_t words, uint64_t *out)
{
    const int64_t whole = neurons / WORD, rest = neurons % WORD;
    bool sound = true;
    for (int64_t row = 0; row < rows && sound; row++, spins += neurons, out += words) {
        memset(out + whole, 0, (size_t)(words - whole) * sizeof *out);
        for (int64_t word = 0; word < whole; word++) {
            sound &= pack_word(spins + word * WORD, out + word);
        }
        if (rest > 0 && whole > 0) { /* the row's last 64 spins, of which the first are done */
            sound &= pack_word(spins + neurons - WORD, out + whole);
            out[whole] >>= WORD - rest;
        } else if (rest > 0) {
            int8_t few[WORD];
            memset(few, -1, sizeof few);
            memcpy(few, spins, (size_t)rest);
            sound &= pack_word(few, out);
        }
    }
    return sound;
}

/* Write states as rows of N spins; the reverse of `pack`. */
static void unpack(const uint64_t *states, int64_t rows, int64_t neurons, int64_t words,
                   int8_t *out)
{
    const int64_t whole = neurons / WORD, rest = neurons % WORD;
    for (int64_t row = 0; row < rows; row++, states += words, out += neurons) {
        for (int64_t word = 0; word < whole; word++) {
            unpack_word(states[word], out + word * WORD);
        }
        if (rest > 0) {
            int8_t few[WORD];
            unpack_word(states[whole], few);
            memcpy(out + whole * WORD, few, (size_t)rest);
        }
    }
}
