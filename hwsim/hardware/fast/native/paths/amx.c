/* AMX: Intel's servers since 2023 (Sapphire Rapids). Everything but byte products is as with AVX-512
   VPOPCNTDQ, which all of these have. */
#if defined(__x86_64__) && defined(__linux__)
#define _GNU_SOURCE /* syscall */
#include "common.h"
#include "runs512.h"

#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Whether processor and kernel lend this process tile registers, for which it has to ask. A
   virtual machine may hide them, and a kernel before Linux 5.16 does not know the request. */
static bool has_tiles(void)
{
    enum { TILE_BIT = 24, INT8_BIT = 25, REQUEST = 0x1023, TILE_DATA = 18 };
    const unsigned int both = 1U << TILE_BIT | 1U << INT8_BIT;
    unsigned int eax = 0, ebx = 0, ecx = 0, edx = 0;
    return __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) && (edx & both) == both &&
           syscall(SYS_arch_prctl, REQUEST, TILE_DATA) == 0;
}

static bool runs_here(void)
{
    return has_vnni512() && __builtin_cpu_supports("avx512vpopcntdq") && has_tiles();
}

#define PATH amx
#define TARGET                                                                                 \
    "amx-tile,amx-int8,avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512vpopcntdq,avx2,bmi,"  \
    "bmi2,popcnt"
#include "target.h"

#include "vectors512.h"
#include "popcounts512.h"

#include "counts.h"
#include "distances.h"
#include "look_up.h"

#include "tile_products.h"
#include "word_peaks.h"

#include "table.h"
#endif
