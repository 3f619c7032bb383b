/* What of a step counts: the nearest pattern, the groups, and zero-skipping's few patterns.

   The LUT never increases, so its value is not 0 exactly up to one distance, the last: whether a
   pattern or a group contributes is a comparison, and only contributing patterns are looked up.
   Included once per type of distances, DISTANCE; D(name) is the name for it. */

static inline DISTANCE *D(row_of)(const struct image *image, const struct buffers *buffers,
                                  int64_t q)
{
    return (DISTANCE *)buffers->distances + q * image->columns;
}

static inline DISTANCE *D(minima_of)(const struct image *image, const struct buffers *buffers,
                                     int64_t q)
{
    return (DISTANCE *)buffers->minima + q * image->groups;
}

/* The smallest of count distances; count is a multiple of 8. */
static inline DISTANCE D(minimum)(const DISTANCE *distances, int64_t count)
{
    DISTANCE least = PADDING;
    for (int64_t m = 0; m < count / 8 * 8; m++) {
        least = distances[m] < least ? distances[m] : least;
    }
    return least;
}

/* How many of count distances, a multiple of 8 and at most 2**16 - 1, are at most `cut`. */
static inline int64_t D(count_within)(const DISTANCE *distances, int64_t count, DISTANCE cut)
{
    DISTANCE within = 0;
    for (int64_t m = 0; m < count / 8 * 8; m++) {
        within += distances[m] <= cut;
    }
    return within;
}

/* Which of count distances, at most 32, are below `cut`, as bits. */
static inline uint64_t D(below)(const DISTANCE *distances, int64_t count, DISTANCE cut)
{
    uint8_t flags[WORD] = {0};
    if (count == VECTOR) {
        for (int m = 0; m < VECTOR; m++) {
            flags[m] = distances[m] < cut ? 255 : 0;
        }
    } else {
        for (int64_t m = 0; m < count; m++) {
            flags[m] = distances[m] < cut ? 255 : 0;
        }
    }
    return word_of(flags);
}

/* DISTANCE of the first `count` running states to all patterns, over the first words. */
static void D(measure)(const struct image *image, const struct buffers *buffers, int64_t count,
                       int64_t words)
{
    D(distances)(image->tiled_patterns, (size_t)image->columns / TILE, (size_t)image->words,
                 buffers->running, (size_t)image->state_words, (size_t)count, 0, (size_t)words,
                 buffers->distances, (size_t)image->columns);
}

/* Set the columns past P, which must count nowhere. */
static inline void D(pad)(const struct image *image, DISTANCE *row, int64_t stop)
{
    for (int64_t m = image->patterns; m < stop; m++) {
        row[m] = PADDING;
    }
}

/* Each group's smallest distance, into `minima`; the smallest of all, and its first group. */
static int64_t D(find_minima)(const struct image *image, struct buffers *buffers, int64_t q,
                              int64_t *first)
{
    DISTANCE *row = D(row_of)(image, buffers, q), *minima = D(minima_of)(image, buffers, q);
    int64_t best = INT64_MAX;
    D(pad)(image, row, image->columns);
    for (int64_t group = 0; group < image->groups; group++) {
        const int64_t start = group * image->lanes;
        minima[group] = D(minimum)(row + start, group_stop(image, group) - start);
        if (minima[group] < best) {
            best = minima[group];
            *first = group;
        }
    }
    return best;
}

/* Complete the groups that may matter, of distances over the first `head` words; returns d0.

   Those distances are lower bounds. The group of the smallest bound, `first`, is completed first:
   its smallest distance is at least the smallest of all, d0; after it all groups with a bound of
   at most the cut which that distance leads to. The cut never gets smaller than the final one, so
   what stays a bound lies past the final cut and past d0: the LUT is 0 there as it is at the
   distance itself, and all that is found is exact. */
static int64_t D(complete_groups)(const struct image *image, struct buffers *buffers, int64_t q,
                                  int64_t first)
{
    DISTANCE *row = D(row_of)(image, buffers, q), *minima = D(minima_of)(image, buffers, q);
    int64_t best = INT32_MAX;
    for (int64_t turn = -1; turn < image->groups; turn++) {
        const int64_t group = turn < 0 ? first : turn;
        const int64_t limit =
            image->nearest ? best + largest(image->last, 0) : largest(best, image->last);
        if (turn == first || minima[group] > limit) {
            continue;
        }
        const int64_t start = group * image->lanes, stop = group_stop(image, group);
        D(distances)(image->tiled_patterns + start * image->words, (size_t)(stop - start) / TILE,
                     (size_t)image->words, buffers->running + q * image->state_words,
                     (size_t)image->state_words, 1, (size_t)image->head, (size_t)image->words,
                     row + start, (size_t)image->columns);
        D(pad)(image, row, stop);
        minima[group] = D(minimum)(row + start, stop - start);
        best = smallest(best, minima[group]);
    }
    return best;
}

/* What the query's update will need, into `found`, from its groups' minima. No more groups are
   counted through once more kernel values than `most_counted` are not 0. */
static void D(count_active)(const struct image *image, struct buffers *buffers, int64_t q,
                            int64_t best)
{
    const DISTANCE *row = D(row_of)(image, buffers, q), *minima = D(minima_of)(image, buffers, q);
    const int64_t cut = image->nearest && image->last >= 0 ? best + image->last : image->last;
    int64_t active = 0, values = 0, nonzero = 0;
    for (int64_t group = 0; group < image->groups; group++) {
        if (minima[group] > cut) {
            continue;
        }
        const int64_t start = group * image->lanes, stop = group_stop(image, group);
        active += 1;
        values += smallest(stop, image->patterns) - start;
        if (nonzero <= image->most_counted) {
            nonzero +=
                D(count_within)(row + start, stop - start, (DISTANCE)smallest(cut, PADDING - 1));
        }
    }
    int64_t *found = buffers->found + q * FOUND;
    found[SMALLEST] = best;
    found[CUT] = cut;
    found[GROUPS] = active;
    found[VALUES] = values;
    found[NONZERO] = nonzero;
}

/* KERNEL, without its values: what a query's step will need, into `minima` and `found`, from its
   distances over the first `head` words. */
static void D(select_one)(const struct image *image, struct buffers *buffers, int64_t q)
{
    int64_t first = 0;
    int64_t best = D(find_minima)(image, buffers, q, &first);
    if (image->head < image->words) {
        best = D(complete_groups)(image, buffers, q, first);
    }
    D(count_active)(image, buffers, q, best);
}

static void D(select)(const struct image *image, struct buffers *buffers, int64_t count)
{
    for (int64_t q = 0; q < count; q++) {
        D(select_one)(image, buffers, q);
    }
}

/* The first pattern at a distance that there is, from `row` on. */
static inline int64_t D(first_at)(const DISTANCE *row, int64_t distance)
{
    int64_t m = 0;
    while (row[m] != distance) {
        m++;
    }
    return m;
}

/* ACCUMULATE by zero-skipping: row r of products gets the sum of k[m] * codes[m] over the patterns
   with k[m] > 0 of the r-th chosen query, and `sums` its S. */
static void D(skip_zeros)(const struct image *image, struct buffers *buffers, const int64_t *chosen,
                          int64_t count)
{
    for (int64_t r = 0; r < count; r++) {
        const int64_t q = chosen[r], *found = buffers->found + q * FOUND;
        const DISTANCE *row = D(row_of)(image, buffers, q),
                       *minima = D(minima_of)(image, buffers, q);
        const int64_t origin = image->nearest ? found[SMALLEST] : 0;
        const DISTANCE past = (DISTANCE)(smallest(found[CUT], PADDING - 1) + 1);
        void *sums = products_row(image, buffers, r);
        int64_t total = 0;
        clear_row(image, buffers, r);
        for (int64_t group = 0; group < image->groups; group++) {
            if (minima[group] >= past) {
                continue;
            }
            const int64_t stop = group_stop(image, group);
            for (int64_t start = group * image->lanes; start < stop; start += VECTOR) {
                uint64_t less = D(below)(row + start, smallest(stop - start, VECTOR), past);
                for (; less != 0; less &= less - 1) {
                    const int64_t m = start + lowest_bit(less);
                    const int64_t value = image->lut[row[m] - origin];
                    add_row(image, sums, m, value);
                    total += value;
                }
            }
        }
        buffers->sums[q] = total;
    }
}

/* KERNEL values of all patterns, cut into bytes, for `multiply_bytes`: what lies past P, or past
   all that counts, is 0. `sums` gets S. */
static void D(look_up_kernel)(const struct image *image, struct buffers *buffers,
                              const int64_t *chosen, int64_t count)
{
    const int64_t rows = (count + ROWS - 1) / ROWS * ROWS;
    for (int64_t r = 0; r < count; r++) {
        const int64_t q = chosen[r];
        const int64_t origin = image->nearest ? buffers->found[q * FOUND + SMALLEST] : 0;
        int64_t total = 0;
        for (int64_t byte = 0; byte < image->kernel_bytes; byte++) {
            total +=
                D(look_up)(D(row_of)(image, buffers, q), (size_t)image->columns, (uint32_t)origin,
                           image->lut_bytes + byte * image->lut_entries, (size_t)image->lut_entries,
                           buffers->kernel + (byte * rows + r) * image->depth)
                << 8 * byte;
        }
        buffers->sums[q] = total;
    }
}
