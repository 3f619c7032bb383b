/* Ends a path's file: the loop, compiled for it, and its table. */
#include "../loop/loop.h"

static PRODUCTS(products_alone)
{
    begin_products(rows, quads);
    products(codes, kernel, stride, quads, rows, width, most, out, out_stride, more);
    end_products();
}

#define NAME_OF(path) hwsim_##path
#define NAME(path) NAME_OF(path)

const struct path NAME(PATH) = {
    .name = TEXT(PATH),
    .most_product = MOST_PRODUCT,
    .runs_here = runs_here,
    .distances16 = distances16,
    .distances32 = distances32,
    .look_up16 = look_up16,
    .look_up32 = look_up32,
    .products = products_alone,
    .recall = recall,
    .nearest = nearest,
    .distances_only = distances_only,
    .pack = pack,
    .stage = stage,
    .peak_words = peak_words,
    .peak_products = peak_products,
};

#if defined(__clang__) && defined(TARGET)
PRAGMA(clang attribute pop)
#endif
