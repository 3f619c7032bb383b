"""Pictures of memories, images and recalls, from plain arrays of ±1: SVG, and blocks of text.

Nothing here computes a recall; what draws itself (`Image.plot`, `Recalls.plot`) hands arrays over.
"""

from hwsim.pictures.contents import Bars, Curve, contents, leading
from hwsim.pictures.picture import Picture, check_name, label, number
from hwsim.pictures.rows import Column, chosen, columns
from hwsim.pictures.terminal import beside, blocks
from hwsim.pictures.tiles import grid

__all__ = [
    "Bars",
    "Column",
    "Curve",
    "Picture",
    "beside",
    "blocks",
    "check_name",
    "chosen",
    "columns",
    "contents",
    "grid",
    "label",
    "leading",
    "number",
]
