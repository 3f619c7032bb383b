"""What was typed is no command: say what it probably was, and where help is."""

from __future__ import annotations

from typing import Any

import click

from hwsim.suggest import nearest


class Group(click.Group):
    """A group that proposes the command that was meant."""

    def invoke(self, ctx: click.Context) -> Any:
        """What the command returns; a refusal of its parser, which names no command, names it."""
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            name = ctx.invoked_subcommand
            if error.ctx is None and name is not None:
                command = self.get_command(ctx, name)
                if command is not None:
                    error.ctx = click.Context(command, info_name=name, parent=ctx)
            raise

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command named first, its name, and the other arguments.

        Raises:
            UsageError: there is none of that name.
        """
        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            known = self.list_commands(ctx)
            raise click.UsageError(f"no such command {name}{_meant(name, known)}", ctx)
        return super().resolve_command(ctx, args)


def refusal(error: click.ClickException) -> str:
    """One line: the fault, what was probably meant, and the command that shows help."""
    if not isinstance(error, click.UsageError):
        return error.format_message()
    context = error.ctx or click.Context(Group(), info_name="hwsim")
    if isinstance(error, click.NoSuchOption):
        message = (
            f"no such option {error.option_name}{_meant(error.option_name, _options(context))}"
        )
    else:
        message = error.format_message().rstrip(".")
        message = message[:1].lower() + message[1:]
    return f"{message} ({context.command_path} --help)"


def _meant(word: str, known: list[str]) -> str:
    name = nearest(word, known)
    return "" if name is None else f"; did you mean {name}?"


def _options(context: click.Context) -> list[str]:
    """Every spelling of every option of a command."""
    return [
        name
        for parameter in context.command.get_params(context)
        if isinstance(parameter, click.Option)
        for name in (*parameter.opts, *parameter.secondary_opts)
    ]
