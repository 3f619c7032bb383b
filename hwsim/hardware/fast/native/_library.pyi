"""What cffi makes of interface.h."""

from typing import Any

ffi: Any
lib: Any
