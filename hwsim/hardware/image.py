"""The image: the integers that the engine's memories hold, and their legal ranges."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from hwsim.config import Parameters
from hwsim.config.ranges import in_words
from hwsim.errors import InputError
from hwsim.hardware import bits, layout
from hwsim.hardware.bits import Rows
from hwsim.printable import told
from hwsim.show import Record, size

if TYPE_CHECKING:
    from hwsim.pictures import Picture

MAX_GAMMA: Final = 1e300  # a memory's, too

Integers = npt.NDArray[np.integer[Any]]


@dataclass(frozen=True, eq=False, repr=False, init=False)
class Image(Record):
    """Everything a recall needs, in integers; other integer types than these are converted.

    Patterns and weight codes are kept as packed bits and given back as arrays: whoever goes through
    a large image takes some patterns at a time.

    Two images are equal when parameters, integers and gamma are, wherever they came from.

    Attributes:
        parameters: what the numbers mean.
        kernel_lut: (N + 1,) int64, kernel value at distance x from the origin; never increasing.
        offsets: (N,) int64, signed, ZB bits each; zeros when ZB = 0. (M,) with outputs.
        gamma: the Gaussian kernel's width, provenance only, for no computation here reads it; None
            for another kernel.
        provenance: JSON-ready notes on where the image came from; an image folder keeps them.
        radius: (P,) int64; every state at a distance below radius[m] from pattern m goes to it in
            one step, and it to itself. 0: it is no fixed point. None for zeros.
        pattern_rows: (P, bytes) uint8, rows of `hwsim.hardware.bits`, read-only.
        plane_rows: (P, B, bytes) uint8, each plane's bits of a pattern's codes, read-only.
        scales: (M,) int64, 0 to 2**SB - 1, each output's; ones when SB = 0, none without outputs.

    Raises:
        InputError: a shape disagrees with the parameters, a value is no integer or out of range.
    """

    parameters: Parameters
    kernel_lut: npt.NDArray[np.int64]
    offsets: npt.NDArray[np.int64]
    gamma: float | None
    provenance: Any = field(compare=False)
    radius: npt.NDArray[np.int64]
    pattern_rows: Rows
    plane_rows: Rows
    scales: npt.NDArray[np.int64]

    def __init__(
        self,
        parameters: Parameters,
        patterns: Integers | None = None,
        codes: Integers | None = None,
        kernel_lut: Integers | None = None,
        offsets: Integers | None = None,
        gamma: float | None = None,
        provenance: Any = None,
        radius: Integers | None = None,
        *,
        pattern_rows: Rows | None = None,
        plane_rows: Rows | None = None,
        scales: Integers | None = None,
    ) -> None:
        """Patterns and codes are (P, N) integers, codes (P, M) with outputs, or rows where they
        are None."""
        p, keep = parameters, partial(object.__setattr__, self)
        if not isinstance(p, Parameters):
            raise InputError(f"parameters is {told(p)}; it must be hwsim.Parameters")
        is_number = isinstance(gamma, int | float) and not isinstance(gamma, bool)
        if gamma is not None and not (is_number and abs(gamma) <= MAX_GAMMA):
            raise InputError(f"gamma is {told(gamma)}; it must be a number or None")
        if patterns is not None:
            pattern_rows = _packed("patterns", patterns, (p.patterns, p.neurons), 1, bits.pack)
        if codes is not None:
            pack = partial(bits.pack_codes, planes=p.weight_bits)
            most = 2**p.weight_bits - 1
            plane_rows = _packed("codes", codes, (p.patterns, p.fields), most, pack)
        size = bits.row_bytes(p.neurons)
        keep("parameters", p)
        keep("pattern_rows", _checked_rows("patterns", pattern_rows, (p.patterns, size)))
        size = bits.row_bytes(p.fields)
        keep("plane_rows", _checked_rows("codes", plane_rows, (p.patterns, p.weight_bits, size)))
        if radius is None:
            radius = np.zeros(p.patterns, dtype=np.int64)
        if scales is None:
            scales = np.ones(p.outputs, dtype=np.int64)
        low, high = -(2 ** max(p.offset_bits - 1, 0)), 2 ** max(p.offset_bits - 1, 0) - 1
        if p.offset_bits == 0:
            low = high = 0
        for name, values, length, least, most in (
            ("kernel_lut", kernel_lut, p.neurons + 1, 0, p.kernel_max),
            ("offsets", offsets, p.fields, low, high),
            ("radius", radius, p.patterns, 0, min(2**p.radius_bits - 1, p.neurons)),
            ("scales", scales, p.outputs, int(p.scale_bits == 0), max(2**p.scale_bits - 1, 1)),
        ):
            _check_kind(name, values, (length,))
            if length:
                _check_range(name, values, least, most)  # type: ignore[arg-type]
            keep(name, np.ascontiguousarray(values, dtype=np.int64))
        keep("gamma", gamma)
        keep("provenance", provenance)
        self._check_contents()

    def _check_contents(self) -> None:
        rises = np.flatnonzero(np.diff(self.kernel_lut) > 0)
        if len(rises):
            # The engine skips a group by its nearest pattern alone, which is exact only so.
            x = int(rises[0]) + 1
            raise InputError(
                f"kernel_lut[{x}] is {self.kernel_lut[x]}, more than kernel_lut[{x - 1}], "
                f"{self.kernel_lut[x - 1]}; a kernel value never grows with distance"
            )
        for plane in self.parameters.shared_planes:
            if not self.shares(plane):
                raise InputError(
                    f"shared_planes names plane {plane}, whose code bits are not the patterns'"
                )

    @property
    def patterns(self) -> npt.NDArray[np.uint8]:
        """(P, N) uint8, 1 for a spin of +1 and 0 for -1; unpacked each time."""
        return bits.unpack(self.pattern_rows, self.parameters.neurons)

    @property
    def codes(self) -> npt.NDArray[np.uint8]:
        """(P, N) uint8, codes 0 … 2**B - 1, bit p belongs to plane p; unpacked each time.

        (P, M) with outputs.
        """
        return bits.unpack_codes(self.plane_rows, self.parameters.fields)

    def patterns_of(self, which: slice | npt.NDArray[np.int64]) -> npt.NDArray[np.uint8]:
        """As `patterns`, of some alone."""
        return bits.unpack(self.pattern_rows[which], self.parameters.neurons)

    def codes_of(self, which: slice | npt.NDArray[np.int64]) -> npt.NDArray[np.uint8]:
        """As `codes`, of some alone."""
        return bits.unpack_codes(self.plane_rows[which], self.parameters.fields)

    def shares(self, plane: int) -> bool:
        """Whether a plane of the codes is the patterns themselves."""
        return np.array_equal(self.plane_rows[:, plane], self.pattern_rows)

    def _shown(self) -> Mapping[str, object]:
        p = self.parameters
        parts = {name: shape.bits for name, shape in layout.memory_shapes(p).items()}
        source = self.provenance.get("memory") if isinstance(self.provenance, Mapping) else None
        return {
            "N": p.neurons,
            "P": p.patterns,
            "outputs": p.outputs or None,
            "bits": p.weight_bits,
            "plane_weights": p.C,
            "kernel_bits": p.kernel_bits,
            "kernel_origin": p.kernel_origin,
            "lanes": p.lanes,
            "offset_bits": p.offset_bits,
            "offset_frac_bits": p.offset_frac_bits if p.offset_bits else None,
            "max_steps": p.max_steps,
            "dataflow": p.dataflow,
            "rules": ", ".join(p.rules) or None,
            "gamma": self.gamma,
            "memory": f"{size(sum(parts.values()))} ("
            + ", ".join(f"{name} {size(bits)}" for name, bits in parts.items())
            + ")",
            "made_from": source,
        }

    def plot(self, shape: tuple[int, int] | None = None, first: int = 16) -> Picture:
        """Patterns as pixels, weights by value, the kernel table, and what each memory takes.

        Args:
            shape: rows and columns of a pattern's pixels, such as (8, 8); None for about a square.
            first: how many patterns to draw, from the first on.

        Returns:
            An SVG, which a notebook shows and `save` writes.

        Raises:
            InputError: the shape is not of N pixels, or first no whole number.
        """
        from hwsim.hardware.plots import plot_image

        return plot_image(self, shape, first)

    def memory_blocks(self, name: str, words: slice | None = None) -> Iterator[Rows]:
        """A memory's words, block by block, as little-endian bytes (n, ceil(width / 8)) uint8.

        Args:
            name: of the memory.
            words: a share of it, see `layout.share_cut`; None for all.
        """
        p = self.parameters
        for block in layout.blocks(p, name, words):
            if name == "patterns":
                yield layout.pattern_words(p, self.pattern_rows[block.patterns])
            elif name == "weights":
                yield layout.weight_words(p, self.plane_rows[block.patterns])
            else:
                width = layout.memory_shapes(p)[name].width
                yield layout.pack_integers(width, getattr(self, name)[block.words])

    def memory_rows(self) -> dict[str, Rows]:
        """Every memory's words, whole."""
        names = layout.memory_shapes(self.parameters)
        return {name: np.concatenate([*self.memory_blocks(name)]) for name in names}


def _packed(
    name: str,
    values: Integers,
    shape: tuple[int, int],
    most: int,
    pack: Callable[[Integers], Rows],
) -> Rows:
    """Integers of a shape, from 0 to `most`, as rows, a part at a time."""
    _check_kind(name, values, shape)
    rows = np.empty((shape[0], *pack(values[:1]).shape[1:]), dtype=np.uint8)
    for part in bits.parts(*shape):
        _check_range(name, values[part], 0, most, part.start)
        rows[part] = pack(values[part])
    return rows


def _checked_rows(name: str, rows: Any, shape: tuple[int, ...]) -> Rows:
    """The rows as a view that cannot be written, if they are what they must be."""
    _check_array(name, rows)
    if rows.shape != shape or rows.dtype != np.uint8:
        raise InputError(
            f"rows of {name} have shape {rows.shape}, dtype {rows.dtype}; the parameters ask for "
            f"{shape}, uint8"
        )
    view = np.ascontiguousarray(rows).view()
    view.flags.writeable = False
    return view


def _check_array(name: str, values: object) -> None:
    if not isinstance(values, np.ndarray) or np.ma.is_masked(values):
        raise InputError(f"{name} of an image is {told(values)}; it must be an array of integers")


def _check_kind(name: str, values: Any, shape: tuple[int, ...]) -> None:
    _check_array(name, values)
    if values.shape != shape:
        raise InputError(f"{name} has shape {values.shape}; the parameters ask for {shape}")
    if values.dtype.kind not in "biu":
        raise InputError(f"{name} has dtype {values.dtype}; an image holds integers")


def _check_range(name: str, values: Integers, least: int, most: int, first: int = 0) -> None:
    """Refuse values outside a range; they are what stands from index `first` on."""
    if values.min() >= least and values.max() <= most:
        return
    index, *more = (int(each) for each in np.argwhere((values < least) | (values > most))[0])
    place = ", ".join(map(str, (index + first, *more)))
    raise InputError(
        f"{name}[{place}] is {values[(index, *more)]}; it must be {in_words(least, most)}"
    )
