/* All that Python calls. `build.py` gives the declarations below to cffi, which knows no
   preprocessor: lines that begin with # are left out. */
#ifndef HWSIM_INTERFACE_H
#define HWSIM_INTERFACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The compiler that made this, with its version. */
const char *hwsim_compiler(void);

/* What this was compiled from: `build.digest` of it. */
const char *hwsim_sources(void);

/* A path, see `paths.h`, and what it says of itself. */
struct path;
extern const struct path *const hwsim_paths[]; /* the fastest first, NULL behind the last */
const char *hwsim_path_name(const struct path *path);
bool hwsim_path_runs_here(const struct path *path);
uint32_t hwsim_path_most_product(const struct path *path);

/* A path's leaf stages, for tests and for what measures them alone. */
void hwsim_distances16(const struct path *path, const uint32_t *tiles, size_t tile_count,
                       size_t words, const uint64_t *states, size_t state_words, size_t queries,
                       size_t first, size_t last, uint16_t *out, size_t columns);
void hwsim_distances32(const struct path *path, const uint32_t *tiles, size_t tile_count,
                       size_t words, const uint64_t *states, size_t state_words, size_t queries,
                       size_t first, size_t last, uint32_t *out, size_t columns);
int64_t hwsim_look_up16(const struct path *path, const uint16_t *distances, size_t count,
                        uint32_t origin, const uint8_t *table, size_t entries, uint8_t *out);
int64_t hwsim_look_up32(const struct path *path, const uint32_t *distances, size_t count,
                        uint32_t origin, const uint8_t *table, size_t entries, uint8_t *out);
void hwsim_products(const struct path *path, const int8_t *codes, const uint8_t *kernel,
                    size_t stride, size_t quads, size_t rows, size_t width, uint32_t most,
                    int32_t *out, size_t out_stride, bool more);

#endif
