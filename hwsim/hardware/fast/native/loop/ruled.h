/* One step of a block of queries where there are rules, or the row dataflow.

   The search, then what an update would accumulate, which the winner may decide alone, and the
   update itself as everywhere: the dataflow decides counts, not results. Included once per type of
   distances. */

/* `load_groups` where whole vectors of a group are looked up, whose kernel values are bytes. */
static struct loaded D(load_whole_groups)(const struct image *image, const struct buffers *buffers,
                                          int64_t q, int64_t limit)
{
    const int64_t *found = buffers->found + q * FOUND;
    const DISTANCE *row = D(row_of)(image, buffers, q), *minima = D(minima_of)(image, buffers, q);
    const uint32_t origin = image->nearest ? (uint32_t)found[SMALLEST] : 0;
    struct loaded loaded = {0, 0, 0};
    for (int64_t group = 0; group < image->groups && loaded.sum <= limit; group++) {
        if (minima[group] > found[CUT]) {
            continue;
        }
        const int64_t start = group * image->lanes, stop = group_stop(image, group);
        loaded.groups += 1;
        loaded.patterns += smallest(stop, image->patterns) - start;
        loaded.sum += D(look_up)(row + start, (size_t)(stop - start), origin, image->lut_bytes,
                                 (size_t)image->lut_entries, buffers->kernel);
    }
    return loaded;
}

/* Look active groups up until the kernel sum exceeds `limit`, or all are. */
static struct loaded D(load_groups)(const struct image *image, const struct buffers *buffers,
                                    int64_t q, int64_t limit)
{
    const int64_t *found = buffers->found + q * FOUND;
    const int64_t origin = image->nearest ? found[SMALLEST] : 0;
    const DISTANCE *row = D(row_of)(image, buffers, q);
    const DISTANCE past = (DISTANCE)(smallest(found[CUT], PADDING - 1) + 1);
    struct loaded loaded = {0, 0, 0};
    if (image->lanes % VECTOR == 0 && image->kernel_bytes == 1) {
        return D(load_whole_groups)(image, buffers, q, limit);
    }
    int64_t stop = 0; /* of the group that is being looked up */
    for (int64_t start = 0; start < image->columns; start += VECTOR) {
        uint64_t less = D(below)(row + start, VECTOR, past);
        for (; less != 0; less &= less - 1) {
            const int64_t m = start + lowest_bit(less);
            if (m >= stop) {
                if (loaded.sum > limit) {
                    return loaded;
                }
                const int64_t first = m / image->lanes * image->lanes;
                stop = smallest(first + image->lanes, image->patterns);
                loaded.groups += 1;
                loaded.patterns += stop - first;
            }
            loaded.sum += image->lut[row[m] - origin];
        }
    }
    return loaded;
}

/* Whether the winner decides alone; and what is looked up and accumulated, into the events. */
static bool D(decide)(const struct image *image, const struct rules *rules,
                      const struct buffers *buffers, const struct events *events, int64_t e,
                      int64_t q)
{
    const int64_t *found = buffers->found + q * FOUND;
    const int64_t groups = found[GROUPS], values = found[VALUES], candidates = found[NONZERO];
    events->updates[e] += 1;
    events->active_steps[e] += groups > 0;
    events->groups_active[e] += groups;
    if (groups == 0) {
        return false;
    }
    struct loaded loaded = {1, 0, 0};
    bool decided = false;
    if (rules->winner_limit > 0 && (image->nearest || found[SMALLEST] == 0)) {
        loaded = D(load_groups)(image, buffers, q, rules->winner_limit);
        decided = loaded.sum <= rules->winner_limit;
    }
    if (rules->row) {
        events->accumulated_groups[e] += groups;
        events->kernel_values[e] += values;
        events->candidates[e] += candidates;
        if (!decided) {
            events->accumulated_candidates[e] += candidates;
            events->serial_waits[e] +=
                (rules->words - 1) * largest(image->lanes - candidates * rules->candidate_words, 0);
        }
    } else {
        if (decided || loaded.groups > 1) {
            events->deciding_groups[e] += loaded.groups;
            events->kernel_values[e] += loaded.patterns;
        }
        if (!decided) {
            events->accumulated_groups[e] += groups;
            events->kernel_values[e] += values;
        }
    }
    events->accumulating_steps[e] += !decided;
    return decided;
}

/* Make the last winner the state. */
static inline void D(copy_winner)(const struct image *image, const struct rules *rules,
                                  const struct buffers *buffers, const struct events *events,
                                  int64_t row, int64_t e)
{
    memcpy(buffers->running + row * image->state_words,
           rules->patterns + buffers->winner[row] * image->state_words,
           (size_t)image->state_words * sizeof(uint64_t));
    events->copies[e] += 1;
}

/* `step` of the first `count` running states; args as for `search`. */
static void D(ruled_step)(const struct image *image, const struct rules *rules,
                          struct buffers *buffers, const struct events *events, int64_t first,
                          int64_t count, bool later)
{
    D(search)(image, rules, buffers, events, first, count, later);
    for (int64_t q = 0; q < count; q++) {
        const int64_t e = first + buffers->live[q];
        if (buffers->ended[q] == 0 && D(decide)(image, rules, buffers, events, e, q)) {
            buffers->ended[q] = BY_WINNER;
            D(copy_winner)(image, rules, buffers, events, q, e);
        }
        if (buffers->ended[q] > 0) {
            buffers->found[q * FOUND + NONZERO] = 0; /* nothing to accumulate */
        }
    }
    D(update)(image, buffers, count);
}

/* End in the last winner, within whose radius the state is, with so many steps left. */
static void D(go_to)(const struct image *image, const struct rules *rules,
                     const struct buffers *buffers, const struct events *events,
                     const struct results *results, int64_t row, int64_t e, int64_t distance,
                     int64_t left)
{
    results->distance[e] = 0;
    results->converged[e] = true;
    if (distance > 0) {
        D(copy_winner)(image, rules, buffers, events, row, e);
        if (left > 0) {
            results->steps[e] += 1;
        } else {
            results->distance[e] = distance;
            results->converged[e] = false;
        }
    }
}

/* Note what the step of one query found; whether it goes on, with the next step's probe done. */
static bool D(note_step)(const struct image *image, const struct rules *rules,
                         struct buffers *buffers, const struct events *events,
                         const struct results *results, int64_t row, int64_t e, int64_t left)
{
    int64_t *nearest = buffers->found + row * FOUND + SMALLEST;
    const bool won = buffers->ended[row] == BY_WINNER;
    results->steps[e] += 1;
    if (buffers->ended[row] == BY_RADIUS) {
        D(go_to)(image, rules, buffers, events, results, row, e, *nearest, left);
        return false;
    }
    if (won) {
        buffers->flips[row] = *nearest;
    } else if (results->steps[e] == 1) {
        results->miss[e] = buffers->sums[row] == 0;
    }
    results->distance[e] = *nearest;
    results->converged[e] = buffers->flips[row] == 0;
    if (left == 0 || buffers->flips[row] == 0) {
        return false;
    }
    if (won && buffers->radius[row] > 0) { /* the state is X[w] */
        results->steps[e] += 1;
        results->distance[e] = 0;
        results->converged[e] = true;
        return false;
    }
    if (rules->coarse_words > 0 || buffers->radius[row] > 0) {
        events->probes[e] += 1;
        *nearest = D(distance_to)(image, rules, buffers, buffers->winner[row], row);
        if (*nearest < buffers->radius[row]) {
            results->steps[e] += 1;
            D(go_to)(image, rules, buffers, events, results, row, e, *nearest, left - 1);
            return false;
        }
    }
    return true;
}

/* Move what a query takes into the next step to another row. */
static void D(move)(const struct image *image, const struct rules *rules, struct buffers *buffers,
                    int64_t from, int64_t to)
{
    buffers->live[to] = buffers->live[from];
    buffers->found[to * FOUND + SMALLEST] = buffers->found[from * FOUND + SMALLEST];
    if (to == from) {
        return;
    }
    memcpy(buffers->running + to * image->state_words, buffers->running + from * image->state_words,
           (size_t)image->state_words * sizeof(uint64_t));
    buffers->winner[to] = buffers->winner[from];
    buffers->flips[to] = buffers->flips[from];
    if (rules->coarse_words > 0) {
        memcpy(D(row_of)(image, buffers, to), D(row_of)(image, buffers, from),
               (size_t)image->columns * sizeof(DISTANCE));
    }
}

/* ITERATE: note what the step of `count` queries found, with `left` steps left of T; keep those
   that go on, and return how many. */
static int64_t D(ruled_settle)(const struct image *image, const struct rules *rules,
                               struct buffers *buffers, const struct events *events,
                               const struct results *results, int64_t first, int64_t count,
                               int64_t left)
{
    int64_t kept = 0;
    for (int64_t row = 0; row < count; row++) {
        const int64_t here = buffers->live[row];
        const bool going =
            D(note_step)(image, rules, buffers, events, results, row, first + here, left);
        memcpy(buffers->final + here * image->state_words,
               buffers->running + row * image->state_words,
               (size_t)image->state_words * sizeof(uint64_t));
        if (going) {
            D(move)(image, rules, buffers, row, kept++);
        }
    }
    return kept;
}
