"""The first part of every name that an exported C or Verilog header defines."""

from __future__ import annotations

import re
from typing import Final

from hwsim.errors import InputError
from hwsim.printable import told

DEFAULT_PREFIX: Final = "hwsim"
LONGEST_PREFIX: Final = 32  # C99 tells names apart by 63 characters, and more follows


def check_prefix(prefix: str) -> None:
    """Raise InputError unless `prefix` begins legal names in C and Verilog, in either case.

    Lower case alone: macros are the same in upper case, and must differ where prefixes do.
    """
    legal = isinstance(prefix, str) and re.fullmatch(r"[a-z](?:[a-z0-9_]*[a-z0-9])?", prefix)
    if not legal or len(prefix) > LONGEST_PREFIX:
        raise InputError(
            f"prefix is {told(prefix)}; it must be a lower-case letter, then lower-case letters, "
            f"digits and underscores, at most {LONGEST_PREFIX} in all and no underscore last"
        )
