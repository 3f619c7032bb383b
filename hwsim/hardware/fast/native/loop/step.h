/* One step of a block of queries, and what is noted after it. Included once per type of
   distances. */

/* ACCUMULATE and THRESHOLD of the first `count` running states, for what `select_one` found. */
static void D(update)(const struct image *image, struct buffers *buffers, int64_t count)
{
    int64_t few = 0, many = 0;
    for (int64_t q = 0; q < count; q++) {
        const int64_t nonzero = buffers->found[q * FOUND + NONZERO];
        buffers->sums[q] = 0;
        buffers->flips[q] = 0;
        if (nonzero > image->most_rows) {
            buffers->many[many++] = q;
        } else if (nonzero > 0) {
            buffers->few[few++] = q;
        }
    }
    D(skip_zeros)(image, buffers, buffers->few, few);
    threshold(image, buffers, buffers->few, few);
    if (many > 0) {
        D(look_up_kernel)(image, buffers, buffers->many, many);
        multiply_bytes(image, buffers, many);
        threshold(image, buffers, buffers->many, many);
    }
}

static void D(step)(const struct image *image, struct buffers *buffers, int64_t count)
{
    D(measure)(image, buffers, count, image->head);
    D(select)(image, buffers, count);
    D(update)(image, buffers, count);
}

/* ITERATE: note what the step of `count` queries found; keep those that changed, and return how
   many. `first` is the block's first query. */
static int64_t D(settle)(const struct image *image, struct buffers *buffers,
                         const struct results *results, int64_t first, int64_t count)
{
    const size_t bytes = (size_t)image->state_words * sizeof(uint64_t);
    int64_t kept = 0;
    for (int64_t row = 0; row < count; row++) {
        const int64_t here = buffers->live[row], q = first + here;
        const int64_t *found = buffers->found + row * FOUND;
        const uint64_t *state = buffers->running + row * image->state_words;
        if (results->steps[q] == 0) {
            results->miss[q] = buffers->sums[row] == 0;
        }
        results->steps[q] += 1;
        results->distance[q] = found[SMALLEST];
        results->active_steps[q] += found[GROUPS] > 0;
        results->groups_active[q] += found[GROUPS];
        results->kernel_values[q] += found[VALUES];
        results->converged[q] = buffers->flips[row] == 0;
        memcpy(buffers->final + here * image->state_words, state, bytes);
        if (buffers->flips[row] > 0) {
            memmove(buffers->running + kept * image->state_words, state, bytes);
            buffers->live[kept++] = here;
        }
    }
    return kept;
}
