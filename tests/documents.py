"""The commands and the Python of a document, run as a reader would: in order, in one folder.

A block marked `text` right after one that runs is part of what that one must print; a line of it
that is `…` stands for any lines, and `…` in a line for anything. A block of Verilog or TOML whose
first line is a comment with the name of a file is that file.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

BLOCK = re.compile(
    r"^```(bash|python|text|(?:verilog\n//|toml\n#) \S+\.\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL
)
SHELL = ["bash", "-euo", "pipefail", "-c"]


@dataclass(frozen=True)
class Example:
    """One block that runs, and what the document says it prints; empty if nothing.

    The language is bash or python, or the name of a file whose text this is.
    """

    language: str
    text: str
    shown: str


def examples(document: str) -> list[Example]:
    """The blocks of a document that run, in order."""
    found: list[Example] = []
    for language, text in BLOCK.findall(document):
        if language == "text":
            assert found, "a text block shows the output of the block before it"
            found[-1] = Example(found[-1].language, found[-1].text, text)
        else:
            found.append(Example(language.split()[-1], text, ""))
    return found


def run_examples(
    document: str,
    folder: Path,
    *,
    python: str | Path = sys.executable,
    environment: Mapping[str, str] | None = None,
    user: Sequence[str] = (),
) -> list[str]:
    """Run a document's blocks in `folder`; what each printed. Fails on what it does not say.

    Args:
        document: Markdown.
        folder: where a reader would type.
        python: interpreter that imports hwsim.
        environment: in which `hwsim` is a command; None for this process's, with its own hwsim.
        user: command that runs the one behind it as another user.
    """
    if environment is None:
        environment = dict(os.environ)
        environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    environment = {**environment, "COLUMNS": "100", "MPLBACKEND": "agg"}
    outputs = []
    for example in examples(document):
        if example.language not in ("bash", "python"):
            (folder / example.language).write_text(example.text)
            continue
        command = SHELL if example.language == "bash" else [str(python), "-W", "error", "-c"]
        ran = subprocess.run(
            [*user, *command, example.text],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,  # a testbench that waits for ever is a failure too
        )
        assert ran.returncode == 0, f"{example.text}\n{ran.stdout}\n{ran.stderr}"
        assert shows(ran.stdout, example.shown), f"{example.text}\nprinted\n{ran.stdout}"
        outputs.append(ran.stdout)
    return outputs


def shows(printed: str, shown: str) -> bool:
    """Whether the lines shown are among the lines printed, together and in order."""
    pattern = "".join(
        r"(?:.*\n)*?" if line.strip() == "…" else r"[ \t]*" + spaced(line) + r"[ \t]*\n"
        for line in shown.splitlines()
    )
    return re.search(rf"^{pattern}", printed, re.MULTILINE) is not None


def spaced(line: str) -> str:
    """A pattern for a line in which any run of blanks is as good as another."""
    words = (re.escape(word).replace("…", ".*") for word in line.split())
    return r"[ \t]+".join(words)
