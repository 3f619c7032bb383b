"""Co-simulation in hostile surroundings: variables, names of folders and files, other Pythons."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from hwsim.config import Parameters
from hwsim.cosim import cosimulate, engine_testbench, surroundings, testbench
from hwsim.cosim.simulators import find_program, libpython, search_path, source_folder
from hwsim.cosim.surroundings import Surroundings, cocotb_home, copy_sources, plain_name
from hwsim.errors import ToolError
from tests.cosim.test_engine import image_and_vectors
from tests.tools import require_tool

# What cocotb 2.0 and 2.1, its runner and the library that starts Python in the simulator look at;
# Icarus; Verilator, make and g++; Python; the loader and the shell. None is ever to matter.
COCOTB = (
    *("WAVES", "GUI", "SIM", "TOPLEVEL", "TOPLEVEL_LANG", "MODULE", "TESTCASE", "RANDOM_SEED"),
    *("SIM_CMD_PREFIX", "SIM_CMD_SUFFIX", "PYTEST_CURRENT_TEST", "COVERAGE", "COVERAGE_RCFILE"),
    *("COCOTB_TOPLEVEL", "COCOTB_TEST_MODULES", "COCOTB_TESTCASE", "COCOTB_TEST_FILTER"),
    *("COCOTB_RANDOM_SEED", "COCOTB_RESULTS_FILE", "COCOTB_RESULTS_ATTACHMENTS"),
    *("COCOTB_RESULTS_RELATIVE_TO", "COCOTB_RESULT_TESTPACKAGE", "COCOTB_RESULT_TESTSUITE"),
    *("COCOTB_ANSI_OUTPUT", "COCOTB_REDUCED_LOG_FMT", "COCOTB_LOG_LEVEL", "COCOTB_LOG_PREFIX"),
    *("COCOTB_ATTACH", "COCOTB_ENABLE_PROFILING", "COCOTB_RESOLVE_X", "COCOTB_MAX_FAILURES"),
    *("COCOTB_PDB_ON_EXCEPTION", "COCOTB_USER_COVERAGE", "COCOTB_LIBRARY_COVERAGE"),
    *("COCOTB_REWRITE_ASSERTION_FILES", "COCOTB_LIST_TESTS", "COCOTB_RANDOM_TEST_ORDER"),
    *("COCOTB_SCHEDULER_DEBUG", "COCOTB_TRUST_INERTIAL_WRITES", "COCOTB_PREVIEW"),
    *("COCOTB_INDEXING_CHANGED_WARNING", "COCOTB_WAVEFORM_VIEWER", "COCOTB_PYTEST_DIR"),
    *("COCOTB_PYTEST_ARGS", "COCOTB_PYTEST_NODEID", "COCOTB_PYTEST_REPORTER_ADDRESS"),
    *("GPI_USERS", "GPI_EXTRA", "GPI_LOG_LEVEL", "GPI_DEBUG", "PYGPI_USERS", "PYGPI_PYTHON_BIN"),
    *("PYGPI_DEBUG", "PYGPI_ENTRY_POINT", "LIBPYTHON_LOC"),
)
ICARUS = (
    *("IVERILOG_ICONFIG", "IVERILOG_DUMPER", "IVERILOG_VPI_MODULE_PATH", "IVL_ROOT"),
    *("VVP_WAIT_FOR_DEBUGGER", "VPI_TRACE"),
)
VERILATOR = (
    *("VERILATOR_ROOT", "VERILATOR_BIN", "VERILATOR_GDB", "VERILATOR_VALGRIND"),
    *("VERILATOR_TEST_FLAGS", "VERILATOR_RUNNING", "VERILATOR_SOLVER", "VERILATOR_AUTHOR_SITE"),
    *("SYSTEMC", "SYSTEMC_INCLUDE", "SYSTEMC_LIBDIR", "OBJCACHE", "CXX", "CC", "AR", "LINK", "LD"),
    *("CFLAGS", "CXXFLAGS", "CPPFLAGS", "LDFLAGS", "LDLIBS", "OPT", "OPT_FAST", "OPT_SLOW"),
    *("OPT_GLOBAL", "VM_TRACE", "VM_PREFIX", "USER_CPPFLAGS", "USER_LDLIBS", "PYTHON3", "PERL"),
    *(
        "MAKEFLAGS",
        "MAKEFILES",
        "MAKEOVERRIDES",
        "GNUMAKEFLAGS",
        "MFLAGS",
        "MAKELEVEL",
        "MAKESHELL",
    ),
    *("CPATH", "C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH", "LIBRARY_PATH", "LD_RUN_PATH"),
    *("GCC_EXEC_PREFIX", "COMPILER_PATH", "DEPENDENCIES_OUTPUT", "SUNPRO_DEPENDENCIES"),
    *("SOURCE_DATE_EPOCH", "PERL5OPT", "PERL5LIB", "PERLLIB", "PERL5DB"),
)
# Of hwsim's own process as well, where only those that come to work in a child may be hostile.
INTERPRETERS = (
    *("BASH_ENV", "ENV", "CDPATH", "IFS", "GLOBIGNORE", "POSIXLY_CORRECT", "SHELLOPTS"),
    *("TMP", "TEMP", "HOME", "LC_ALL", "LANG", "LANGUAGE", "HWSIM_VECTORS", "HWSIM_RESULT"),
    *("HWSIM_STALLS", "HWSIM_MEMORY", "PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP"),
    *("PYTHONWARNINGS", "PYTHONOPTIMIZE", "PYTHONINSPECT", "PYTHONUSERBASE", "PYTHONSAFEPATH"),
    *("PYTHONPLATLIBDIR", "PYTHONEXECUTABLE", "PYTHONBREAKPOINT", "PYTHONHASHSEED", "PYTHONUTF8"),
    *("PYTHONIOENCODING", "PYTHONMALLOC", "PYTHONFAULTHANDLER", "PYTHONPROFILEIMPORTTIME"),
    *("PYTHONDUMPREFS", "PYTHONASYNCIODEBUG", "PYTHONTRACEMALLOC", "VIRTUAL_ENV", "CONDA_PREFIX"),
    *("LD_PRELOAD", "LD_AUDIT", "LD_BIND_NOW", "LD_LIBRARY_PATH", "LD_DEBUG", "MALLOC_PERTURB_"),
)
EVERY = (*COCOTB, *ICARUS, *VERILATOR, *INTERPRETERS)

NAMES = {
    "umlaut": "geräte",
    "spaces": " a  b ",
    "quotes": 'it\'s "it"',
    "substitution": "$(touch executed)",
    "backticks": "`touch executed`",
    "percent": "100%d%s",
    "backslash": "a\\nb\\",
    "newline": "a\nb",
    "semicolon": "a;touch executed;b",
    "separators": "a:b,c=d&e|f",
    "make": "$@ $(shell touch executed) #",
    "glob": "*[a]{b,c}?~",
    "bytes": os.fsdecode(b"\xff\xfe"),
    "option": "-o",
}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("small")
    return image_and_vectors(folder, Parameters(9, 10, lanes=8, max_steps=3), recalls=1)


def require_simulator(name: str) -> None:
    if name == "icarus" or find_program("verilator") is None:
        require_tool({"icarus": "iverilog", "verilator": "verilator"}[name])


@pytest.mark.parametrize("value", ["1", "/dev/null", "$(touch executed)"])
def test_no_variable_matters(
    value: str,
    small: tuple[Path, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    require_tool("iverilog")
    monkeypatch.chdir(tmp_path)
    for name in EVERY:
        monkeypatch.setenv(name, value)
    before = dict(os.environ)
    result = cosimulate(*small)
    assert dict(os.environ) == before
    assert (result.mismatches, result.recalls, result.waves) == ((), 1, None)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("simulator", ["icarus", "verilator"])
def test_a_tool_sees_our_variables_alone(
    simulator: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    require_simulator(simulator)
    for name in EVERY:
        monkeypatch.setenv(name, "1")
    monkeypatch.setenv("ANYTHING_ELSE", "1")
    around = Surroundings.make(tmp_path, simulator)
    assert around.run(["env", "-0"], "log", seconds=60) == 0
    seen = dict(line.split("=", 1) for line in (tmp_path / "log").read_text().split("\0")[:-1])
    assert seen == around.environment
    assert set(seen) <= {"PATH", "HOME", "TMPDIR", "LANG", "VERILATOR_ROOT"}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_names_of_folders_and_files(
    name: str, small: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the temporary folder, the current one, the one to build in; image, vectors and Verilog."""
    require_tool("iverilog")
    here = tmp_path / name
    here.mkdir()
    monkeypatch.chdir(here)
    image, vectors, rtl = (
        shutil.copytree(f, here / f.name) for f in (*small, source_folder("rtl"))
    )
    scratch = here / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    before = sorted(tmp_path.rglob("*"))
    assert cosimulate(image, vectors, rtl=rtl).mismatches == ()
    assert sorted(tmp_path.rglob("*")) == before
    assert cosimulate(image, vectors, waves=True, build_dir=here / "build").mismatches == ()
    assert (here / "hwsim_engine.fst").stat().st_size > 1000
    assert not list(tmp_path.rglob("executed*"))


def test_a_source_of_a_name_that_a_tool_would_take_for_something_else(tmp_path: Path) -> None:
    for name in ("hwsim_$(touch executed).v", "hwsim_ü.v", "hwsim_ .v"):
        source = tmp_path / name
        source.touch()
        with pytest.raises(ToolError, match="simulators misread; rename it"):
            copy_sources([source], tmp_path, "rtl")


def test_a_plain_name_is_kept_and_another_linked(tmp_path: Path) -> None:
    assert plain_name(tmp_path, Path("/usr/lib"), "link") == "/usr/lib"
    (tmp_path / "a;b").mkdir()
    for _ in range(2):  # what an earlier build left is replaced
        assert plain_name(tmp_path, tmp_path / "a;b", "link") == "./link"
    assert (tmp_path / "link").samefile(tmp_path / "a;b")


def broken_python(folder: Path) -> Path:
    folder.mkdir()
    for name in ("python", "python3", "python3.11"):
        (folder / name).write_text("#!/bin/sh\necho broken >&2\nexit 1\n")
        (folder / name).chmod(0o755)
    return folder


def test_another_python_on_the_path(
    small: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    require_simulator("icarus")
    folders = (str(broken_python(tmp_path / "bin")), os.environ["PATH"])
    monkeypatch.setenv("PATH", os.pathsep.join(folders))
    assert cosimulate(*small).mismatches == ()


@pytest.mark.slow
def test_verilator_in_hostile_surroundings(
    small: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    require_simulator("verilator")
    here = tmp_path / "".join(NAMES[name] for name in ("make", "umlaut", "quotes", "newline"))
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setattr(tempfile, "tempdir", str(here))
    for variable in EVERY:
        monkeypatch.setenv(variable, "$(touch executed)")
    folders = (str(broken_python(tmp_path / "bin")), os.environ["PATH"])
    monkeypatch.setenv("PATH", os.pathsep.join(folders))
    assert cosimulate(*small, simulator="verilator").mismatches == ()
    assert list(here.iterdir()) == []


def test_packages_in_a_folder_of_any_name(
    small: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """cocotb splits a list of libraries at semicolons and commas, Python its path at colons."""
    require_tool("iverilog")
    packages = tmp_path / "a;b,c:d $(touch executed)"
    packages.mkdir()
    (packages / "cocotb").symlink_to(cocotb_home())
    library = packages / "libpython.so"
    library.symlink_to(libpython() or "")
    benches = shutil.copytree(source_folder("cosim"), packages / "cosim")
    monkeypatch.setattr(surroundings, "cocotb_home", lambda: packages / "cocotb")
    monkeypatch.setattr(surroundings, "libpython", lambda: str(library))
    bench = replace(engine_testbench(small[0]), python_path=benches)
    simulation = bench.build("icarus", tmp_path / "build")
    environment = {"HWSIM_VECTORS": str(small[1]), "HWSIM_RESULT": "result.json"}
    failed, said = simulation.run(environment, 0)
    assert failed == 0, said
    assert not list(tmp_path.rglob("executed*"))


def test_make_builds_in_no_folder_with_a_space(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match=r"make cannot build in .*a b; choose a folder"):
        Surroundings.make(tmp_path / "a b", "verilator")
    assert not (tmp_path / "a b").exists()


def test_python_finds_cocotb_where_this_process_does(tmp_path: Path) -> None:
    around = Surroundings.make(tmp_path, "icarus")
    paths = around.cocotb_environment(source_folder("cosim"))["PYTHONPATH"].split(os.pathsep)
    assert paths[0] == str(source_folder("cosim"))
    assert Path(paths[-1], "cocotb") == cocotb_home()


def test_two_at_once_in_threads(small: tuple[Path, Path]) -> None:
    require_tool("iverilog")
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(cosimulate(*small).mismatches))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [(), ()]


def test_two_at_once_in_processes(small: tuple[Path, Path], tmp_path: Path) -> None:
    require_tool("iverilog")
    command = [sys.executable, "-m", "hwsim", "cosim", small[0], "--vectors", small[1]]
    runs = [
        subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    for run in runs:
        said, _ = run.communicate(timeout=120)
        assert run.returncode == 0
        assert said.endswith("bit-exact\n")
    assert list(tmp_path.iterdir()) == []


def test_a_current_folder_that_cannot_be_written(
    small: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    require_tool("iverilog")
    monkeypatch.chdir("/proc")  # which root cannot write either
    assert cosimulate(*small).mismatches == ()


def test_a_program_that_hangs_ends_with_what_it_started(tmp_path: Path) -> None:
    around = Surroundings.make(tmp_path, "icarus")
    script = "sleep 3210 & echo $!; wait"
    with pytest.raises(ToolError, match=r"sh hangs, or .* too slow: ended after 1 s"):
        around.run(["sh", "-c", script], "log", seconds=1)
    child = (tmp_path / "log").read_text().strip()
    for _ in range(100):
        state = Path("/proc", child, "stat")
        if not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z":
            return
        time.sleep(0.05)
    pytest.fail("what it started still runs")


KILLED = """
import sys
from pathlib import Path
from hwsim.cosim.surroundings import Surroundings
around = Surroundings.make(Path(sys.argv[1]), "icarus")
around.run(["sh", "-c", "sleep 3211 & echo $! $$; wait"], "log", seconds=600)
"""


def test_no_tool_goes_on_after_a_kill(tmp_path: Path) -> None:
    """make would compile on for minutes, and simulators simulate, for nobody."""
    process = subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path)])
    log = tmp_path / "log"
    limit = time.monotonic() + 60
    while not (log.exists() and log.read_text().endswith("\n")):
        assert time.monotonic() < limit
        time.sleep(0.02)
    process.kill()
    process.wait()
    while any(_runs(number) for number in log.read_text().split()):
        assert time.monotonic() < limit, "a tool still runs"
        time.sleep(0.02)


def _runs(process: str) -> bool:
    try:
        return Path("/proc", process, "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_hanging_simulation_is_ended(tmp_path: Path) -> None:
    require_tool("iverilog")
    (tmp_path / "test_idle.py").write_text(
        "import cocotb\n@cocotb.test()\nasync def idle(dut):\n    while True:\n        pass\n"
    )
    source = tmp_path / "idle.v"
    source.write_text("module idle(input clk); endmodule\n")
    bench = testbench.Testbench("idle", "test_idle", [source], tmp_path, {})
    simulation = bench.build("icarus", tmp_path / "build")
    with pytest.raises(ToolError, match="vvp hangs"):
        simulation.run({}, 0, seconds=2)


@pytest.mark.parametrize(
    ("verilog", "python", "said"),
    [
        ("module top(input clk) endmodule\n", "", r"icarus does not accept top: .*syntax error"),
        ("module top(input clk); endmodule\n", "import gone_away\n", r"broke off.*gone_away"),
        ("module top(input clk); endmodule\n", "", "holds no cocotb test|broke off"),
    ],
)
def test_what_goes_wrong_is_one_line(verilog: str, python: str, said: str, tmp_path: Path) -> None:
    require_tool("iverilog")
    (tmp_path / "test_top.py").write_text(python)
    source = tmp_path / "top.v"
    source.write_text(verilog)
    bench = testbench.Testbench("top", "test_top", [source], tmp_path, {})
    with pytest.raises(ToolError, match=said) as caught:
        bench.build("icarus", tmp_path / "build").run({}, 0)
    assert "\n" not in str(caught.value)
    assert "Traceback" not in str(caught.value)


def test_programs_are_found_wherever_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "iverilog").write_text("#!/bin/sh\n")
    (tmp_path / "iverilog").chmod(0o755)
    monkeypatch.setenv("PATH", "")
    assert find_program("iverilog") is None  # an empty piece is the current folder, to a shell
    monkeypatch.setenv("PATH", ".")
    assert find_program("iverilog") == str(tmp_path / "iverilog")
    monkeypatch.delenv("PATH")
    assert search_path() == os.defpath.strip(":").split(":")
