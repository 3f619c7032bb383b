/* What a thread does: take the next block of queries until there are none.

   Blocks are as small as the caches want them, and a thread's whole work is one call without the
   interpreter's lock: nothing but the counter is shared, and no thread ends long before another.
   Included once per type of distances. */

static bool D(recall)(const struct image *image, const struct rules *rules, struct buffers *buffers,
                      const struct queries *queries, const struct results *results,
                      const struct events *events)
{
    int64_t first;
    bool sound = true;
    for (int64_t size; (size = take_block(image, buffers, queries, &first, &sound)) > 0;) {
        int64_t count = size;
        for (int64_t t = 0; t < queries->max_steps && count > 0; t++) {
            if (rules == NULL) {
                D(step)(image, buffers, count);
                count = D(settle)(image, buffers, results, first, count);
            } else {
                D(ruled_step)(image, rules, buffers, events, first, count, t > 0);
                count = D(ruled_settle)(image, rules, buffers, events, results, first, count,
                                        queries->max_steps - 1 - t);
            }
        }
        unpack(buffers->final, size, image->neurons, image->state_words,
               queries->states + first * image->neurons);
    }
    return sound;
}

static bool D(nearest)(const struct image *image, struct buffers *buffers,
                       const struct queries *queries, int64_t *index, int64_t *distance)
{
    int64_t first;
    bool sound = true;
    for (int64_t size; (size = take_block(image, buffers, queries, &first, &sound)) > 0;) {
        D(measure)(image, buffers, size, image->words);
        for (int64_t q = 0; q < size; q++) {
            DISTANCE *row = D(row_of)(image, buffers, q);
            D(pad)(image, row, image->columns);
            distance[first + q] = D(minimum)(row, image->columns);
            index[first + q] = D(first_at)(row, distance[first + q]);
        }
    }
    return sound;
}

/* The distance stage alone, of packed states, all words. */
static void D(distances_only)(const struct image *image, struct buffers *buffers,
                              const struct queries *queries, const uint64_t *packed)
{
    for (;;) {
        const int64_t first = take(queries->counter) * queries->block;
        if (first >= queries->total) {
            return;
        }
        const int64_t size = smallest(queries->block, queries->total - first);
        memcpy(buffers->running, packed + first * image->state_words,
               (size_t)(size * image->state_words) * sizeof *packed);
        D(measure)(image, buffers, size, image->words);
    }
}
