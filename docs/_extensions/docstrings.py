"""Docstrings as they stand in the code, read by Sphinx as they are meant.

They are written for an editor and for `help()`: single backticks are code, and a
formula like `f = a * 2**F` is no markup. Sphinx would take the star for emphasis; it
is escaped here.
"""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes

NAMES = re.compile(r"^( +)(\*{0,2}\w+(?:, \*{0,2}\w+)+): ")
CODE = re.compile(r"(``.*?``|`.*?`)")
ARRAY_LIKE = re.compile(
    r"~?[\w.]*_Buffer \| ~?[\w.]*_SupportsArray\[.*?\]\] \| "
    r"~?[\w.]*_NestedSequence\[.*?\]\]\] \| "
    r"complex \| bytes \| str \| ~?[\w.]*_NestedSequence\[complex \| bytes \| str\]"
)
ARRAY = re.compile(
    r"~numpy\.ndarray\[tuple\[~typing\.Any, \.\.\.\], ~numpy\.dtype\[(.*?)\]\]"
)


def escape_formulas(
    app: Any, what: str, name: str, thing: Any, options: Any, lines: list[str]
) -> None:
    """Keep reStructuredText from reading *, | and _ outside of code as markup."""
    if (
        what == "property" and lines
    ):  # napoleon would take the words before a colon for a type
        lines[0] = lines[0].replace(": ", " – ")
    literal = False
    for index, line in enumerate(lines):
        indented = line.startswith(" ") or not line
        literal = (literal and indented) or line.rstrip().endswith("::")
        if literal:
            continue
        # several names of one entry: Sphinx would take the first for a type
        line = NAMES.sub(lambda found: found[0].replace(", ", ","), line)
        parts = CODE.split(line)
        parts[::2] = [re.sub(r"([*|]|_\b)", r"\\\1", part) for part in parts[::2]]
        lines[index] = "".join(parts)


def short_types(
    app: Any,
    what: str,
    name: str,
    thing: Any,
    options: Any,
    signature: str,
    returns: str,
) -> tuple[str | None, str | None]:
    """Write the types of arrays as the code does: `NDArray[int8]`, `ArrayLike`."""

    def shorten(text: str | None) -> str | None:
        if text is None:
            return None
        text = ARRAY.sub(r"~numpy.typing.NDArray[\1]", text)
        return ARRAY_LIKE.sub("~numpy.typing.ArrayLike", text).replace(
            "<factory>", "..."
        )

    return shorten(signature), shorten(returns)


def by_last_name(
    app: Any, env: Any, node: Any, content: nodes.Node
) -> nodes.Node | None:
    """Let a docstring name a class or an exception without its module."""
    if node.get("refdomain") != "py" or node["reftype"] not in ("class", "exc"):
        return None
    domain = env.get_domain("py")
    found = {
        (entry.docname, entry.node_id): name
        for name, entry in domain.objects.items()
        if name.rpartition(".")[2] == node["reftarget"].rpartition(".")[2]
        and entry.objtype in ("class", "exception")
    }
    if len(found) != 1:
        return None
    (target,) = found.values()
    return domain.resolve_xref(
        env, node["refdoc"], app.builder, node["reftype"], target, node, content
    )


def setup(app: Any) -> dict[str, bool]:
    """Register the three, the first before napoleon turns sections into fields."""
    app.connect("autodoc-process-docstring", escape_formulas, priority=400)
    app.connect("autodoc-process-signature", short_types)
    app.connect("missing-reference", by_last_name)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
