/* What every path needs. */
#ifndef HWSIM_COMMON_H
#define HWSIM_COMMON_H

#include <string.h>

#include "../paths.h"

#define TEXT_OF(name) #name
#define TEXT(name) TEXT_OF(name)
#define INLINE inline __attribute__((always_inline))

/* Loops over registers. */
#ifdef __clang__
#define UNROLLED _Pragma("clang loop unroll(full)")
#else
#define UNROLLED _Pragma("GCC unroll 32")
#endif

/* Words of 32 bits as they lie in a state's words of 64. */
typedef uint32_t half_t __attribute__((may_alias));

/* Four kernel bytes as they lie in memory. */
static INLINE int32_t quad_of(const uint8_t *kernel)
{
    int32_t four;
    memcpy(&four, kernel, sizeof four);
    return four;
}

#endif
