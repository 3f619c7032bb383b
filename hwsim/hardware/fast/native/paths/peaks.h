/* How fast a path could be: its instructions alone, on what lies in registers or the first-level
   cache. The compiler is told at every turn that memory has changed, or one turn would do for all.

   They return what a thread has done. */
#ifndef HWSIM_PEAKS_H
#define HWSIM_PEAKS_H

#define MEMORY_CHANGED(address) __asm__ volatile("" : : "r"(address) : "memory")

/* Words of 64 bits, xored and popcounted one by one, as the compiler vectorises that. */
static uint64_t peak_words(size_t turns)
{
    enum { WORDS = 512 };
    uint64_t words[2][WORDS], total = 0;
    memset(words, 0x5A, sizeof words);
    for (size_t turn = 0; turn < turns; turn++) {
        MEMORY_CHANGED(words);
        for (size_t word = 0; word < WORDS; word++)
            total += (uint64_t)__builtin_popcountll(words[0][word] ^ words[1][word]);
    }
    MEMORY_CHANGED(&total);
    return turns * WORDS;
}

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
