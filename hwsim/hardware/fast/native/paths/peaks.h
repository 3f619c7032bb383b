/* `word_peaks.h`, and how fast byte products by vectors could be. */
#ifndef HWSIM_PEAKS_H
#define HWSIM_PEAKS_H

#include "word_peaks.h"

/* Products of bytes, of as many rows and vectors as stay in registers, but for the widening. */
static uint64_t peak_products(size_t turns)
{
    uint8_t kernel[FULL_ROWS * 4] = {1};
    int8_t codes[WIDE_VECTORS * LANES * 4] = {1};
    int32_t out[LANES];
    partial_t partial[FULL_ROWS][WIDE_VECTORS];
    MEMORY_CHANGED(codes);
    MEMORY_CHANGED(kernel);
    UNROLLED for (size_t row = 0; row < FULL_ROWS; row++) /* no two alike */
        UNROLLED for (size_t v = 0; v < WIDE_VECTORS; v++)
            partial[row][v] = add_quad(no_partial(), splat_quad(kernel + row * 4),
                                       load_codes(codes + v * LANES * 4));
    for (size_t turn = 0; turn < turns; turn++) {
        MEMORY_CHANGED(kernel);
        UNROLLED for (size_t row = 0; row < FULL_ROWS; row++)
            UNROLLED for (size_t v = 0; v < WIDE_VECTORS; v++)
                partial[row][v] = add_quad(partial[row][v], splat_quad(kernel + row * 4),
                                           load_codes(codes + v * LANES * 4));
    }
    UNROLLED for (size_t row = 0; row < FULL_ROWS; row++)
        UNROLLED for (size_t v = 0; v < WIDE_VECTORS; v++) {
            put_partial(partial[row][v], out, false);
            MEMORY_CHANGED(out);
        }
    return turns * FULL_ROWS * WIDE_VECTORS * LANES * 4;
}

#endif
