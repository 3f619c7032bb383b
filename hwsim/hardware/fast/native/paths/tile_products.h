/* The product stage by tile registers: up to 16 rows of kernel bytes meet 16 neurons' codes of 64
   patterns in one instruction, which adds to 32 bits: exact, a product is at most 255 * 127 and never
   negative, and a call adds at most SPAN of them.

   Two by two such blocks are summed up together, so that each register that is loaded serves two
   instructions. Codes lie in memory as tiles want them, so registers are loaded from where they are.
   Whoever else uses tile registers on this thread sets them up himself, as we do: they are given
   back behind all products of a block of queries. To set them up takes as long as a hundred rows. */
#ifndef HWSIM_TILE_PRODUCTS_H
#define HWSIM_TILE_PRODUCTS_H

/* The registers, in an instruction literal numbers: 0 to 3 are sums. */
#define CODES 4
#define RIGHT_CODES 5
#define KERNEL 6
#define LOWER_KERNEL 7

enum { FULL_TILE = 16, TILE_BYTES = 64, REGISTERS = 8, ROWS = FULL_TILE };

/* What LDTILECFG reads. */
struct tile_shapes {
    uint8_t palette, start_row, reserved[14];
    uint16_t row_bytes[16];
    uint8_t rows[16];
};

/* The compiler does not know that tile instructions read and write memory. */
#define MEMORY_SETTLED() __asm__ volatile("" : : : "memory")

/* The largest divisor that is at most 16. */
static INLINE size_t tile_of(size_t count)
{
    size_t tile = FULL_TILE;
    while (count % tile > 0)
        tile--;
    return tile;
}

/* Registers for so many rows of kernel bytes, or a divisor, and quads of patterns. */
static void begin_products(size_t rows, size_t quads)
{
    const size_t height = tile_of(rows), depth = tile_of(quads);
    struct tile_shapes shapes;
    memset(&shapes, 0, sizeof shapes);
    shapes.palette = 1;
    for (int tile = 0; tile < REGISTERS; tile++) {
        shapes.row_bytes[tile] = TILE_BYTES;
        shapes.rows[tile] = (uint8_t)height;
    }
    shapes.row_bytes[KERNEL] = shapes.row_bytes[LOWER_KERNEL] = (uint16_t)(4 * depth);
    shapes.rows[CODES] = shapes.rows[RIGHT_CODES] = (uint8_t)depth;
    MEMORY_SETTLED();
    _tile_loadconfig(&shapes);
}

static void end_products(void)
{
    _tile_release();
    MEMORY_SETTLED();
}

/* Where a call's operands lie. */
struct operands_of_tiles {
    const int8_t *codes;
    const uint8_t *kernel;
    int32_t *out;
    size_t across; /* bytes from one quad's codes to the next */
    size_t stride, out_stride;
    size_t height, depth; /* of the registers */
};

/* One or, with `below`, two times the registers' rows, and 16 neurons or, with `right`, 32. */
static INLINE void products_of_tiles(struct operands_of_tiles at, size_t quads, bool more,
                                     const bool below, const bool right)
{
    const size_t down = at.out_stride * sizeof *at.out, across = at.across, stride = at.stride;
    int32_t *const under = at.out + at.height * at.out_stride;
    if (more) {
        _tile_stream_loadd(0, at.out, down);
        if (right)
            _tile_stream_loadd(1, at.out + FULL_TILE, down);
        if (below)
            _tile_stream_loadd(2, under, down);
        if (below && right)
            _tile_stream_loadd(3, under + FULL_TILE, down);
    } else {
        _tile_zero(0);
        _tile_zero(1);
        _tile_zero(2);
        _tile_zero(3);
    }
    for (size_t quad = 0; quad < quads; quad += at.depth) {
        const int8_t *codes = at.codes + quad * across;
        const uint8_t *kernel = at.kernel + quad * 4;
        _tile_loadd(CODES, codes, across);
        _tile_stream_loadd(KERNEL, kernel, stride);
        _tile_dpbusd(0, KERNEL, CODES);
        if (right) {
            _tile_loadd(RIGHT_CODES, codes + TILE_BYTES, across);
            _tile_dpbusd(1, KERNEL, RIGHT_CODES);
        }
        if (below) {
            _tile_stream_loadd(LOWER_KERNEL, kernel + at.height * stride, stride);
            _tile_dpbusd(2, LOWER_KERNEL, CODES);
        }
        if (below && right)
            _tile_dpbusd(3, LOWER_KERNEL, RIGHT_CODES);
    }
    _tile_stored(0, at.out, down);
    if (right)
        _tile_stored(1, at.out + FULL_TILE, down);
    if (below)
        _tile_stored(2, under, down);
    if (below && right)
        _tile_stored(3, under + FULL_TILE, down);
}

/* All neurons of a tile. */
static INLINE void products_across(struct operands_of_tiles at, size_t width, size_t quads,
                                   bool more, const bool below)
{
    size_t neuron = 0;
    for (; neuron + 2 * FULL_TILE <= width; neuron += 2 * FULL_TILE) {
        products_of_tiles(at, quads, more, below, true);
        at.codes += 2 * TILE_BYTES;
        at.out += 2 * FULL_TILE;
    }
    if (neuron < width)
        products_of_tiles(at, quads, more, below, false);
}

static PRODUCTS(products)
{
    (void)most; /* nothing is added up in less than 32 bits */
    struct operands_of_tiles at = {
        .across = 4 * width,
        .stride = stride,
        .out_stride = out_stride,
        .height = tile_of(rows),
        .depth = tile_of(quads),
    };
    const size_t height = at.height;
    for (size_t row = 0; row < rows;) {
        const bool below = row + 2 * height <= rows;
        at.codes = codes;
        at.kernel = kernel + row * stride;
        at.out = out + row * out_stride;
        if (below)
            products_across(at, width, quads, more, true);
        else
            products_across(at, width, quads, more, false);
        row += below ? 2 * height : height;
    }
}

/* How fast that could be: its instructions alone. */
static uint64_t peak_products(size_t turns)
{
    begin_products(FULL_TILE, FULL_TILE);
    _tile_zero(KERNEL);
    _tile_zero(CODES);
    for (size_t turn = 0; turn < turns; turn++) {
        _tile_dpbusd(0, KERNEL, CODES);
        _tile_dpbusd(1, KERNEL, CODES);
        _tile_dpbusd(2, KERNEL, CODES);
        _tile_dpbusd(3, KERNEL, CODES);
    }
    end_products();
    return turns * 4 * FULL_TILE * FULL_TILE * TILE_BYTES;
}

#endif
