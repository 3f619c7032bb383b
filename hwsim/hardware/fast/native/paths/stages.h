/* The leaf stages, from what a path's file and its vectors give. */
#include "distances.h"
#include "look_up.h"
#include "byte_products.h"
#include "peaks.h"
