#!/bin/sh
# sh simulate.sh icarus|verilator [waves]
#
# Compiles the engine with its self-checking testbench into build/ and runs it.
# Exit status: 0 it passes, 1 it fails, 2 the simulator is missing or the command is wrong.
set -u
cd "$(dirname "$0")" || exit 2
usage() { echo "usage: sh simulate.sh icarus|verilator [waves]" >&2; exit 2; }
needs() { command -v "$1" > /dev/null || { echo "$1 is not on the PATH" >&2; exit 2; }; }

[ $# -ge 1 ] && [ $# -le 2 ] || usage
case "${2:-}" in
    "") waves="" ;;
    waves) waves="+waves" ;;
    *) usage ;;
esac
mkdir -p build || exit 2

case "$1" in
    icarus)
        needs iverilog
        needs vvp
        iverilog -g2005 -Wall -Wno-timescale -s @prefix@_testbench -o build/@prefix@.vvp \
            -c @prefix@.f -c @prefix@_testbench.f || exit 2
        vvp -n build/@prefix@.vvp $waves || exit 1
        ;;
    verilator)
        needs verilator
        needs "${CXX:-g++}"
        # g++ wants to be asked for coroutines, and some builds of Verilator do not.
        coroutines=""
        echo | "${CXX:-g++}" -fcoroutines -E -x c++ - > /dev/null 2>&1 \
            && coroutines="-CFLAGS -fcoroutines"
        verilator --binary --language 1364-2005 ${waves:+--trace} $coroutines -Mdir build/verilator \
            --top-module @prefix@_testbench -o @prefix@ \
            -f @prefix@.f -f @prefix@_testbench.f > build/verilator.log 2>&1 \
            || { cat build/verilator.log >&2; exit 2; }
        build/verilator/@prefix@ $waves || exit 1
        ;;
    *) usage ;;
esac
