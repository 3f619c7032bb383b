/* The look-up stage: by a path's `look_up_vectors` where the table is short, else by loads. */
#ifndef HWSIM_LOOK_UP_H
#define HWSIM_LOOK_UP_H

/* Unsigned: what is less than `origin` is far past the table then. */
#define LOOK_UP_EACH                                                                           \
    int64_t total = 0;                                                                         \
    for (size_t i = 0; i < count; i++) {                                                       \
        const uint32_t moved = distances[i] - origin;                                          \
        out[i] = table[moved < entries - 1 ? moved : entries - 1];                                 \
        total += out[i];                                                                       \
    }                                                                                          \
    return total;

static LOOK_UP(look_up16, uint16_t)
{
    if (has_vectors_for(entries))
        return look_up_vectors(distances, count, origin, table, entries, out);
    LOOK_UP_EACH
}

static LOOK_UP(look_up32, uint32_t)
{
    LOOK_UP_EACH
}

#endif
