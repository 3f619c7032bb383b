#!/bin/sh
# sh simulate.sh icarus|verilator [axi] [waves]
#
# Compiles the engine, with axi that behind AXI, with its self-checking testbench into build/ and runs it.
# Exit status: 0 it passes, 1 it fails, 2 the simulator is missing or the command is wrong.
set -u
cd "$(dirname "$0")" || exit 2
usage() { echo "usage: sh simulate.sh icarus|verilator [axi] [waves]" >&2; exit 2; }
needs() {  # a program, and what it is installed by
    command -v "$1" > /dev/null && return
    echo "$1 is not on the PATH; install it with: apt-get install $2" >&2
    exit 2
}

[ $# -ge 1 ] || usage
simulator="$1"
shift
name="@prefix@"
macro=""
waves=""
if [ "${1:-}" = axi ]; then name="@prefix@_axi" macro="-D@PREFIX@_AXI"; shift; fi
if [ "${1:-}" = waves ]; then waves="+waves"; shift; fi
[ $# -eq 0 ] || usage
mkdir -p build || exit 2

case "$simulator" in
    icarus)
        needs iverilog iverilog
        needs vvp iverilog
        iverilog -g2005 -Wall -Wno-timescale -s @prefix@_testbench -o "build/$name.vvp" $macro \
            -c "$name.f" -c "${name}_testbench.f" || exit 2
        vvp -n "build/$name.vvp" $waves || exit 1
        ;;
    verilator)
        needs verilator verilator
        needs "${CXX:-g++}" g++
        # g++ wants to be asked for coroutines, and some builds of Verilator do not.
        coroutines=""
        echo | "${CXX:-g++}" -fcoroutines -E -x c++ - > /dev/null 2>&1 \
            && coroutines="-CFLAGS -fcoroutines"
        # Packaged by pip, its makefile does not know how g++ includes a compiled header, which it
        # does where there is much to compile, and names the Python of the machine that built it.
        makefile="$(verilator --getenv VERILATOR_ROOT)/include/verilated.mk"
        packaged=""
        grep -q '^CFG_CXXFLAGS_PCH_I *= *$' "$makefile" 2> /dev/null \
            && packaged="-MAKEFLAGS CFG_CXXFLAGS_PCH_I=-include -MAKEFLAGS PYTHON3=python3"
        verilator --binary --language 1364-2005 ${waves:+--trace} $coroutines $packaged $macro \
            -Mdir "build/verilator_$name" --top-module @prefix@_testbench -o "$name" \
            -f "$name.f" -f "${name}_testbench.f" > build/verilator.log 2>&1 \
            || { cat build/verilator.log >&2; exit 2; }
        "build/verilator_$name/$name" $waves || exit 1
        ;;
    *) usage ;;
esac
