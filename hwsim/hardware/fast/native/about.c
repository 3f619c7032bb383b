/* What this library was made by and from. */
#include "interface.h"

#if defined(__clang__)
#define COMPILER "clang " __clang_version__
#elif defined(__GNUC__)
#define COMPILER "gcc " __VERSION__
#else
#define COMPILER "unknown"
#endif

const char *hwsim_compiler(void) { return COMPILER; }

const char *hwsim_sources(void) { return HWSIM_SOURCES; }
