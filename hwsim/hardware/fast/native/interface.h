/* All that Python calls. `build.py` gives the declarations below to cffi, which knows no
   preprocessor: lines that begin with # are left out. */
#ifndef HWSIM_INTERFACE_H
#define HWSIM_INTERFACE_H

/* The compiler that made this, with its version. */
const char *hwsim_compiler(void);

/* What this was compiled from: `build.digest` of it. */
const char *hwsim_sources(void);

#endif
