/* How fast a path could be: its instructions alone, on what lies in registers or the first-level
   cache. The compiler is told at every turn that memory has changed, or one turn would do for all.

   They return what a thread has done. */
#ifndef HWSIM_WORD_PEAKS_H
#define HWSIM_WORD_PEAKS_H

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

#endif
