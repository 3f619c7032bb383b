/* All that Python calls. `build.py` gives the declarations below to cffi, which knows no
   preprocessor: lines that begin with # are left out. */
#ifndef HWSIM_INTERFACE_H
#define HWSIM_INTERFACE_H

#include <stddef.h>

#include "operands.h"

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

/* Step every query of every block taken until its state repeats or T steps have run; rules may be
   NULL, and events, which are then left alone, too. False if a spin of a query taken is neither +1
   nor -1: then nobody takes any more. */
bool hwsim_recall(const struct path *path, const struct image *image, const struct rules *rules,
                  struct buffers *buffers, const struct queries *queries,
                  const struct results *results, const struct events *events);

/* The first nearest pattern of every query of every block taken, and its distance; else as
   `hwsim_recall`. */
bool hwsim_nearest(const struct path *path, const struct image *image, struct buffers *buffers,
                   const struct queries *queries, int64_t *index, int64_t *distance);

/* The distance stage alone, of packed states (total, state_words), block by block. */
void hwsim_distances(const struct path *path, const struct image *image, struct buffers *buffers,
                     const struct queries *queries, const uint64_t *packed);

/* Pack rows of N spins into rows of so many words; whether all are +1 or -1. */
bool hwsim_pack(const struct path *path, const int8_t *spins, int64_t rows, int64_t neurons,
                int64_t words, uint64_t *out);

/* One stage of a step alone, of the first `count` running states, or of the chosen ones where
   rows of products are concerned; the bench measures them. */
enum stage {
    STAGE_DISTANCE,
    STAGE_SELECT,
    STAGE_LOOK_UP,
    STAGE_MULTIPLY,
    STAGE_ROWS,
    STAGE_THRESHOLD
};
void hwsim_stage(const struct path *path, const struct image *image, struct buffers *buffers,
                 int32_t stage, const int64_t *chosen, int64_t count);

/* How fast this machine could be, for rooflines: so many turns on one thread; what was done, 64-bit
   words one by one or as distances, or products of bytes. */
uint64_t hwsim_peak_words(const struct path *path, size_t turns);
uint64_t hwsim_peak_distances(const struct path *path, size_t turns);
uint64_t hwsim_peak_products(const struct path *path, size_t turns);

#endif
