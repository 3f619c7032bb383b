"""The directive `command-reference`: every command, from click's own help."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click
from docutils import nodes
from docutils.parsers.rst import Directive

from hwsim.cli import cli


def _commands(
    command: click.Command, context: click.Context
) -> Iterator[tuple[click.Command, click.Context]]:
    """The commands below a group, groups of commands opened."""
    if not isinstance(command, click.Group):
        yield command, context
        return
    for name in command.list_commands(context):
        child = command.get_command(context, name)
        assert child is not None
        if not child.hidden:
            yield from _commands(child, click.Context(child, context, info_name=name))


def _options(command: click.Command, context: click.Context) -> nodes.definition_list:
    """Each option with its help, as click prints them."""
    records = [
        parameter.get_help_record(context) for parameter in command.get_params(context)
    ]
    items = nodes.definition_list(classes=["command-options"])
    for names, text in filter(None, records):
        if text:  # an argument without help stands in the line of usage
            items += nodes.definition_list_item(
                "",
                nodes.term("", "", nodes.literal("", names)),
                nodes.definition("", nodes.paragraph("", text)),
            )
    return items


def _help(command: click.Command) -> Iterator[nodes.Node]:
    """The paragraphs of a command's help; a backspace keeps one's lines."""
    for text in f"{command.help or ''}\n\n{command.epilog or ''}".split("\n\n"):
        lines = text.splitlines()
        if lines and lines[0].strip() == "\b":
            yield nodes.literal_block("", "\n".join(lines[1:]), language="none")
        elif lines:
            yield nodes.paragraph("", " ".join(line.strip() for line in lines))


class CommandReference(Directive):
    """A section a command: what it does, how it is called, its options."""

    def run(self) -> list[nodes.Node]:
        root = click.Context(cli, info_name="hwsim", **cli.context_settings)
        return [self._section(*found) for found in _commands(cli, root)]

    def _section(self, command: click.Command, context: click.Context) -> nodes.section:
        name = context.command_path
        section = nodes.section(
            ids=[nodes.make_id(name)], names=[nodes.fully_normalize_name(name)]
        )
        section += nodes.title("", name)
        section += list(_help(command))
        usage = " ".join([name, *command.collect_usage_pieces(context)])
        section += nodes.literal_block("", usage, language="none")
        section += _options(command, context)
        self.state.document.note_implicit_target(section, section)
        return section


def setup(app: Any) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("command-reference", CommandReference)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
