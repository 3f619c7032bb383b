/* DISTANCE where rules save some of it; `hwsim.hardware.spec.search` proves them.

   The engine's order of reads is kept as far as a count tells: the first scan of all queries of a
   block together, then query by query what remains. Included once per type of distances. */

/* Of a running state to a pattern, all words. */
static inline int64_t D(distance_to)(const struct image *image, const struct rules *rules,
                                     const struct buffers *buffers, int64_t m, int64_t q)
{
    const uint64_t *pattern = rules->patterns + m * image->state_words;
    const uint64_t *state = buffers->running + q * image->state_words;
    int64_t total = 0;
    for (int64_t word = 0; word < image->state_words; word++) {
        total += popcount(pattern[word] ^ state[word]);
    }
    return total;
}

/* The first words of all patterns. */
static void D(scan_coarse)(const struct image *image, const struct rules *rules,
                           struct buffers *buffers, int64_t count)
{
    const int64_t words = (rules->coarse_padded + 1) / 2;
    const int64_t last = (rules->coarse_bits - 1) / WORD, rest = rules->coarse_bits - last * WORD;
    memset(buffers->coarse, 0, (size_t)(count * words) * sizeof(uint64_t));
    for (int64_t q = 0; q < count; q++) {
        uint64_t *coarse = buffers->coarse + q * words;
        memcpy(coarse, buffers->running + q * image->state_words,
               (size_t)(last + 1) * sizeof *coarse);
        coarse[last] &= ~(uint64_t)0 >> (WORD - rest);
    }
    D(distances)(rules->coarse_tiles, (size_t)image->columns / TILE, (size_t)rules->coarse_padded,
                 buffers->coarse, (size_t)words, (size_t)count, 0, (size_t)rules->coarse_padded,
                 buffers->distances, (size_t)image->columns);
}

/* The least distance below which `size` patterns are; a row ends in what is past all distances. */
static DISTANCE D(past_the_least)(const struct image *image, const struct rules *rules,
                                  const DISTANCE *row, int64_t size)
{
    enum { AT_ONCE = 1 << 15 };
    int64_t low = -1, high = rules->coarse_bits;
    while (high - low > 1) {
        const int64_t middle = (low + high) / 2;
        int64_t within = 0;
        for (int64_t start = 0; start < image->columns && within < size; start += AT_ONCE) {
            within += D(count_within)(row + start, smallest(image->columns - start, AT_ONCE),
                                      (DISTANCE)middle);
        }
        *(within < size ? &low : &high) = middle;
    }
    return (DISTANCE)(high + 1);
}

/* The patterns of the least bounds, lower index first where they are equal. */
static void D(make_shortlist)(const struct image *image, const struct rules *rules,
                              struct buffers *buffers, int64_t q, int64_t size)
{
    const DISTANCE *bounds = D(row_of)(image, buffers, q);
    int64_t *listed = buffers->shortlist;
    int64_t filled = 0;
    D(pad)(image, D(row_of)(image, buffers, q), image->columns);
    DISTANCE worst = D(past_the_least)(image, rules, bounds, size); /* then of those listed */
    for (int64_t start = 0; start < image->columns; start += VECTOR) {
        uint64_t less = D(below)(bounds + start, VECTOR, worst);
        for (; less != 0; less &= less - 1) {
            const int64_t m = start + lowest_bit(less);
            const int64_t entry = (int64_t)bounds[m] << INDEX_BITS | m;
            if (filled < size) {
                filled++;
            } else if (entry > listed[size - 1]) {
                continue;
            }
            int64_t place = filled - 1;
            for (; place > 0 && listed[place - 1] > entry; place--) {
                listed[place] = listed[place - 1];
            }
            listed[place] = entry;
            if (filled == size) {
                worst = (DISTANCE)(listed[size - 1] >> INDEX_BITS);
            }
        }
    }
    for (int64_t place = 0; place < size; place++) {
        listed[place] &= ((int64_t)1 << INDEX_BITS) - 1;
    }
}

/* What was found, and whether it ends the search. */
static inline void D(note)(const struct rules *rules, struct buffers *buffers, int64_t q,
                           int64_t distance, int64_t pattern)
{
    buffers->found[q * FOUND + SMALLEST] = distance;
    buffers->winner[q] = pattern;
    buffers->radius[q] = rules->radius[pattern];
    buffers->ended[q] = distance < rules->radius[pattern] ? BY_RADIUS : 0;
}

/* Complete the least bounds in batches, until one is within its radius; returns how many batches.
   Sets the query's `winner`, `radius`, `ended` and smallest distance so far. */
static int64_t D(complete_shortlist)(const struct image *image, const struct rules *rules,
                                     struct buffers *buffers, int64_t q)
{
    int64_t best = INT64_MAX, pattern = 0, batches = 0;
    do {
        if (batches < 2) { /* the first one mostly ends it, and a short list is made sooner */
            D(make_shortlist)(image, rules, buffers, q,
                              batches ? rules->shortlist
                                      : smallest(rules->batch, rules->shortlist));
        }
        const int64_t stop = smallest((batches + 1) * rules->batch, rules->shortlist);
        for (int64_t place = batches * rules->batch; place < stop; place++) {
            const int64_t m = buffers->shortlist[place];
            const int64_t distance = D(distance_to)(image, rules, buffers, m, q);
            if (distance < best) {
                best = distance;
                pattern = m;
            }
        }
        batches++;
    } while (best >= rules->radius[pattern] && batches * rules->batch < rules->shortlist);
    D(note)(rules, buffers, q, best, pattern);
    return batches;
}

/* Distances of so many running states from the q-th on to the 32 patterns from `start` on. */
static inline void D(complete)(const struct image *image, const struct buffers *buffers, int64_t q,
                               int64_t count, int64_t start, DISTANCE *out)
{
    D(distances)(image->tiled_patterns + start * image->words, VECTOR / TILE, (size_t)image->words,
                 buffers->running + q * image->state_words, (size_t)image->state_words,
                 (size_t)count, 0, (size_t)image->words, out, VECTOR);
}

/* Complete what of the 32 patterns from `start` on is below the query's limit; returns how many
   those were. `together` has the distances of all of them, or is NULL. */
static int64_t D(sweep_some)(const struct image *image, const struct rules *rules,
                             struct buffers *buffers, int64_t q, int64_t start,
                             const DISTANCE *together)
{
    DISTANCE *here = D(row_of)(image, buffers, q) + start, alone[VECTOR];
    const int64_t best = buffers->found[q * FOUND + SMALLEST];
    const int64_t limit = image->nearest ? best + rules->reach : largest(best, rules->reach);
    const DISTANCE cut = (DISTANCE)smallest(limit, PADDING);
    uint64_t less = D(below)(here, VECTOR, cut);
    const int64_t found = popcount(less);
    if (found > FEW) {
        const DISTANCE *whole = together;
        if (whole == NULL) {
            D(complete)(image, buffers, q, 1, start, alone);
            whole = alone;
        }
        for (int64_t j = 0; j < VECTOR; j++) {
            here[j] = here[j] < cut ? whole[j] : here[j];
        }
        return found;
    }
    for (; less != 0; less &= less - 1) {
        const int64_t j = lowest_bit(less);
        here[j] = (DISTANCE)D(distance_to)(image, rules, buffers, start + j, q);
    }
    return found;
}

/* Complete what may lie below the limit that each query's smallest distance so far sets; args as
   for `search`. */
static void D(sweep)(const struct image *image, const struct rules *rules, struct buffers *buffers,
                     const struct events *events, int64_t first, int64_t count, bool later)
{
    const int64_t known =
        later ? 0 : rules->coarse_words; /* words whose distance the buffer holds */
    int64_t usual = 0; /* patterns of the last 32 that a query completed */
    for (int64_t start = 0; start < image->patterns; start += VECTOR) {
        /* most are completed by all queries if they were by the last one that was looked at */
        const DISTANCE *together = NULL;
        if (usual > FEW && count > FEW) {
            D(complete)(image, buffers, 0, count, start, buffers->completed);
            together = buffers->completed;
        }
        int64_t swept = 0, completed = 0;
        for (int64_t q = 0; q < count; q++) {
            if (buffers->ended[q] == BY_RADIUS) {
                continue;
            }
            DISTANCE *row = D(row_of)(image, buffers, q);
            if (later) {
                const DISTANCE flips = (DISTANCE)buffers->flips[q];
                for (int64_t m = start; m < smallest(start + VECTOR, image->patterns); m++) {
                    row[m] -= row[m] < flips ? row[m] : flips;
                }
            }
            const int64_t e = first + buffers->live[q];
            const int64_t found =
                D(sweep_some)(image, rules, buffers, q, start,
                              together == NULL ? NULL : together + q * VECTOR);
            swept += 1;
            completed += found;
            events->sweep_completions[e] += found;
            events->sweep_words[e] += found * (rules->words - known);
        }
        usual = 2 * swept > count ? completed / swept : 0;
    }
}

/* The search of one step of the first `count` running states. Sets `winner`, `radius`, `ended`,
   and, unless that ended it, `minima` and `found`.

   In a later step with rule abandon, the distances are what the last step left, `flips` since
   then, and `found` has the distance to the last winner. The block's queries begin at `first`. */
static void D(search)(const struct image *image, const struct rules *rules, struct buffers *buffers,
                      const struct events *events, int64_t first, int64_t count, bool later)
{
    const bool swept = rules->coarse_words > 0 && (later || !rules->whole);
    for (int64_t q = 0; q < count; q++) {
        events->passes[first + buffers->live[q]] += 1;
        buffers->ended[q] = 0;
    }
    if (!swept) {
        D(measure)(image, buffers, count, image->head);
    } else if (!later) {
        D(scan_coarse)(image, rules, buffers, count);
        for (int64_t q = 0; q < count; q++) {
            events->shortlist_batches[first + buffers->live[q]] =
                D(complete_shortlist)(image, rules, buffers, q);
        }
    }
    if (swept) {
        D(sweep)(image, rules, buffers, events, first, count, later);
    }
    for (int64_t q = 0; q < count; q++) {
        if (buffers->ended[q] == BY_RADIUS) {
            continue;
        }
        events->sweeps[first + buffers->live[q]] += swept;
        D(select_one)(image, buffers,
                      q); /* after a sweep, and in whole scans, `head` is all words */
        const int64_t best = buffers->found[q * FOUND + SMALLEST];
        const int64_t group = D(first_at)(D(minima_of)(image, buffers, q), best);
        const int64_t start = group * image->lanes;
        D(note)(rules, buffers, q, best,
                start + D(first_at)(D(row_of)(image, buffers, q) + start, best));
    }
}
