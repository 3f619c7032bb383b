"""Run as a program: compile and run a little for a named processor, which may end this process.

LLVM aborts on features that it cannot read, and on some that 64-bit code cannot do without; code
for another processor may hold instructions that this one does not know. What the fast model needs
of LLVM is here: an atomic addition, conversions from and to floating point, vectors of words.

    python trial.py NAME FEATURES
"""

from __future__ import annotations

import ctypes
import sys
from typing import Any

from llvmlite import binding, ir


def module() -> Any:
    """LLVM's text of `i64 trial(i64)`."""
    word, real = ir.IntType(64), ir.DoubleType()
    words = ir.VectorType(word, 8)
    made = ir.Module("trial")
    made.triple = binding.get_process_triple()
    function = ir.Function(made, ir.FunctionType(word, [word]), "trial")
    builder = ir.IRBuilder(function.append_basic_block())
    given = function.args[0]
    slot = builder.alloca(words)
    counter = builder.bitcast(slot, word.as_pointer())
    builder.store(given, counter)
    builder.atomic_rmw("add", counter, ir.Constant(word, 1), "monotonic")
    product = builder.fmul(builder.sitofp(given, real), builder.uitofp(given, real))
    vector = builder.load(slot)
    count = ir.Function(made, ir.FunctionType(words, [words]), "llvm.ctpop.v8i64")
    ones = builder.call(count, [builder.xor(vector, builder.mul(vector, vector))])
    total = builder.fptosi(product, word)
    for index in range(8):
        one = builder.extract_element(ones, ir.Constant(ir.IntType(32), index))
        total = builder.add(total, one)
    builder.ret(total)
    return made


def main(name: str, features: str) -> None:
    """Compile for it and run."""
    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    target = binding.Target.from_default_triple()
    machine = target.create_target_machine(cpu=name, features=features, opt=3, jit=True)
    parsed = binding.parse_assembly(str(module()))
    engine = binding.create_mcjit_compiler(parsed, machine)
    engine.finalize_object()
    address = engine.get_function_address("trial")
    ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_int64)(address)(3)


if __name__ == "__main__":
    main(*sys.argv[1:])
