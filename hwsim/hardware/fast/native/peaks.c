/* How fast this machine could be, see `paths/peaks.h`, as `interface.h` gives it to Python. */
#include <string.h>

#include "interface.h"
#include "paths.h"

uint64_t hwsim_peak_words(const struct path *path, size_t turns)
{
    return path->peak_words(turns);
}

/* The distance stage itself, on what stays in the second-level cache: 32 KB each of patterns and of
   distances, so that tables of states, where a path makes them, serve as many tiles as elsewhere. */
uint64_t hwsim_peak_distances(const struct path *path, size_t turns)
{
    enum { TILES = 32, STATES = 32, STATE_WORDS = CHUNK / 2 };
    uint32_t tiles[TILES * CHUNK * TILE];
    uint64_t states[STATES * STATE_WORDS];
    uint16_t out[STATES * TILES * TILE];
    memset(tiles, 0x5A, sizeof tiles);
    memset(states, 0x3C, sizeof states);
    for (size_t turn = 0; turn < turns; turn++) {
        path->distances16(tiles, TILES, CHUNK, states, STATE_WORDS, STATES, 0, CHUNK, out,
                          TILES * TILE);
    }
    return (uint64_t)turns * TILES * TILE * STATES * STATE_WORDS;
}

uint64_t hwsim_peak_products(const struct path *path, size_t turns)
{
    return path->peak_products(turns);
}
