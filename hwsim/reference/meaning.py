"""What an archive from elsewhere says besides patterns, alpha and gamma that changes its meaning.

A memory's field is sum_m alpha[m, i] * k(d), with d the Hamming distance of state and pattern and k
the Gaussian kernel of gamma or `kernel_values`, nothing more. A constant beside it, another kernel
or a negative scale would be another network under the same keys. What says nothing of the kind is a
note and stays one.

**Which kernels.** Any that a distance decides and that never rises and is never negative:

* The engine takes each pattern's value from a table of N + 1 unsigned words, so it need not know
  the formula, and a positive factor on all values changes no sign of a field.
* It skips groups of patterns whose nearest one has value 0, and ends searches beyond the first 0:
  with a table that rose again, what it skips would count. (`hwsim.hardware.spec.search`)
* From the nearest pattern, k(d - d0) is k(d) over k(d0) for exponentials alone. Other kernels count
  from 0, the `absolute` origin. There the rules stop, winner (at distance 0) and abandon hold for
  any table; rule radius, which shifts distances by d0, is off.

A kernel of the overlap, such as (s . p / N + c)**n, rises with it to both sides or falls below 0.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from hwsim.errors import InputError
from hwsim.printable import told
from hwsim.suggest import did_you_mean

GAUSSIAN: Final = ("rbf", "gaussian")
LAPLACIAN: Final = "laplacian"
# Names of notes are compared by their letters and digits alone, small (`_bare`).
_KERNEL: Final = (
    *("kernel", "kernelname", "kerneltype", "kernelfunction", "kernelfn", "kernelfunc"),
)
# What else may be named by a kernel, as scikit-learn's pairwise_kernels(metric=...) is; its text
# may as well name something else, such as a measure of accuracy.
_LIKE_KERNEL: Final = ("metric", "similarity", "affinity", "covariance", "featuremap", "basis")
_CONSTANT: Final = (
    *("bias", "biases", "b", "intercept", "intercepts", "threshold", "thresholds", "h", "w0"),
    *("offset", "offsets", "theta", "constant", "const", "beta0"),
)
# With these, and numbers, a constant's name is still one: field_offset, theta_out, b_1.
_OF_NEURONS: Final = (
    *("field", "external", "ext", "output", "out", "neuron", "unit", "spin", "visible", "hidden"),
    *("update", "activation", "firing", "y", "vec", "vector"),
)
_OFTEN_IN: Final = ("bias", "intercept")  # of longer names, such as output_bias, where numbers
_SCALE: Final = ("temperature", "scale", "inversetemperature", "beta")
_POLYNOMIAL: Final = ("degree", "coef0", "exponent")
KERNEL_VALUES: Final = "kernel_values"
_PARTS: Final = ("patterns", "alpha", "gamma", KERNEL_VALUES)  # of a memory, by these names alone
_WORD: Final = re.compile(r"[A-Z]?[a-z]+\d*|[A-Z]+(?![a-z])\d*")  # of thetaOut, theta_out, B0
LARGEST_KERNEL_VALUE: Final = 1e100  # so that sums and products with weights stay finite
SMALLEST_KERNEL_VALUE: Final = 1e-100  # of the first, for what is divided by it
# Numbers that hwsim itself writes beside a memory, or that say as little of the network.
NOTES: Final = (
    *("regularization", "lambda", "lambdamax", "learningrate", "steps", "epochs", "iterations"),
    *("loss", "seed", "bitaccuracy", "stabilitymargin", "margin", "trainerror", "testerror"),
    *("kernelentries", "dropped", "fielderror", "labels", "niter", "noise"),
)
_RISING: Final = ("poly", "polynomial", "linear", "sigmoid", "tanh", "cosine", "dot", "dotproduct")
# Kernels that are neither, by the names they have elsewhere.
_OTHERS: Final = ("chi2", "additivechi2", "matern", "exponential", "cauchy", "rationalquadratic")


def gamma_of(gamma: float | None, notes: Mapping[str, npt.NDArray[Any]]) -> float | None:
    """The width of the Gaussian kernel that a memory's notes mean.

    On spins |s - p|_1 = |s - p|**2 / 2, twice the Hamming distance: a Laplacian kernel
    exp(-gamma * |s - p|_1), as scikit-learn's, is the Gaussian one of half its gamma.

    Args:
        gamma: as given; None beside kernel_values, where a note may call the kernel anything that
            does not rise.
        notes: the archive's other arrays by name.

    Returns:
        gamma, or half of it for a Laplacian kernel.

    Raises:
        InputError: a note would make it another network than three keys say.
    """
    kernel = _kernel_of(notes, own=gamma is None)
    for key in notes:
        name = _bare(key)
        for part in _PARTS:
            if name == _bare(part) and key != part:
                raise InputError(
                    f"{key} reads like {part}, which is known by that name alone; give it the "
                    "name, or another if it is something else"
                )
        if _is_constant(key, notes[key]):
            _refuse_constant(key, notes[key])
        elif name in _SCALE:
            _check_scale(key, notes[key])
        elif _is_polynomial(key) and kernel is None and gamma is not None:
            raise InputError(
                f"{key} belongs to a polynomial kernel, which rises with the overlap; hwsim needs "
                "one that falls with the Hamming distance. If it is not used, say kernel='rbf'"
            )
    return gamma / 2 if kernel == LAPLACIAN and gamma is not None else gamma


def checked_kernel_values(
    values: npt.NDArray[Any], shape: tuple[int, int]
) -> npt.NDArray[np.float64]:
    """Values of a kernel at the Hamming distances 0 … N, as float64.

    Args:
        values: as given.
        shape: the patterns', (P, N).

    Raises:
        InputError: not (N + 1,) real finite numbers; one is negative or above the one before it;
            the first is below SMALLEST_KERNEL_VALUE or beyond LARGEST_KERNEL_VALUE.
    """
    stored, neurons = shape
    if values.shape != (neurons + 1,):
        turned = "; are patterns and alpha transposed? They must be (P, N)"
        raise InputError(
            f"{KERNEL_VALUES} has shape {values.shape}; patterns have {neurons} neurons, so "
            f"({neurons + 1},) is expected, a value for each Hamming distance from 0 to {neurons}"
            f"{turned if values.shape == (stored + 1,) else ''}"
        )
    if values.dtype.kind not in "iuf":
        raise InputError(f"{KERNEL_VALUES} has dtype {values.dtype}; it must be real numbers")
    found = np.ascontiguousarray(values, dtype=np.float64)
    for index in np.flatnonzero(~np.isfinite(found))[:1]:
        raise InputError(f"{KERNEL_VALUES}[{index}] is {found[index]}; every value must be finite")
    for index in np.flatnonzero(found < 0)[:1]:
        raise InputError(
            f"{KERNEL_VALUES}[{index}] is {found[index]}; none may be negative, for the engine "
            "holds kernel values as unsigned numbers"
        )
    for index in np.flatnonzero(found[1:] > found[:-1])[:1] + 1:
        raise InputError(
            f"{KERNEL_VALUES}[{index}] is {found[index]}, above {KERNEL_VALUES}[{index - 1}], "
            f"{found[index - 1]}; they must fall, or stay, as the Hamming distance grows, for the "
            "engine skips what lies beyond the first 0"
        )
    if not SMALLEST_KERNEL_VALUE <= found[0] <= LARGEST_KERNEL_VALUE:
        raise InputError(
            f"{KERNEL_VALUES}[0] is {found[0]}; it must be positive, from "
            f"{SMALLEST_KERNEL_VALUE:g} to {LARGEST_KERNEL_VALUE:g}; one positive factor on all "
            "values changes no recall"
        )
    return found


def is_known_note(key: str, value: Any) -> bool:
    """Whether hwsim knows what a note says, or it can be no number of the network's."""
    name = _bare(key)
    known = (*NOTES, *_KERNEL, *_CONSTANT, *_SCALE)
    number = np.asarray(value)
    said = name in known or _is_polynomial(key)
    return said or number.dtype.kind not in "biufc" or _is_constant(key, number)


def names_kernel(key: str, value: Any) -> bool:
    """Whether a note says which kernel `gamma` is of; kept, it would be applied once more.

    Of longer names, such as estimator__kernel, and of what like `metric` may be named by a kernel,
    those whose text is the name of one; of any name, those that say polynomial.
    """
    name, text = _bare(key), _text(np.asarray(value))
    if name in _KERNEL or text in ("poly", "polynomial"):
        return True
    like = "kernel" in name or any(word in name for word in _LIKE_KERNEL)
    return like and (text in (*GAUSSIAN, LAPLACIAN, *_OTHERS) or _rises(text))


def _is_polynomial(key: str) -> bool:
    words = (_bare(key), *(word.lower() for word in _WORD.findall(key)))
    return any(word in _POLYNOMIAL for word in words)


def _rises(kernel: str) -> bool:
    return kernel in _RISING or kernel.startswith("polynomial")


def _is_constant(key: str, value: npt.NDArray[Any]) -> bool:
    """Whether a note's name says that it is added to the fields."""
    if _bare(key) in _CONSTANT:
        return True
    if value.dtype.kind not in "biufc":
        return False
    words = [word.lower().rstrip("0123456789") for word in _WORD.findall(key)]
    named = any(word in (*_CONSTANT, "external") for word in words)
    only = all(word in (*_CONSTANT, *_OF_NEURONS) for word in words)
    return (named and only) or any(word in _bare(key) for word in _OFTEN_IN)


def _bare(key: str) -> str:
    """What is left of `Kernel-Type`, `kernelType` and `kernel_type_`: kerneltype."""
    return "".join(filter(str.isalnum, key.lower()))


def _kernel_of(notes: Mapping[str, npt.NDArray[Any]], own: bool) -> str | None:
    """The kernel that notes name; None where none does."""
    found: dict[str, str] = {}
    for key, note in notes.items():
        if names_kernel(key, note):
            found[key] = _checked_kernel(key, note, own)
    (first, kernel), *others = found.items() or [("", None)]
    for key, other in others:
        if not own and (kernel == LAPLACIAN) != (other == LAPLACIAN):
            raise InputError(
                f"{first} is {told(kernel)} and {key} {told(other)}, two kernels for one gamma; "
                "keep the one that the memory was trained with"
            )
    return kernel


def _text(value: npt.NDArray[Any]) -> str:
    """A note's text as names of kernels are written: of `Polynomial kernel`, polynomial."""
    if value.size != 1:
        return ""
    text = value.item().decode(errors="replace") if value.dtype.kind == "S" else str(value.item())
    return _bare(text).removesuffix("kernel")


def _checked_kernel(key: str, value: npt.NDArray[Any], own: bool) -> str:
    known = (*GAUSSIAN, LAPLACIAN)
    text = _text(value)
    rises = _rises(text)
    if text in known or (own and not rises):
        return text
    why = (
        "it rises with the overlap, and the engine needs one that falls with the Hamming distance"
        if rises
        else f"hwsim knows no kernel of that name: give its {KERNEL_VALUES} at each Hamming "
        "distance from 0 to N, if it never rises and is never negative"
    )
    shown = repr(value.item())[:60] if value.size == 1 else f"of shape {value.shape}"
    raise InputError(
        f"{key} is {shown}; {why}; names are {', '.join(known)}{did_you_mean(text, known)}"
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
