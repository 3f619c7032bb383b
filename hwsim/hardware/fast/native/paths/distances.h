/* The distance stage, from a path's `count_words`, LANES patterns at a time. */
#ifndef HWSIM_DISTANCES_H
#define HWSIM_DISTANCES_H

enum { PARTS = TILE / LANES };

static INLINE void put_tile32(const words_t *counts, uint32_t *out, bool add)
{
    for (size_t part = 0; part < PARTS; part++) {
        words_t *here = (words_t *)(out + part * LANES);
        *here = counts[part] + (add ? *here : (words_t){0});
    }
}

/* Words are taken in blocks, whose tile of patterns stays in the first-level cache. */
static INLINE void all_distances(const uint32_t *tiles, size_t tile_count, size_t words,
                                 const uint64_t *states, size_t state_words, size_t queries,
                                 size_t first, size_t last, void *out, size_t columns, bool wide)
{
    enum { BLOCK = 256 };
    for (size_t tile = 0; tile < tile_count; tile++)
        for (size_t start = first; start < last; start += BLOCK) {
            const size_t stop = last - start < BLOCK ? last : start + BLOCK;
            for (size_t query = 0; query < queries; query++) {
                const half_t *state = (const half_t *)(states + query * state_words);
                words_t counts[PARTS] = {{0}};
                for (size_t word = start; word < stop; word += CHUNK) {
                    const size_t left = stop - word;
                    for (size_t part = 0; part < PARTS; part++)
                        counts[part] += count_words(
                            (const half_t *)tiles + (tile * words + word) * TILE + part * LANES,
                            state + word, left < CHUNK ? left : CHUNK);
                }
                const size_t place = query * columns + tile * TILE;
                if (wide)
                    put_tile32(counts, (uint32_t *)out + place, start > 0);
                else
                    put_tile16(counts, (uint16_t *)out + place, start > 0);
            }
        }
}

static DISTANCES(distances16, uint16_t)
{
#ifdef HWSIM_SHUFFLED_H
    if (queries >= LEAST_STATES) {
        shuffled_distances(tiles, tile_count, words, states, state_words, queries, first, last, out,
                           columns);
        return;
    }
#endif
    all_distances(tiles, tile_count, words, states, state_words, queries, first, last, out, columns,
                  false);
}

static DISTANCES(distances32, uint32_t)
{
    all_distances(tiles, tile_count, words, states, state_words, queries, first, last, out, columns,
                  true);
}

#endif
