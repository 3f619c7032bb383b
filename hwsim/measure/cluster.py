"""A Dask cluster, by its scheduler's address."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from hwsim.errors import InputError, ToolError
from hwsim.printable import told

TIMEOUT = "10s"  # for a scheduler's answer


@contextlib.contextmanager
def connected(address: str, kept: str) -> Iterator[Any]:
    """Yield a client of the cluster whose scheduler is at `address`.

    Args:
        address: tcp://HOST:PORT.
        kept: ends the message that workers keep dying: what is to be done then.

    Raises:
        ToolError: Dask is not installed, or gave a task up.
        InputError: no scheduler answers at `address`.
    """
    try:
        from distributed import Client
        from distributed.scheduler import KilledWorker
    except ImportError as error:
        raise ToolError(
            "a scheduler needs Dask, which is not installed; pip install 'hwsim[cluster]'"
        ) from error
    try:
        client = Client(address, timeout=TIMEOUT)  # type: ignore[no-untyped-call,unused-ignore]
    except (OSError, ValueError) as error:
        raise InputError(
            f"no Dask scheduler answers at {told(address)}; give it as tcp://HOST:PORT"
        ) from error
    with client:
        try:
            yield client
        except KilledWorker as error:
            raise ToolError(f"the cluster's workers keep dying: {error}; {kept}") from error
