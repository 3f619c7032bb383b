# Two commands do everything on a fresh machine: `make demo` and `make test`.
# Both install what they need: Debian packages through apt (with sudo when not root) and a virtual
# environment in .venv.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
HWSIM  := $(BIN)/hwsim
OUT    ?= build/demo
NATIVE := hwsim/hardware/fast/native

# Debian package and the command that shows it is there already.
DEMO_TOOLS := iverilog:iverilog
TEST_TOOLS := $(DEMO_TOOLS) yosys:yosys gcc:gcc g++:g++ make:make chromium:chromium zsh:zsh \
  fish:fish \
  gcc-aarch64-linux-gnu:aarch64-linux-gnu-gcc libc6-dev-arm64-cross:aarch64-linux-gnu-gcc \
  qemu-user:qemu-aarch64 berkeley-abc:berkeley-abc

.PHONY: demo test lint docs registers sizes fuzz kills cosims opinions rules proofs mutants coverage \
  faults self-test upsets reliability native install installs clean
.DELETE_ON_ERROR:

demo: install
	@sh .ci/system-packages $(DEMO_TOOLS)
	$(HWSIM) demo -o $(OUT)

test: install lint
	@sh .ci/system-packages $(TEST_TOOLS)
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist worksteal $(PYTEST_ARGS)

# Every way to install hwsim, each for real in a folder of its own; takes a quarter of an hour.
installs: install
	@sh .ci/system-packages $(DEMO_TOOLS)
	$(BIN)/python -m pytest -v -m 'installs or not installs' tests/packaging $(PYTEST_ARGS)

# Every command that writes, ended at random moments by kill -9, SIGTERM and Ctrl-C; 200 of each take
# half an hour. HWSIM_KILL_SEED=… repeats a run.
KILLS ?= 200
kills: install
	@sh .ci/system-packages $(DEMO_TOOLS)
	HWSIM_KILLS=$(KILLS) $(BIN)/python -m pytest -s tests/kills $(PYTEST_ARGS)

# Damaged files of every kind, for SECONDS (an hour unless told), of one READER or all, from SEED.
# What fails is kept in build/fuzz, with the command that reads it again.
SECONDS ?= 3600
fuzz: install
	$(BIN)/python -m tests.fuzz --seconds $(SECONDS) \
	  $(if $(SEED),--seed $(SEED)) $(foreach name,$(READER),--reader $(name))

# The engine in Icarus Verilog on random images of both dataflows and any rules, with one and with
# several queries in flight; 200 take a quarter of an hour.
COSIMS ?= 200
cosims: install
	@sh .ci/system-packages $(DEMO_TOOLS)
	HWSIM_COSIMS=$(COSIMS) $(BIN)/python -m pytest tests/rtl/test_rules.py \
	  tests/rtl/test_vectors_of_batches.py tests/rtl/test_side_by_side.py -k random $(PYTEST_ARGS)

# Every image with rules in Verilator, and by a testbench without Python, which looks at it behind AXI;
# the wrapper as netlists of every target; half an hour.
opinions: install
	@sh .ci/system-packages $(DEMO_TOOLS) g++:g++ make:make
	HWSIM_OPINIONS=all $(BIN)/python -m pytest -v tests/rtl/test_opinions.py \
	  tests/rtl/test_netlist.py $(PYTEST_ARGS)

# The fast model against the specification on so many random images with rules; a quarter of an hour.
IMAGES ?= 5000
rules: install
	HWSIM_RULED_IMAGES=$(IMAGES) $(BIN)/python -m pytest -v tests/hardware/fast/test_rules.py

# Every proof of the Verilog, and reports/verification/proofs.md; some minutes.
proofs: install
	$(BIN)/python rtl/formal/prove.py

# The same faulty cells in the Verilog engine and the model, 200 recalls a memory of four designs:
# reports/verification/faults.md; some minutes.
faults: install
	$(BIN)/python -m tests.reliability.faults 200 10

# Stuck-at faults of an engine's gates, and how many of them a self-test finds: a thousand of each of
# three engines; reports/verification/self-test.md; a quarter of an hour.
self-test: install
	$(BIN)/python -m tests.reliability.coverage

# Upsets of each flip-flop of four engines in six moments of recalls, and what these and later ones
# answer: reports/verification/upsets.md; a quarter of an hour. ENGINE="row" makes that one anew.
upsets: install
	@sh .ci/system-packages g++:g++ make:make
	$(BIN)/python -m tests.reliability.upsets $(if $(ENGINE),"$(ENGINE)")

# reports/reliability; half an hour. A run that was ended goes on from build/reliability; NAME="demo
# digits" makes those alone.
reliability: install
	$(BIN)/python -m tests.reliability.curves $(NAME)

# Mutants of the Verilog by `yosys mutate`, and who sees them: reports/verification/mutants.md; half
# an hour. DESIGN="wrapper, group" makes those of one design anew.
mutants: install
	@sh .ci/system-packages $(DEMO_TOOLS) g++:g++ make:make berkeley-abc:berkeley-abc
	$(BIN)/python -m tests.mutation $(if $(DESIGN),"$(DESIGN)")

# What of the Verilog the testbenches pass, by Verilator: reports/verification/coverage.md; some ten
# minutes. DESIGN="wrapper, group" runs that one anew.
coverage: install
	@sh .ci/system-packages g++:g++ make:make
	$(BIN)/python -m tests.coverage $(if $(DESIGN),"$(DESIGN)")

# Seconds and peak memory of large images and of a million queries; two minutes and 3 GB of disk.
sizes: install
	$(BIN)/python -m tests.sizes

docs: install
	$(BIN)/python -m sphinx -W --keep-going -n -q -E -d build/doctrees docs build/docs
	@echo "build/docs/index.html"

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

install: $(VENV)/.installed $(NATIVE)/.compiled

# Files that follow from the one description of the registers, rtl/axi/hwsim.rdl.
registers: install
	$(BIN)/python rtl/axi/generator/generate.py

# The C again, after a change of it; the installation has compiled it once.
native: install

$(NATIVE)/.compiled: $(VENV)/.installed $(shell find $(NATIVE) -name '*.[ch]') $(NATIVE)/build.py
	$(BIN)/python $(NATIVE)/build.py || echo "the C is left out, numba does its work"
	touch $@

$(VENV)/.installed: pyproject.toml hatch_build.py .ci/constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Error: $(PYTHON) is older than 3.11; run make PYTHON=/path/to/python3.11" >&2; exit 2; }
	@PYTHON=$(PYTHON) sh .ci/system-packages
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --constraint .ci/constraints.txt --editable '.[test]'
	touch $@

clean:
	rm -rf build sim_build $(VENV) $(NATIVE)/.compiled $(NATIVE)/*.so
