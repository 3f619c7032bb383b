/* A path's leaf stages one by one, as `interface.h` gives them to Python. */
#include "interface.h"
#include "paths.h"

const char *hwsim_path_name(const struct path *path) { return path->name; }

bool hwsim_path_runs_here(const struct path *path) { return path->runs_here(); }

uint32_t hwsim_path_most_product(const struct path *path) { return path->most_product; }

void hwsim_distances16(const struct path *path, const uint32_t *tiles, size_t tile_count,
                       size_t words, const uint64_t *states, size_t state_words, size_t queries,
                       size_t first, size_t last, uint16_t *out, size_t columns)
{
    path->distances16(tiles, tile_count, words, states, state_words, queries, first, last, out,
                      columns);
}

void hwsim_distances32(const struct path *path, const uint32_t *tiles, size_t tile_count,
                       size_t words, const uint64_t *states, size_t state_words, size_t queries,
                       size_t first, size_t last, uint32_t *out, size_t columns)
{
    path->distances32(tiles, tile_count, words, states, state_words, queries, first, last, out,
                      columns);
}

int64_t hwsim_look_up16(const struct path *path, const uint16_t *distances, size_t count,
                        uint32_t origin, const uint8_t *table, size_t entries, uint8_t *out)
{
    return path->look_up16(distances, count, origin, table, entries, out);
}

int64_t hwsim_look_up32(const struct path *path, const uint32_t *distances, size_t count,
                        uint32_t origin, const uint8_t *table, size_t entries, uint8_t *out)
{
    return path->look_up32(distances, count, origin, table, entries, out);
}

void hwsim_products(const struct path *path, const int8_t *codes, const uint8_t *kernel,
                    size_t stride, size_t quads, size_t rows, size_t width, uint32_t most,
                    int32_t *out, size_t out_stride, bool more)
{
    path->products(codes, kernel, stride, quads, rows, width, most, out, out_stride, more);
}
