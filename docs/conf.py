"""How `make docs` builds the site from Markdown, docstrings and notebooks, offline."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "_extensions"))

from hwsim import __version__  # noqa: E402 - after the path

project = "hwsim"
author = "the hwsim authors"
copyright = "the hwsim authors, Apache-2.0"  # noqa: A001 - Sphinx' name
release = version = __version__

extensions = [
    "myst_nb",  # Markdown pages, and notebooks executed at build
    "sphinx.ext.autodoc",  # the API from its docstrings
    "sphinx.ext.napoleon",  # which are in Google style
    "sphinx_copybutton",
    "command_reference",  # the command line from click's own help
    "docstrings",  # as they are written for an editor
]

highlight_language = "none"  # a block says its language, or has none
exclude_patterns = ["_extensions"]
myst_enable_extensions = ["deflist", "colon_fence"]
myst_heading_anchors = 3

# Notebooks are committed without outputs and run at every build, which an error fails.
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_show_tb = True
nb_execution_timeout = 120
nb_execution_in_temp = True
nb_merge_streams = True

default_role = "code"  # single backticks in docstrings
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True
napoleon_attr_annotations = False  # the docstring gives shape and dtype
python_maximum_signature_line_length = 88

# Every cross-reference must lead somewhere (`-n`). Excepted are the libraries', whose
# pages an offline build cannot look up, and the inner parts of an energy report,
# which is documented by its JSON.
nitpicky = True
nitpick_ignore_regex = [
    (
        r"py:.*",
        r"(numpy|np|npt|collections|pathlib|typing|fractions|os|sklearn|matplotlib)(\..*)?",
    ),
    # what the front door takes: the page says it in words
    (r"py:.*", r"Any(Memory|Images?|Design|Path|Spins)|Progress"),
    (r"py:class", r"hwsim\.cost\.(baseline|footprint|hierarchy|sram|technology)\.\w+"),
]

html_theme = "furo"
html_title = f"hwsim {release}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_copy_source = False
html_show_sphinx = False
html_theme_options = {
    "light_css_variables": {
        "color-brand-primary": "#0b539b",
        "color-brand-content": "#0b539b",
    },
    "dark_css_variables": {
        "color-brand-primary": "#82bdf7",
        "color-brand-content": "#82bdf7",
    },
}
