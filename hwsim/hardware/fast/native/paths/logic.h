/* Parity and majority of three vectors where an instruction takes two operands. */
#ifndef HWSIM_LOGIC_H
#define HWSIM_LOGIC_H

static INLINE words_t parity(words_t a, words_t b, words_t c) { return a ^ b ^ c; }

static INLINE words_t majority(words_t a, words_t b, words_t c)
{
    return (a & b) | ((a ^ b) & c); /* a ^ b is the parity's, too */
}

#endif
