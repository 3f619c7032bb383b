"""The legal ranges of the datapath's parameters, and what refuses a value outside of one."""

from __future__ import annotations

from typing import Final

from hwsim.errors import InputError
from hwsim.printable import told
from hwsim.suggest import check_choice

KERNEL_ORIGINS: Final = ("nearest", "absolute")
DATAFLOWS: Final = ("group", "row")

MAX_NEURONS: Final = 65536
MAX_PATTERNS: Final = 1048576
MAX_WEIGHT_BITS: Final = 8
MAX_PLANE_WEIGHT: Final = 255
MAX_KERNEL_BITS: Final = 16
LANE_CHOICES: Final = (8, 16, 32, 64, 128, 256, 512)
PARALLEL_CHOICES: Final = (1, 2, 4, 8)  # queries in flight, engines side by side
MAX_OFFSET_BITS: Final = 16
MAX_OFFSET_FRAC_BITS: Final = 16
MAX_MAX_STEPS: Final = 65535
MAX_COARSE_WORDS: Final = MAX_NEURONS // 8
MAX_EXTERNAL_WEIGHTS: Final = 4060  # cycles; the words on their way then fill a buffer of 4096
MAX_SCALE_BITS: Final = 16
MAX_OUTPUTS: Final = MAX_NEURONS  # whole words of them
FORMAT_VERSION: Final = 2  # of image folders and golden vectors
SHORTLIST: Final = 16  # patterns that the search completes first
BATCH: Final = 4  # of them between two looks at the radius memory

# Not of the datapath, but what one call may ask for; more is a slip, or more than a machine holds.
MAX_QUERIES: Final = 1048576  # drawn at once: as many as patterns
MAX_SEED: Final = 2**63 - 1  # what a memory's file can keep
MAX_TRAINING_STEPS: Final = 1_000_000
MAX_TRIALS: Final = 100_000
MAX_JOBS: Final = 1024  # processes

# Least and most of the parameters that are plain whole numbers.
RANGES: Final = {
    "neurons": (1, MAX_NEURONS),
    "patterns": (1, MAX_PATTERNS),
    "weight_bits": (1, MAX_WEIGHT_BITS),
    "kernel_bits": (1, MAX_KERNEL_BITS),
    "offset_bits": (0, MAX_OFFSET_BITS),
    "offset_frac_bits": (0, MAX_OFFSET_FRAC_BITS),
    "max_steps": (1, MAX_MAX_STEPS),
}


def default_plane_weights(weight_bits: int) -> tuple[int, ...]:
    """Binary place values, (1, 2, 4, …): the plane weights of an evenly spaced code."""
    return tuple(2**plane for plane in range(weight_bits))


def check_range(name: str, value: object, low: int, high: int) -> None:
    """Raise InputError unless `value` is a whole number within a range."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise InputError(f"{name} is {told(value)}; it must be a whole number from {low} to {high}")
    if not low <= value <= high:
        raise InputError(f"{name} is {told(value)}; it must be {in_words(low, high)}")


def in_words(low: int, high: int) -> str:
    """A range of whole numbers."""
    return f"from {low} to {high}" if low < high else str(low)


def check_number(name: str, value: object, choices: tuple[int, ...]) -> None:
    if type(value) is not int or value not in choices:
        listed = ", ".join(map(str, choices))
        raise InputError(f"{name} is {told(value)}; it must be one of {listed}")


def check_outputs(value: int, neurons: int, lanes: int) -> None:
    """Raise InputError for more outputs than a state's words have bits, in which signs leave."""
    check_range("outputs", value, 0, MAX_OUTPUTS)
    room = -(-neurons // lanes) * lanes
    if value > room:
        raise InputError(
            f"outputs is {value}; states of {neurons} neurons in words of {lanes} have room for "
            f"{room}: give fewer, or more lanes or neurons"
        )


def index_bits(count: int) -> int:
    """Bits that number `count` things from 0, at least 1."""
    return max((count - 1).bit_length(), 1)


def check_kernel_origin(value: object) -> None:
    """Raise InputError unless `value` is one of KERNEL_ORIGINS."""
    check_choice("kernel_origin", value, KERNEL_ORIGINS)
