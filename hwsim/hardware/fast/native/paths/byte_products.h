/* The product stage, from a path's `add_quad`: FULL_ROWS or 1 rows of kernel bytes meet
   WIDE_VECTORS or NARROW_VECTORS vectors of LANES neurons, whose partial sums stay in registers.

   A path says in `quads_together` how many products of one pair of bytes it may add up before
   `put_partial` widens them, and proves it there. */
#ifndef HWSIM_BYTE_PRODUCTS_H
#define HWSIM_BYTE_PRODUCTS_H

enum { QUADS_UNROLLED = 8, ROWS = 8 };

static INLINE void begin_products(size_t rows, size_t quads) { (void)rows, (void)quads; }

static INLINE void end_products(void) {}

/* Add the products of one quad. */
static INLINE void add_products(partial_t (*partial)[WIDE_VECTORS], const int8_t *codes,
                                const uint8_t *kernel, size_t stride, const size_t rows,
                                const size_t vectors)
{
    UNROLLED for (size_t row = 0; row < rows; row++) {
        const bytes_t four = splat_quad(kernel + row * stride);
        UNROLLED for (size_t v = 0; v < vectors; v++)
            partial[row][v] = add_quad(partial[row][v], four, load_codes(codes + v * LANES * 4));
    }
}

static INLINE void products_of(const int8_t *codes, size_t width, const uint8_t *kernel,
                               size_t stride, size_t quads, size_t together, int32_t *out,
                               size_t out_stride, bool more, const size_t rows,
                               const size_t vectors)
{
    for (size_t start = 0; start < quads; start += together) {
        const size_t stop = quads - start < together ? quads : start + together;
        partial_t partial[FULL_ROWS][WIDE_VECTORS];
        UNROLLED for (size_t row = 0; row < rows; row++)
            UNROLLED for (size_t v = 0; v < vectors; v++)
                partial[row][v] = no_partial();
        size_t quad = start;
        for (; quad + QUADS_UNROLLED <= stop; quad += QUADS_UNROLLED)
            UNROLLED for (size_t each = quad; each < quad + QUADS_UNROLLED; each++)
                add_products(partial, codes + each * width * 4, kernel + each * 4, stride, rows,
                             vectors);
        for (; quad < stop; quad++)
            add_products(partial, codes + quad * width * 4, kernel + quad * 4, stride, rows,
                         vectors);
        UNROLLED for (size_t row = 0; row < rows; row++)
            UNROLLED for (size_t v = 0; v < vectors; v++)
                put_partial(partial[row][v], out + row * out_stride + v * LANES,
                            more || start > 0);
    }
}

/* All neurons of a tile, so many vectors at a time. */
static INLINE void products_across(const int8_t *codes, size_t width, const uint8_t *kernel,
                                   size_t stride, size_t quads, size_t together, int32_t *out,
                                   size_t out_stride, bool more, const size_t rows,
                                   const size_t vectors)
{
    for (size_t neuron = 0; neuron < width; neuron += vectors * LANES)
        products_of(codes + neuron * 4, width, kernel, stride, quads, together, out + neuron,
                    out_stride, more, rows, vectors);
}

static PRODUCTS(products)
{
    const size_t most_together = quads_together(most);
    const size_t together = most_together < QUADS_UNROLLED
                                ? most_together
                                : most_together / QUADS_UNROLLED * QUADS_UNROLLED;
    const bool wide = width % (WIDE_VECTORS * LANES) == 0;
    if (rows == 1 && wide)
        products_across(codes, width, kernel, stride, quads, together, out, out_stride, more, 1,
                        WIDE_VECTORS);
    else if (rows == 1)
        products_across(codes, width, kernel, stride, quads, together, out, out_stride, more, 1,
                        NARROW_VECTORS);
    for (size_t row = 0; rows > 1 && row < rows; row += FULL_ROWS) {
        const uint8_t *here = kernel + row * stride;
        int32_t *line = out + row * out_stride;
        if (wide)
            products_across(codes, width, here, stride, quads, together, line, out_stride, more,
                            FULL_ROWS, WIDE_VECTORS);
        else
            products_across(codes, width, here, stride, quads, together, line, out_stride, more,
                            FULL_ROWS, NARROW_VECTORS);
    }
}

#endif
