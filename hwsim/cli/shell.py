"""Completion in the shell."""

from __future__ import annotations

import click

from hwsim.choices import SHELLS
from hwsim.cli.types import Choice


@click.command(short_help="Print the script that completes commands in a shell.")
@click.argument("shell", type=Choice(SHELLS), metavar="SHELL")
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script that completes hwsim's commands, options, names and files.

    To have it in every new shell, type once:

    \b
    bash  echo 'eval "$(hwsim completion bash)"' >> ~/.bashrc
    zsh   echo 'eval "$(hwsim completion zsh)"' >> ~/.zshrc   (after compinit)
    fish  hwsim completion fish > ~/.config/fish/completions/hwsim.fish
    """
    from click.shell_completion import get_completion_class

    writer = get_completion_class(shell)
    assert writer is not None  # click knows all of SHELLS
    script = writer(context.find_root().command, {}, "hwsim", "_HWSIM_COMPLETE")
    # Not source(): for bash it starts one to ask its version.
    click.echo(script.source_template % script.source_vars(), nl=False)
