/* Distances of many states to the same patterns, by byte shuffles: a table of sixteen entries says
   for each value of a pattern's nibble how many bits differ from a state's there, so that nothing
   is xored; and an entry holds what two states differ by, the second's in its high nibble.

   Exact: three shuffles' sum is at most 3 * 4 = 12 in either nibble, so a pair of bytes is the word
   a + 16 * b + 256 * c + 4096 * d, a and c of the first state, b and d of the second. Shifted by four
   bits, its bytes are b + 16 * c and d. Added up over all steps, A, B, C and D are at most 4 * STEPS
   = 240 each; modulo 256, `sums` holds A + 16 * B and C + 16 * D, and `shifted` B + 16 * C and D: from D
   follows C, from C follows B, and from B follows A.

   A path gives `nibbles_t`, a vector of SIDES nibbles of each of TILE patterns, `shuffle(table,
   indices)`, `nibbles_of_word`, which takes a tile's word apart in the ORDER below, and `put_sides`,
   which adds up a vector's sides to distances. */
#ifndef HWSIM_SHUFFLED_H
#define HWSIM_SHUFFLED_H

enum {
    NIBBLES = 8,                               /* of a word of 32 bits */
    WORD_STEPS = NIBBLES / SIDES,              /* vectors that a tile's word takes */
    STEPS = 60 / WORD_STEPS * WORD_STEPS,      /* most vectors added up in bytes */
    PADDED_STEPS = STEPS + 2,                  /* room for whole threes of them */
    MOST_PAIRS = 32,                           /* of states, whose tables fit the caches */
    TILES_TOGETHER = 4,                        /* which meet a table in registers */
    LEAST_STATES = 4,                          /* which repay what all of them share */
};

/* A word's nibbles as they follow each other: two bytes' low ones, then their high ones. */
static const int ORDER[NIBBLES] = {0, 2, 1, 3, 4, 6, 5, 7};

struct counts { /* of all values, for each nibble of a state */
    uint8_t first[16][16], second[16][16];
};

static inline void make_counts(struct counts *counts)
{
    for (int nibble = 0; nibble < 16; nibble++)
        for (int value = 0; value < 16; value++) {
            const int differ = __builtin_popcount((unsigned int)(nibble ^ value));
            counts->first[nibble][value] = (uint8_t)differ;
            counts->second[nibble][value] = (uint8_t)(differ << 4);
        }
}

/* The tables of some words of two states; those past them, of whole threes, count nothing. */
static inline void make_tables(const struct counts *counts, const half_t *a, const half_t *b,
                               size_t words, uint8_t (*tables)[16])
{
    for (size_t word = 0; word < words; word++)
        for (int i = 0; i < NIBBLES; i++) {
            const uint8_t *first = counts->first[a[word] >> 4 * ORDER[i] & 15];
            const uint8_t *second = counts->second[b[word] >> 4 * ORDER[i] & 15];
            for (int value = 0; value < 16; value++)
                tables[word * NIBBLES + (size_t)i][value] = (uint8_t)(first[value] + second[value]);
        }
    memset(tables + words * NIBBLES, 0, 2 * sizeof(nibbles_t));
}

typedef uint16_t pairs_t __attribute__((vector_size(sizeof(nibbles_t))));

/* The first state's bytes and the second's, from what was added up. */
static INLINE void take_apart(nibbles_t sums, nibbles_t shifted, nibbles_t *first,
                              nibbles_t *second)
{
    const pairs_t odd = (pairs_t)(sums - (shifted << 4)) >> 8; /* C, where B + 16 * C is */
    *second = shifted - ((nibbles_t)odd << 4);
    *first = sums - (*second << 4);
}

/* Set or add to two states' distances from some tiles what so many threes of steps count. */
static INLINE void count_pair(const nibbles_t *tables, const nibbles_t (*tiles)[PADDED_STEPS],
                              size_t steps, uint16_t *first, uint16_t *second, bool add,
                              const size_t together)
{
    nibbles_t sums[TILES_TOGETHER], shifted[TILES_TOGETHER];
    UNROLLED for (size_t tile = 0; tile < together; tile++)
        sums[tile] = shifted[tile] = (nibbles_t){0};
    for (size_t step = 0; step < steps; step += 3) {
        const nibbles_t a = tables[step], b = tables[step + 1], c = tables[step + 2];
        UNROLLED for (size_t tile = 0; tile < together; tile++) {
            const nibbles_t *here = tiles[tile] + step;
            const nibbles_t sum = shuffle(a, here[0]) + shuffle(b, here[1]) + shuffle(c, here[2]);
            sums[tile] += sum;
            shifted[tile] += (nibbles_t)((pairs_t)sum >> 4);
        }
    }
    UNROLLED for (size_t tile = 0; tile < together; tile++) {
        nibbles_t bytes[2];
        take_apart(sums[tile], shifted[tile], bytes, bytes + 1);
        put_sides(bytes[0], first + tile * TILE, add);
        if (second != NULL)
            put_sides(bytes[1], second + tile * TILE, add);
    }
}

/* Some words of a few tiles and of at most twice MOST_PAIRS states. */
struct round {
    const uint32_t *tiles; /* from the first of the words on */
    size_t words;          /* of a whole tile */
    size_t taken;          /* of them */
    const half_t *states;  /* from the first of the words on */
    size_t stride;         /* of states, in words */
    size_t queries;
    bool add;
};

static INLINE void count_tiles(const struct round *round, const nibbles_t (*tables)[PADDED_STEPS],
                               size_t tile, uint16_t *out, size_t columns, const size_t together)
{
    nibbles_t nibbles[TILES_TOGETHER][PADDED_STEPS] = {{{0}}};
    for (size_t each = 0; each < together; each++)
        for (size_t word = 0; word < round->taken; word++)
            nibbles_of_word(round->tiles + ((tile + each) * round->words + word) * TILE,
                            nibbles[each] + word * WORD_STEPS);
    for (size_t query = 0; query < round->queries; query += 2) {
        uint16_t *first = out + query * columns + tile * TILE;
        count_pair(tables[query / 2], (const nibbles_t(*)[PADDED_STEPS])nibbles,
                   round->taken * WORD_STEPS, first,
                   query + 1 < round->queries ? first + columns : NULL, round->add, together);
    }
}

static void count_round(const struct counts *counts, const struct round *round, size_t tile_count,
                        uint16_t *out, size_t columns)
{
    nibbles_t tables[MOST_PAIRS][PADDED_STEPS];
    for (size_t query = 0; query < round->queries; query += 2) {
        const half_t *first = round->states + query * round->stride;
        make_tables(counts, first, query + 1 < round->queries ? first + round->stride : first,
                    round->taken, (uint8_t(*)[16])tables[query / 2]);
    }
    size_t tile = 0;
    for (; tile + TILES_TOGETHER <= tile_count; tile += TILES_TOGETHER)
        count_tiles(round, (const nibbles_t(*)[PADDED_STEPS])tables, tile, out, columns,
                    TILES_TOGETHER);
    for (; tile < tile_count; tile++)
        count_tiles(round, (const nibbles_t(*)[PADDED_STEPS])tables, tile, out, columns, 1);
}

static DISTANCES(shuffled_distances, uint16_t)
{
    struct counts counts;
    make_counts(&counts);
    const size_t rounds = (last - first + STEPS / WORD_STEPS - 1) / (STEPS / WORD_STEPS);
    const size_t most = rounds > 0 ? (last - first + rounds - 1) / rounds : 0;
    for (size_t query = 0; query < queries; query += 2 * MOST_PAIRS)
        for (size_t word = first; word < last; word += most) {
            const struct round round = {
                .tiles = tiles + word * TILE,
                .words = words,
                .taken = last - word < most ? last - word : most,
                .states = (const half_t *)(states + query * state_words) + word,
                .stride = state_words * 2,
                .queries = queries - query < 2 * MOST_PAIRS ? queries - query : 2 * MOST_PAIRS,
                .add = word > 0,
            };
            count_round(&counts, &round, tile_count, out + query * columns, columns);
        }
}

#endif
