"""The JSON Schemas of the files that hwsim reads and writes."""

from __future__ import annotations

import json

import click

from hwsim.choices import FILES
from hwsim.cli.types import Choice


@click.command(short_help="Print the JSON Schema of a file that hwsim reads.")
@click.argument("file", type=Choice(FILES), metavar="FILE")
def schema(file: str) -> None:
    """Print the JSON Schema of a file, for editors and for programs of your own.

    \b
    manifest    manifest.json of an image
    vectors     vectors.json of golden vectors
    design      a design in TOML, for --design
    sweep       a sweep in TOML
    technology  an energy table in TOML, for --technology
    """
    if file == "manifest":
        from hwsim.export.manifest import manifest_schema as made
    elif file == "vectors":
        from hwsim.export.vectors import vectors_schema as made
    elif file == "design":
        from hwsim.design_schema import design_schema as made
    elif file == "sweep":
        from hwsim.explore.sweep.spec import sweep_schema as made
    else:
        from hwsim.cost.table_file import technology_schema as made
    click.echo(json.dumps(made(), indent=2))
