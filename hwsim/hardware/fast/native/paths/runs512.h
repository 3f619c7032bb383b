/* What both paths with AVX-512 ask for. */
#ifndef HWSIM_RUNS512_H
#define HWSIM_RUNS512_H

static inline bool has_vnni512(void)
{
    return __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
           __builtin_cpu_supports("popcnt");
}

#endif
