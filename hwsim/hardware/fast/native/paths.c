/* The paths of this architecture. */
#include "paths.h"

#if defined(__x86_64__)
#if defined(__linux__)
extern const struct path hwsim_amx;
#endif
extern const struct path hwsim_avx512vpopcntdq, hwsim_avx512vnni, hwsim_avxvnni, hwsim_avx2,
    hwsim_ssse3;
#elif defined(__aarch64__)
extern const struct path hwsim_neon_dot, hwsim_neon;
#endif
extern const struct path hwsim_generic;

/* The fastest first, none behind the last. */
const struct path *const hwsim_paths[] = {
#if defined(__x86_64__)
#if defined(__linux__)
    &hwsim_amx,
#endif
    &hwsim_avx512vpopcntdq, &hwsim_avx512vnni, &hwsim_avxvnni, &hwsim_avx2, &hwsim_ssse3,
#elif defined(__aarch64__)
    &hwsim_neon_dot, &hwsim_neon,
#endif
    &hwsim_generic, NULL,
};
