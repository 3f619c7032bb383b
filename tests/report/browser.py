"""A page in headless Chromium, with axe-core for accessibility."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from html import unescape
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from tests.tools import require_tool

DARK = "--blink-settings=preferredColorScheme=0"


def require_browser() -> str:
    """Chromium's path, by either of its names."""
    return shutil.which("chromium-browser") or require_tool("chromium")


def require_axe() -> str:
    """axe-core's JavaScript; missing like a missing program."""
    try:
        return resources.files("axe_core_python").joinpath("axe.min.js").read_text("utf-8")
    except ModuleNotFoundError:
        if os.environ.get("CI"):
            raise
        pytest.skip("axe-core-python is not installed")


def run_script(page: Path, script: str, *options: str) -> Any:
    """What a script that calls `done(value)` in the page gives, by JSON.

    The script goes into a copy of the page, so the page itself stays as it was written.
    """
    collect = (
        "function done(value){const p=document.createElement('pre');p.id='hwsim-test';"
        "p.textContent=JSON.stringify(value);document.body.append(p)}"
    )
    copy = page.with_name("under-test.html")
    inside = f"<script>{collect}\n{script}</script></body>"
    copy.write_text(page.read_text("utf-8").replace("</body>", inside), "utf-8")
    command = [
        require_browser(),
        *("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"),
        *("--allow-file-access-from-files", "--virtual-time-budget=30000", "--dump-dom"),
        *(f"--user-data-dir={page.parent / 'profile'}", *options, copy.as_uri()),
    ]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=180)
    found = re.search(r'<pre id="hwsim-test">(.*?)</pre>', ended.stdout, re.DOTALL)
    assert found is not None, ended.stderr
    return json.loads(unescape(found[1]))


def accessibility(page: Path, *options: str) -> dict[str, Any]:
    """axe-core's violations, passes, and whether the page was dark."""
    axe = require_axe()
    script = axe.replace("</script", "<\\/script") + (
        ";addEventListener('load',()=>axe.run(document).then(r=>done({"
        "violations:r.violations.map(v=>[v.id,v.nodes[0].html,v.nodes[0].failureSummary]),"
        "passes:r.passes.map(v=>v.id),"
        "dark:matchMedia('(prefers-color-scheme: dark)').matches})))"
    )
    result: dict[str, Any] = run_script(page, script, *options)
    return result
