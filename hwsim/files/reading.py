"""Reading what a person names: regular files alone, and none larger than its kind can be.

Whoever reads a file that somebody else made goes through here. A pipe or a device would block or
never end, and a file's size is known before any of it is held.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from hwsim.errors import InputError
from hwsim.limits import size_text, usable_memory

MIB: Final = 1 << 20
GIB: Final = 1 << 30

# The largest file of each kind, bytes. What a file of arrays or of words holds is known from
# elsewhere, and its size is compared with that.
LARGEST_TOML: Final = MIB  # a design, a sweep, an energy table: some KiB when written by hand
LARGEST_MANIFEST: Final = 16 * MIB
LARGEST_VECTORS: Final = GIB  # vectors.json of a million recalls

_KINDS: Final = (
    (stat.S_ISFIFO, "it is a pipe, no regular file"),
    (stat.S_ISSOCK, "it is a socket, no regular file"),
    (stat.S_ISCHR, "it is a device, no regular file"),
    (stat.S_ISBLK, "it is a device, no regular file"),
)


@contextlib.contextmanager
def open_regular(path: str | Path, limit: int | None = None) -> Iterator[tuple[IO[bytes], int]]:
    """Yield a regular file, open for reading, and its size in bytes.

    Args:
        path: as a person named it; symbolic links are followed.
        limit: most bytes of such a file; None for any.

    Raises:
        OSError: it is missing, no regular file, too large, or cannot be read; `strerror` says which
            in words that fit after `cannot read PATH: `.
    """
    try:
        # without O_NONBLOCK, a pipe opens when somebody writes to it, which may be never
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY)
    except ValueError as error:
        raise OSError(errno.EINVAL, "its name holds a NUL") from error
    except OSError as error:
        if error.errno == errno.ENXIO:  # how the system refuses to open a socket
            raise OSError(errno.ENXIO, "it is a socket, no regular file", str(path)) from error
        raise
    try:
        status = os.fstat(descriptor)
        check_regular(path, status, limit)
    except OSError:
        os.close(descriptor)
        raise
    with os.fdopen(descriptor, "rb") as stream:
        yield stream, status.st_size


def check_regular(path: str | Path, status: os.stat_result, limit: int | None = None) -> None:
    """Raise OSError, as `open_regular`, unless an open file is regular and not too large."""
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(status.st_mode):
        kinds = (words for is_kind, words in _KINDS if is_kind(status.st_mode))
        raise OSError(errno.EINVAL, next(kinds, "it is no regular file"), str(path))
    if limit is not None and status.st_size > limit:
        takes = f"it takes {size_text(status.st_size)}, and {size_text(limit)} is the most possible"
        raise OSError(errno.EFBIG, takes, str(path))


def read_bytes(path: str | Path, limit: int) -> bytes:
    """The content of a regular file of at most `limit` bytes.

    Raises:
        OSError: as `open_regular`.
    """
    with open_regular(path, limit) as (stream, size):
        if size > usable_memory():
            reason = f"it takes {size_text(size)}, more than this machine's memory can work on"
            raise OSError(errno.EFBIG, reason, str(path))
        content = stream.read(size + 1)
    if len(content) > size:  # also what /proc holds, whose files say that they are empty
        raise OSError(errno.EINVAL, "it grew while it was read", str(path))
    return content


def input_error(path: str | Path, error: OSError) -> InputError:
    """What a person is told who named a file that cannot be read."""
    if isinstance(error, FileNotFoundError):
        return InputError(f"{path} does not exist")
    if isinstance(error, IsADirectoryError):
        return InputError(f"{path} is a folder; name a file")
    return InputError(f"cannot read {path}: {error.strerror or error}")
