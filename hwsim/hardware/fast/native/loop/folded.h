/* Codes of 2 or 4 bits, from tiles whose lines of 64 bytes lie 4 or 2 in one: byte i of such a line
   holds byte i of each, the first in its lowest bits.

   They are made bytes in a buffer that stays in the first-level cache, just before all queries of a
   block meet them: where a path multiplies faster than codes come from afar, a quarter of the bytes
   comes four times as fast. */

enum { LINE = 64 };

typedef uint64_t line_t __attribute__((vector_size(LINE)));

static inline void unfold_by(const int8_t *folded, int64_t bytes, int8_t *codes, const int bits)
{
    const line_t mask = (line_t){0} + ~(uint64_t)0 / 255 * ((1U << bits) - 1);
    for (int64_t start = 0; start < bytes; start += 8 / bits * LINE, folded += LINE) {
        line_t all;
        memcpy(&all, folded, LINE);
        for (int line = 0; line < 8 / bits; line++) {
            const line_t one = all >> bits * line & mask;
            memcpy(codes + start + line * LINE, &one, LINE);
        }
    }
}

/* So many bytes of codes, whole lines of what is folded. */
static void unfold(const struct image *image, const int8_t *folded, int64_t bytes, int8_t *codes)
{
    if (image->code_bits == 2) {
        unfold_by(folded, bytes, codes, 2);
    } else {
        unfold_by(folded, bytes, codes, 4);
    }
}
