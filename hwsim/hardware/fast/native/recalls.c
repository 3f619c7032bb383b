/* A path's recall loop, as `interface.h` gives it to Python. */
#include "interface.h"
#include "paths.h"

bool hwsim_recall(const struct path *path, const struct image *image, const struct rules *rules,
                  struct buffers *buffers, const struct queries *queries,
                  const struct results *results, const struct events *events)
{
    return path->recall(image, rules, buffers, queries, results, events);
}

bool hwsim_nearest(const struct path *path, const struct image *image, struct buffers *buffers,
                   const struct queries *queries, int64_t *index, int64_t *distance)
{
    return path->nearest(image, buffers, queries, index, distance);
}

void hwsim_distances(const struct path *path, const struct image *image, struct buffers *buffers,
                     const struct queries *queries, const uint64_t *packed)
{
    path->distances_only(image, buffers, queries, packed);
}

bool hwsim_pack(const struct path *path, const int8_t *spins, int64_t rows, int64_t neurons,
                int64_t words, uint64_t *out)
{
    return path->pack(spins, rows, neurons, words, out);
}

void hwsim_stage(const struct path *path, const struct image *image, struct buffers *buffers,
                 int32_t stage, const int64_t *chosen, int64_t count)
{
    path->stage(image, buffers, stage, chosen, count);
}
