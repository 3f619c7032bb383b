"""What a build does besides copying files: it compiles the C of the fast model.

Without a compiler the wheel is one for every machine, and the fast model compiles with numba.
"""

from __future__ import annotations

import runpy
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NATIVE = Path("hwsim", "hardware", "fast", "native")


class NativeCode(BuildHookInterface):  # type: ignore[type-arg]
    """Hatchling calls it before and after it makes a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile; tell hatchling what was made, and for which interpreters and machines it is."""
        build = runpy.run_path(str(Path(self.root, NATIVE, "build.py")))
        try:
            if version == "editable":  # the checkout is what is imported
                made = build["compile_here"]()
            else:
                self._folder = tempfile.TemporaryDirectory()
                made = build["compile_in"](Path(self._folder.name))
                build_data["force_include"][str(made)] = str(NATIVE / made.name)
        except Exception as error:  # every compiler fails in its own way
            said = " ".join(str(error).split())
            sys.stderr.write(f"hwsim: the C is left out, numba does its work: {said}\n")
            return
        build_data["pure_python"] = False
        if ".abi3." in made.name:
            platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
            build_data["tag"] = f"cp311-abi3-{platform}"
        else:
            build_data["infer_tag"] = True

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what was compiled: the wheel holds it."""
        if hasattr(self, "_folder"):
            self._folder.cleanup()
