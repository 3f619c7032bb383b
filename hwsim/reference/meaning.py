"""What an archive from elsewhere says besides patterns, alpha and gamma that changes its meaning.

A memory's field is sum_m alpha[m, i] * exp(-gamma * |s - patterns[m]|**2), nothing more. A constant
beside it, another kernel or a negative scale would be another network under the same three keys.
What says nothing of the kind is a note and stays one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from hwsim.errors import InputError
from hwsim.suggest import did_you_mean

GAUSSIAN: Final = ("rbf", "gaussian")
LAPLACIAN: Final = "laplacian"
_KERNEL: Final = ("kernel", "kernel_name", "kernel_type", "kernel_function")
_CONSTANT: Final = ("bias", "biases", "b", "intercept", "intercepts", "threshold", "thresholds")
_SCALE: Final = ("temperature", "scale", "inverse_temperature")
_POLYNOMIAL: Final = ("degree", "coef0")
_OWN_KERNEL: Final = "kernel_values"
_RISING: Final = ("poly", "polynomial", "linear", "sigmoid", "cosine", "dot")


def gamma_of(gamma: float, notes: Mapping[str, npt.NDArray[Any]]) -> float:
    """The width of the Gaussian kernel that a memory's notes mean.

    On spins |s - p|_1 = |s - p|**2 / 2, twice the Hamming distance: a Laplacian kernel
    exp(-gamma * |s - p|_1), as scikit-learn's, is the Gaussian one of half its gamma.

    Args:
        gamma: as given.
        notes: the archive's other arrays by name.

    Returns:
        gamma, or half of it for a Laplacian kernel.

    Raises:
        InputError: a note would make it another network than three keys say.
    """
    kernel = None
    plain = {key.lower().strip("_"): key for key in notes}
    for name in _KERNEL:
        if name in plain:
            kernel = _checked_kernel(plain[name], notes[plain[name]])
    for name, key in plain.items():
        if name in _CONSTANT:
            _refuse_constant(key, notes[key])
        elif name in _SCALE:
            _check_scale(key, notes[key])
        elif name in _POLYNOMIAL and kernel is None:
            raise InputError(
                f"{key} belongs to a polynomial kernel, which rises with the overlap; hwsim needs "
                "one that falls with the Hamming distance. If it is not used, say kernel='rbf'"
            )
        elif name == _OWN_KERNEL:
            raise InputError(
                f"{key} holds a kernel of its own; hwsim takes exp(-gamma * |s - p|**2) alone. "
                "Give a gamma, and leave them out"
            )
    return gamma / 2 if kernel == LAPLACIAN else gamma


def names_kernel(key: str) -> bool:
    """Whether a note says which kernel `gamma` is of; kept, it would be applied once more."""
    return key.lower().strip("_") in _KERNEL


def _checked_kernel(key: str, value: npt.NDArray[Any]) -> str:
    known = (*GAUSSIAN, LAPLACIAN)
    text = str(value.item()).strip().lower() if value.size == 1 else ""
    if text in known:
        return text
    why = (
        "it rises with the overlap, and the engine needs one that falls with the Hamming distance"
        if text in _RISING
        else "hwsim knows no kernel of that name"
    )
    shown = repr(value.item())[:60] if value.size == 1 else f"of shape {value.shape}"
    raise InputError(
        f"{key} is {shown}; {why}: it must be one of {', '.join(known)}{did_you_mean(text, known)}"
    )


def _refuse_constant(key: str, value: npt.NDArray[Any]) -> None:
    if value.dtype.kind in "biuf" and not np.any(value):
        return
    raise InputError(
        f"{key} adds a constant to the field, which no memory of hwsim holds (an offset counts "
        "with the kernel sum, and is none); train without it, or leave it out if it is zero"
    )


def _check_scale(key: str, value: npt.NDArray[Any]) -> None:
    """One positive factor changes no sign of a field."""
    sound = value.size == 1 and value.dtype.kind in "iuf" and np.isfinite(value.item())
    if not (sound and value.item() > 0):
        raise InputError(
            f"{key} must be one positive number, which changes no recall; multiply alpha by "
            "anything else"
        )
