/* The look-up stage: by a path's `look_up_vectors` where the table is short, else by loads. */
#ifndef HWSIM_LOOK_UP_H
#define HWSIM_LOOK_UP_H

/* The sum of bytes, added up in 16 bits: exact, 257 of at most 255 fit. */
static INLINE int64_t sum_bytes_of(const uint8_t *bytes, size_t count)
{
    enum { AT_ONCE = 32, MOST = AT_ONCE * 256 };
    int64_t total = 0;
    for (size_t start = 0; start < count; start += MOST) {
        const size_t stop = count - start < MOST ? count : start + MOST;
        uint16_t sums[AT_ONCE] = {0};
        for (size_t i = start; i < stop; i += AT_ONCE)
            for (size_t j = 0; j < AT_ONCE; j++)
                sums[j] = (uint16_t)(sums[j] + bytes[i + j]);
        for (size_t j = 0; j < AT_ONCE; j++)
            total += sums[j];
    }
    return total;
}

/* Thirty-two indices by vectors, then load by load, some indices from a register at a time.
   Unsigned: what is less than `origin` is far past the table then. */
#define LOOK_UP_EACH(type)                                                                     \
    enum { AT_ONCE = 32, TOGETHER = sizeof(uint64_t) / sizeof(type), BITS = 8 * sizeof(type) };\
    const type last = (type)(entries - 1);                                                     \
    for (size_t i = 0; i < count; i += AT_ONCE) {                                              \
        type indices[AT_ONCE];                                                                 \
        for (size_t j = 0; j < AT_ONCE; j++) {                                                 \
            const type moved = (type)(distances[i + j] - origin);                              \
            indices[j] = moved < last ? moved : last;                                          \
        }                                                                                      \
        UNROLLED for (size_t j = 0; j < AT_ONCE; j += TOGETHER) {                              \
            uint64_t some;                                                                     \
            memcpy(&some, indices + j, sizeof some);                                           \
            UNROLLED for (size_t k = 0; k < TOGETHER; k++)                                     \
                out[i + j + k] = table[(type)(some >> BITS * k)];                              \
        }                                                                                      \
    }                                                                                          \
    return sum_bytes_of(out, count);

static LOOK_UP(look_up16, uint16_t)
{
    if (has_vectors_for(entries))
        return look_up_vectors(distances, count, origin, table, entries, out);
    LOOK_UP_EACH(uint16_t)
}

static LOOK_UP(look_up32, uint32_t)
{
    LOOK_UP_EACH(uint32_t)
}

#endif
