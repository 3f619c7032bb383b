/* The product stage by tile registers: up to 16 rows of kernel bytes meet 16 neurons' codes of 64
   patterns in one instruction, which adds to 32 bits: exact, a product is at most 255 * 127 and never
   negative, and a call adds at most SPAN of them.

   Codes lie in memory as tiles want them, so registers are loaded from where they are. Whoever else
   uses tile registers on this thread sets them up himself, as we do at every call: they are given
   back at its end. */
#ifndef HWSIM_TILE_PRODUCTS_H
#define HWSIM_TILE_PRODUCTS_H

/* The registers, in an instruction literal numbers: 0 to 2 are sums, one for each 16 neurons. */
#define KERNEL 3
#define CODES 4
#define OTHER_CODES 5

enum { FULL_TILE = 16, TILE_BYTES = 64, REGISTERS = 6 };

/* What LDTILECFG reads. */
struct tile_shapes {
    uint8_t palette, start_row, reserved[14];
    uint16_t row_bytes[16];
    uint8_t rows[16];
};

/* The compiler does not know that tile instructions read and write memory. */
#define MEMORY_SETTLED() __asm__ volatile("" : : : "memory")

/* Registers for so many rows of kernel bytes and so many quads of patterns. */
static INLINE void set_up_tiles(size_t rows, size_t depth)
{
    struct tile_shapes shapes;
    memset(&shapes, 0, sizeof shapes);
    shapes.palette = 1;
    for (int tile = 0; tile < REGISTERS; tile++) {
        shapes.row_bytes[tile] = TILE_BYTES;
        shapes.rows[tile] = (uint8_t)rows;
    }
    shapes.row_bytes[KERNEL] = (uint16_t)(4 * depth);
    shapes.rows[CODES] = shapes.rows[OTHER_CODES] = (uint8_t)depth;
    MEMORY_SETTLED();
    _tile_loadconfig(&shapes);
}

/* The most quads of patterns that registers take at a time without a rest. */
static INLINE size_t depth_of(size_t quads)
{
    size_t depth = FULL_TILE;
    while (quads % depth > 0)
        depth--;
    return depth;
}

/* As many rows as registers are set up for, and `vectors` times 16 neurons. */
static INLINE void products_of_tiles(const int8_t *codes, const uint8_t *kernel, size_t stride,
                                     size_t quads, size_t depth, int32_t *out,
                                     size_t out_stride, bool more, const size_t vectors)
{
    const size_t across = vectors * TILE_BYTES, down = out_stride * sizeof *out;
    if (more) {
        _tile_loadd(0, out, down);
        _tile_loadd(1, out + FULL_TILE, down);
        if (vectors > 2)
            _tile_loadd(2, out + 2 * FULL_TILE, down);
    } else {
        _tile_zero(0);
        _tile_zero(1);
        _tile_zero(2);
    }
    for (size_t quad = 0; quad < quads; quad += depth) {
        const int8_t *here = codes + quad * across;
        _tile_loadd(KERNEL, kernel + quad * 4, stride);
        _tile_loadd(CODES, here, across);
        _tile_dpbusd(0, KERNEL, CODES);
        _tile_loadd(OTHER_CODES, here + TILE_BYTES, across);
        _tile_dpbusd(1, KERNEL, OTHER_CODES);
        if (vectors > 2) {
            _tile_loadd(CODES, here + 2 * TILE_BYTES, across);
            _tile_dpbusd(2, KERNEL, CODES);
        }
    }
    _tile_stored(0, out, down);
    _tile_stored(1, out + FULL_TILE, down);
    if (vectors > 2)
        _tile_stored(2, out + 2 * FULL_TILE, down);
}

static PRODUCTS(products)
{
    (void)most; /* nothing is added up in less than 32 bits */
    const size_t depth = depth_of(quads);
    size_t shape = 0;
    for (size_t row = 0; row < rows; row += shape) {
        const size_t now = rows - row < FULL_TILE ? rows - row : FULL_TILE;
        if (now != shape)
            set_up_tiles(now, depth);
        shape = now;
        const uint8_t *here = kernel + row * stride;
        int32_t *line = out + row * out_stride;
        if (width == 3 * FULL_TILE)
            products_of_tiles(codes, here, stride, quads, depth, line, out_stride, more, 3);
        else
            products_of_tiles(codes, here, stride, quads, depth, line, out_stride, more, 2);
    }
    _tile_release();
    MEMORY_SETTLED();
}

/* How fast that could be: its instructions alone. */
static uint64_t peak_products(size_t turns)
{
    set_up_tiles(FULL_TILE, FULL_TILE);
    _tile_zero(KERNEL);
    _tile_zero(CODES);
    for (size_t turn = 0; turn < turns; turn++) {
        _tile_dpbusd(0, KERNEL, CODES);
        _tile_dpbusd(1, KERNEL, CODES);
        _tile_dpbusd(2, KERNEL, CODES);
    }
    _tile_release();
    return turns * 3 * FULL_TILE * FULL_TILE * TILE_BYTES;
}

#endif
