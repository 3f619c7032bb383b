"""The image: the integers that the engine's memories hold, and their legal ranges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from hwsim.config import Parameters
from hwsim.errors import InputError
from hwsim.hardware import layout
from hwsim.show import Record, size


def _first_outside(
    values: npt.NDArray[np.integer[Any]], low: int, high: int
) -> tuple[int, ...] | None:
    """Index of the first entry outside low..high, or None."""
    outside = np.argwhere((values < low) | (values > high))
    return tuple(int(index) for index in outside[0]) if len(outside) else None


@dataclass(frozen=True, eq=False, repr=False)
class Image(Record):
    """Everything a recall needs, in integers; other integer types than these are converted.

    Two images are equal when parameters, integers and gamma are, wherever they came from.

    Attributes:
        parameters: what the numbers mean.
        patterns: (P, N) uint8, 1 for a spin of +1 and 0 for -1.
        codes: (P, N) uint8, weight codes 0 … 2**B - 1; bit p of a code belongs to plane p.
        kernel_lut: (N + 1,) int64, kernel value at distance x from the origin; never increasing.
        offsets: (N,) int64, signed, ZB bits each; zeros when ZB = 0.
        gamma: the Gaussian kernel's width, provenance only, for no computation here reads it; None
            for another kernel.
        provenance: JSON-ready notes on where the image came from; an image folder keeps them.
        radius: (P,) int64; every state at a distance below radius[m] from pattern m goes to it in
            one step, and it to itself. 0: it is no fixed point. None for zeros.

    Raises:
        InputError: a shape disagrees with the parameters, a value is no integer or out of range.
    """

    parameters: Parameters
    patterns: npt.NDArray[np.uint8]
    codes: npt.NDArray[np.uint8]
    kernel_lut: npt.NDArray[np.int64]
    offsets: npt.NDArray[np.int64]
    gamma: float | None
    provenance: Any = field(default=None, compare=False)
    radius: npt.NDArray[np.int64] = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        p = self.parameters
        if self.radius is None:
            object.__setattr__(self, "radius", np.zeros(p.patterns, dtype=np.int64))
        low, high = -(2 ** max(p.offset_bits - 1, 0)), 2 ** max(p.offset_bits - 1, 0) - 1
        if p.offset_bits == 0:
            low = high = 0
        rules: tuple[tuple[str, tuple[int, ...], type, int, int], ...] = (
            ("patterns", (p.patterns, p.neurons), np.uint8, 0, 1),
            ("codes", (p.patterns, p.neurons), np.uint8, 0, 2**p.weight_bits - 1),
            ("kernel_lut", (p.neurons + 1,), np.int64, 0, p.kernel_max),
            ("offsets", (p.neurons,), np.int64, low, high),
            ("radius", (p.patterns,), np.int64, 0, min(2**p.radius_bits - 1, p.neurons)),
        )
        for name, shape, dtype, least, most in rules:
            values: npt.NDArray[Any] = getattr(self, name)
            if values.shape != shape:
                raise InputError(f"{name} has shape {values.shape}; the parameters ask for {shape}")
            if values.dtype.kind not in "biu":
                raise InputError(f"{name} has dtype {values.dtype}; an image holds integers")
            if (index := _first_outside(values, least, most)) is not None:
                place = ", ".join(map(str, index))
                raise InputError(
                    f"{name}[{place}] is {values[index]}; it must be from {least} to {most}"
                )
            object.__setattr__(self, name, np.ascontiguousarray(values, dtype=dtype))
        rises = np.flatnonzero(np.diff(self.kernel_lut) > 0)
        if len(rises):
            # The engine skips a group by its nearest pattern alone, which is exact only so.
            x = int(rises[0]) + 1
            raise InputError(
                f"kernel_lut[{x}] is {self.kernel_lut[x]}, more than kernel_lut[{x - 1}], "
                f"{self.kernel_lut[x - 1]}; a kernel value never grows with distance"
            )
        for plane in p.shared_planes:
            if not np.array_equal(self.codes >> plane & 1, self.patterns):
                raise InputError(
                    f"shared_planes names plane {plane}, whose code bits are not the patterns'"
                )

    def _shown(self) -> Mapping[str, object]:
        p = self.parameters
        parts = {name: shape.bits for name, shape in layout.memory_shapes(p).items()}
        source = self.provenance.get("memory") if isinstance(self.provenance, Mapping) else None
        return {
            "N": p.neurons,
            "P": p.patterns,
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

    def memory_rows(self) -> dict[str, npt.NDArray[np.uint8]]:
        """Every memory's words as little-endian bytes, (depth, ceil(width / 8)) uint8."""
        p = self.parameters
        rows = {
            "patterns": layout.pack_patterns(p, self.patterns),
        }
        if p.weight_depth:
            rows["weights"] = layout.pack_weights(p, self.codes)
        rows["kernel_lut"] = layout.pack_integers(p.kernel_bits, self.kernel_lut)
        if p.offset_bits:
            rows["offsets"] = layout.pack_integers(p.offset_bits, self.offsets)
        if p.radius_bits:
            rows["radius"] = layout.pack_integers(p.radius_bits, self.radius)
        return rows

    @classmethod
    def from_memory_rows(
        cls,
        parameters: Parameters,
        rows: dict[str, npt.NDArray[np.uint8]],
        gamma: float | None,
        provenance: Any = None,
    ) -> Image:
        """The image whose `memory_rows` are `rows`.

        Raises:
            InputError: a value is out of range.
        """
        if parameters.offset_bits:
            offsets = layout.unpack_integers(parameters.offset_bits, rows["offsets"], signed=True)
        else:
            offsets = np.zeros(parameters.neurons, dtype=np.int64)
        patterns = layout.unpack_patterns(parameters, rows["patterns"])
        codes = np.zeros_like(patterns)
        if parameters.weight_depth:
            codes = layout.unpack_weights(parameters, rows["weights"])
        for plane in parameters.shared_planes:
            codes |= patterns << plane
        radius = None
        if parameters.radius_bits:
            radius = layout.unpack_integers(parameters.radius_bits, rows["radius"], signed=False)
        return cls(
            parameters=parameters,
            patterns=patterns,
            codes=codes,
            kernel_lut=layout.unpack_integers(
                parameters.kernel_bits, rows["kernel_lut"], signed=False
            ),
            offsets=offsets,
            gamma=gamma,
            provenance=provenance,
            radius=radius,  # type: ignore[arg-type]
        )
