"""What is no command: what was meant, and where help is."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from hwsim.cli import cli
from tests.cli.conftest import Run


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("exprot", "no such command exprot; did you mean export? (hwsim --help)"),
        ("zzz", "no such command zzz (hwsim --help)"),
        ("--verison", "no such option --verison; did you mean --version? (hwsim --help)"),
        ("export m.npz --bit 3", "no such option --bit; did you mean --bits? "
         "(hwsim export --help)"),
        ("export m.npz -O i", "no such option -O; did you mean -o? (hwsim export --help)"),
        ("cosim i --no-stall", "no such option --no-stall; did you mean --no-stalls? "
         "(hwsim cosim --help)"),
        ("cosim i --sim icaros", "invalid value for '--sim': 'icaros' is not one of icarus, "
         "verilator; did you mean 'icarus'? (hwsim cosim --help)"),
        ("cosim i --sim vcs", "invalid value for '--sim': 'vcs' is not one of icarus, verilator "
         "(hwsim cosim --help)"),
        ("validate m.npz --quantizer KMeens", "invalid value for '--quantizer': 'KMeens' is not "
         "one of minmax, symmetric, percentile, mse, kmeans, sign-zero, sign-mean, sign-median, "
         "neuron-minmax, neuron-symmetric, neuron-percentile, neuron-mse, neuron-kmeans, "
         "neuron-sign-zero, neuron-sign-mean, neuron-sign-median; did you mean 'kmeans'? "
         "(hwsim validate --help)"),
        ("experiments runn", "no such command runn; did you mean run? (hwsim experiments --help)"),
        ("recall", "missing argument 'IMAGE' (hwsim recall --help)"),
        ("train --gamma 1", "missing option '-o' / '--output' (hwsim train --help)"),
        ("train --gamma wide -o m.npz", "invalid value for '--gamma': 'wide' is not a valid float "
         "(hwsim train --help)"),
        ("export m.npz -o", "option '-o' requires an argument (hwsim export --help)"),
        ("experiments run figure1 --trials", "option '--trials' requires an argument "
         "(hwsim experiments run --help)"),
        ("doctor --json=3", "option '--json' does not take a value (hwsim doctor --help)"),
        ("--version=3", "option '--version' does not take a value (hwsim --help)"),
        ("bench --beside x --beside ./x", "x is named twice; name each machine's folder once"),
        ("doctor now", "got unexpected extra argument (now) (hwsim doctor --help)"),
        ("experiments run figure1O -o figures", "there is no experiment 'figure1O'; choose from "
         "figure1, figure2, figure3, figure4, figure5, figure6, figure7, figure8, figure9, "
         "hard-point, nearest-baseline, precision, digits, defaults, quantization-aware, "
         "mixed-precision, bayes, asynchronous, capacity, or all; did you mean 'figure1'?"),
    ],
)  # fmt: skip
def test_a_refusal_says_what_was_meant(run: Run, typed: str, message: str) -> None:
    ran = run(*typed.split())
    assert (ran.status, ran.out, ran.err) == (2, "", f"Error: {message}\n")


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (("report", "", "-o", "x"), "'IMAGE'"),
        (("report", "image", "-o", ""), "'-o' / '--output'"),
        (("train", "--gamma", "1", "-o", ""), "'-o' / '--output'"),
        (("compare", ""), "'IMAGE…|SWEEP'"),
        (("export", "m.npz", "-o", "x", "--kit", ""), "'--kit'"),
    ],
)
def test_an_empty_name_is_none(run: Run, words: tuple[str, ...], name: str) -> None:
    ran = run(*words)
    told = f"Error: invalid value for {name}: it is empty; give a name (hwsim {words[0]} --help)\n"
    assert (ran.status, ran.out, ran.err) == (2, "", told)


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ('quantiser = "minmax"', "quantizer"),
        ('quantizer = "min-max"', "minmax"),
        ('kernel_origin = "absolut"', "absolute"),
    ],
)
def test_a_sweep_s_names_too(run: Run, tmp_path: Path, line: str, meant: str) -> None:
    spec = tmp_path / "sweep.toml"
    spec.write_text(f"[sweep]\nneurons = 20\npatterns = 10\n{line}\n")
    ran = run("sweep", spec, "-o", tmp_path / "sweep")
    assert ran.status == 2
    assert ran.err.endswith(f"did you mean {meant!r}?\n")


# Help ------------------------------------------------------------------------------------------


def commands(group: click.Group) -> Iterator[click.Command]:
    """Every command below a group, and the groups."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield command
        if isinstance(command, click.Group):
            yield from commands(command)


def test_the_list_of_commands_fits_a_terminal(run: Run) -> None:
    assert "..." not in run("--help").out.partition("Commands:")[2]


def test_every_example_in_a_help_is_a_command() -> None:
    examples = [
        line.strip()
        for command in commands(cli)
        for line in (command.epilog or "").splitlines()
        if line.startswith("  ")
    ]
    assert len(examples) >= 12
    for text in examples:
        program, *words = shlex.split(text)
        assert program == "hwsim"
        group: click.Command = cli
        while isinstance(group, click.Group):
            command = group.get_command(click.Context(group), words.pop(0))
            assert command is not None, text
            group = command
        with group.make_context("example", words):  # parsed, not run
            pass


def test_every_option_says_what_it_is() -> None:
    for command in commands(cli):
        for parameter in command.params:
            assert not isinstance(parameter, click.Option) or parameter.help, parameter.name
