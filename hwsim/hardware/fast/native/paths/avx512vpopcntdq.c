/* AVX-512 VNNI and VPOPCNTDQ: Intel's servers since 2021 (Ice Lake), AMD since 2022 (Zen 4). */
#if defined(__x86_64__)
#include "common.h"
#include "runs512.h"

static bool runs_here(void) { return has_vnni512() && __builtin_cpu_supports("avx512vpopcntdq"); }

#define PATH avx512vpopcntdq
#define TARGET "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512vpopcntdq,avx2,bmi,bmi2,popcnt"
#include "target.h"

#include "vectors512.h"
#include "popcounts512.h"

#include "counts.h"
#include "stages.h"

#include "table.h"
#endif
