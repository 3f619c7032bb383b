/* What the stages of a step work on: the prepared image, a block's buffers, all queries' results.
   `native/recall.py` fills these in from NumPy's arrays; nothing here is owned. */
#ifndef HWSIM_OPERANDS_H
#define HWSIM_OPERANDS_H

#include <stdbool.h>
#include <stdint.h>

/* An image as the stages want it. */
struct image {
    int64_t neurons;
    int64_t state_words; /* of 64 bits */
    int64_t words;       /* of 32 bits, of a pattern */
    int64_t head;        /* of them, those that are compared with every pattern */
    int64_t columns;     /* patterns, rounded up to a multiple of 32 */
    int64_t patterns;
    int64_t depth; /* in tiles of codes and rows of kernel bytes: columns, or zeros behind them */
    int64_t lanes; /* a multiple of 8 */
    int64_t groups;
    int64_t last;           /* largest x with lut[x] > 0, or -1 */
    int64_t nearest;        /* whether distances count from the nearest pattern's */
    int64_t code_sum;       /* sum(C) */
    int64_t frac_bits;      /* F */
    int64_t most_rows;      /* kernel values that are not 0 for which adding rows is faster */
    int64_t most_counted;   /* such values that are counted, if not all */
    int64_t slices;         /* cuts of the codes */
    int64_t tiles;          /* of a slice */
    int64_t slice_bytes;    /* of a slice */
    int64_t code_bits;      /* in them: 8, or as few as `loop/folded.h` takes */
    int64_t span;           /* patterns whose products are made together, at most SPAN */
    int64_t kernel_bytes;   /* cuts of a kernel value */
    int64_t lut_entries;    /* of a row of lut_bytes */
    int64_t width;          /* of a row of products, at least that of all tiles */
    int64_t offset_words;   /* words of 64 offsets: ceil(N / 64) */
    int64_t wide_distances; /* whether they have 32 bits instead of 16 */
    int64_t wide_sums;      /* whether products and offsets have 64 bits instead of 32 */
    int64_t wide_codes;     /* whether codes have 16 bits instead of 8 */
    int64_t packed;         /* whether there are planes alone, and neither codes nor their tiles */
    int64_t weight_bits;    /* planes */
    const uint32_t *tiled_patterns; /* (columns / 16, words, 16) */
    const void *codes;              /* (P, N), unsigned */
    const int8_t *code_tiles;       /* (slices, slice_bytes) */
    const uint64_t *planes;         /* (P, weight_bits, offset_words) */
    const int64_t *plane_weights;   /* (weight_bits,) */
    const uint8_t *slice_weights;   /* (slices, weight_bits), of a plane in a slice, or 0 */
    const int64_t *widths;          /* (tiles,), neurons of each tile of a slice */
    const int64_t *scales;          /* (slices,) */
    const int64_t *most;            /* (slices,), largest product of a kernel byte and a code */
    const int64_t *lut;             /* (N + 1,) */
    const uint8_t *lut_bytes;       /* (kernel_bytes, lut_entries) */
    const void *offsets;            /* (64 * offset_words,), zeros past N */
};

/* What the rules and the row dataflow need of an image. */
struct rules {
    int64_t row;          /* dataflow */
    int64_t words;        /* W, of L bits */
    int64_t coarse_words; /* of them, 0 where rule abandon is off */
    int64_t whole;        /* whether the first scan reads all words */
    int64_t reach;        /* R */
    int64_t shortlist;    /* patterns on it */
    int64_t batch;        /* of them completed between two looks at the radius memory */
    int64_t winner_limit;
    int64_t candidate_words; /* words that a candidate takes for L neurons */
    int64_t coarse_bits;     /* of a pattern in the first scan */
    int64_t coarse_padded;   /* words of 32 bits of a tile of them */
    const uint32_t *coarse_tiles;
    const uint64_t *patterns; /* (P, state_words) */
    const int64_t *radius;    /* (P,) */
};

/* One thread's arrays for a block of Q queries. */
struct buffers {
    void *distances; /* (Q, columns) */
    void *minima;    /* (Q, groups), each group's smallest distance */
    void *products;  /* (Q, width), sum_m k[m] * u[m, i] */
    uint8_t *kernel; /* (kernel_bytes, Q, depth) */
    int64_t *found;  /* (Q, 5), see `enum found` */
    int64_t *sums;   /* (Q,), S; as all that follow up to `ended` */
    int64_t *flips;  /* bits that changed */
    int64_t *few;    /* queries whose rows are added */
    int64_t *many;   /* dense queries */
    int64_t *live;   /* which query of the block each row is */
    int64_t *winner; /* w of the last search, where there are rules; as what follows */
    int64_t *radius; /* what the radius memory says of it */
    int64_t *ended;  /* the rule that made the rest of the step needless, or 0 */
    int64_t *shortlist;
    void *completed;   /* (Q, 32), distances of a sweep */
    uint64_t *coarse;  /* (Q, coarse_padded / 2), states but for what the first scan leaves out */
    uint64_t *running; /* (Q, state_words), as is */
    uint64_t *final;
};

/* What all queries have come to but for their states, one entry a query. */
struct results {
    int64_t *steps;
    int64_t *active_steps;
    int64_t *groups_active;
    int64_t *kernel_values;
    int64_t *distance;
    bool *converged;
    bool *miss;
};

/* What the data decided in each query's recall where there are rules, one entry a query. */
struct events {
    int64_t *passes;
    int64_t *updates;
    int64_t *probes;
    int64_t *shortlist_batches;
    int64_t *sweeps;
    int64_t *sweep_completions;
    int64_t *sweep_words;
    int64_t *copies;
    int64_t *active_steps;
    int64_t *groups_active;
    int64_t *kernel_values;
    int64_t *deciding_groups;
    int64_t *accumulating_steps;
    int64_t *accumulated_groups;
    int64_t *serial_waits;
    int64_t *candidates;
    int64_t *accumulated_candidates;
};

/* Queries, and which of them are taken. */
struct queries {
    const int8_t *spins; /* (total, N) */
    int64_t total;
    int64_t block;     /* queries in one, at most the buffers' */
    int64_t *counter;  /* of blocks, which all threads share */
    int64_t max_steps; /* T */
    int8_t *states;    /* (total, N), get the final ones */
};

#endif
