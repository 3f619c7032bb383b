"""The parameters of the retrieval datapath and everything that follows from them alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from hwsim.config.external import check_external
from hwsim.config.ranges import *  # noqa: F403 - its names are this room's, too
from hwsim.config.ranges import (
    DATAFLOWS,
    FORMAT_VERSION,
    LANE_CHOICES,
    MAX_EXTERNAL_WEIGHTS,
    MAX_PLANE_WEIGHT,
    MAX_SCALE_BITS,
    PARALLEL_CHOICES,
    RANGES,
    SHORTLIST,
    check_kernel_origin,
    check_number,
    check_outputs,
    check_range,
    default_plane_weights,
)
from hwsim.errors import InputError
from hwsim.printable import told
from hwsim.quantities import counted
from hwsim.suggest import check_choice


@dataclass(frozen=True)
class Parameters:
    """One legal choice of the datapath's parameters.

    Attributes:
        neurons: N, bits in a state, 1 to 65536.
        patterns: P, stored patterns, 1 to 1048576.
        weight_bits: B, bit planes of a weight code, 1 to 8.
        plane_weights: C, B positive integers up to 255; None stands for (1, 2, 4, …).
        kernel_bits: KB, bits of a kernel value, 1 to 16.
        lanes: L, bits in one memory word, a power of two from 8 to 512.
        offset_bits: ZB, bits of a neuron's signed offset, 0 (no offsets) to 16.
        offset_frac_bits: F, how many of an offset's bits are fraction, 0 to 16.
        max_steps: T, most update steps in one recall, 1 to 65535.
        kernel_origin: `nearest` counts distances from the nearest pattern's, `absolute` from 0.
        dataflow: how the fields are accumulated, `group` by group of L patterns against bit planes
            of kernel values, or `row` by row of every pattern that has a kernel value.
        shared_planes: the code planes that equal the patterns everywhere, which `row` reads from
            the pattern memory; ascending.
        radius_bits: of a word of the radius memory; 0: none, rules stop and radius are off.
        winner_limit: the largest kernel sum at which the nearest pattern alone decides every bit;
            0: rule winner is off.
        coarse_words: words of each pattern that the first scan reads, 1 to W; 0: rule abandon is
            off and every scan reads all.
        reach: the first distance from the origin whose kernel value is 0, 1 to N + 1; 0 where
            `coarse_words` is.
        queries_in_flight: Q, recalls that run in step and share the reads of a scan; 1, 2, 4 or 8.
        engines: E, engines side by side, each with a share of whole groups of patterns; 1, 2, 4
            or 8. One of these two is 1.
        pipelined: a register more behind each memory of the image and in the control, for a
            faster clock at a few cycles more.
        external_weights: clock cycles in which an external memory, which holds the weights, answers
            an address, 1 to 4060; 0: the weights are on the chip. With `dataflow` group, one
            engine, not pipelined, and N * B at least L + 8.
        outputs: M, outputs of their own, 1 to W * L; 0: the outputs are the neurons' next bits.
        scale_bits: SB, bits of an output's scale, 0 (all scales are 1) to 16.

    Those from `shared_planes` to `reach` follow from an image's integers (`hwsim.hardware.rules`).
    The four before `outputs` change no outcome, but counts and cycles, `pipelined` and
    `external_weights` cycles alone.

    Raises:
        InputError: a parameter is outside its legal range.
    """

    neurons: int
    patterns: int
    weight_bits: int = 2
    plane_weights: tuple[int, ...] | None = None
    kernel_bits: int = 8
    lanes: int = 64
    offset_bits: int = 0
    offset_frac_bits: int = 0
    max_steps: int = 50
    kernel_origin: str = "nearest"
    dataflow: str = "group"
    shared_planes: tuple[int, ...] = ()
    radius_bits: int = 0
    winner_limit: int = 0
    coarse_words: int = 0
    reach: int = 0
    queries_in_flight: int = 1
    engines: int = 1
    pipelined: bool = False
    external_weights: int = 0
    outputs: int = 0
    scale_bits: int = 0

    def __post_init__(self) -> None:
        for name, (low, high) in RANGES.items():
            check_range(name, getattr(self, name), low, high)
        check_number("lanes", self.lanes, LANE_CHOICES)
        check_kernel_origin(self.kernel_origin)
        if self.plane_weights is None:
            object.__setattr__(self, "plane_weights", default_plane_weights(self.weight_bits))
        elif isinstance(self.plane_weights, list | tuple):
            object.__setattr__(self, "plane_weights", tuple(self.plane_weights))
        else:
            raise InputError(
                f"plane_weights is {told(self.plane_weights)}; it must be a list of weight_bits "
                "positive integers"
            )
        if len(self.C) != self.weight_bits:
            raise InputError(
                f"plane_weights has {len(self.C)} entries, weight_bits is {self.weight_bits}; "
                "give one positive integer a plane"
            )
        for plane, weight in enumerate(self.C):
            check_range(f"plane_weights[{plane}]", weight, 1, MAX_PLANE_WEIGHT)
        self._check_rules()
        self._check_parallel()
        check_range("external_weights", self.external_weights, 0, MAX_EXTERNAL_WEIGHTS)
        check_external(self)
        self._check_outputs()

    def _check_rules(self) -> None:
        check_choice("dataflow", self.dataflow, DATAFLOWS)
        check_range("radius_bits", self.radius_bits, 0, self.distance_bits if self.nearest else 1)
        check_range("winner_limit", self.winner_limit, 0, self.patterns * self.kernel_max)
        check_range("coarse_words", self.coarse_words, 0, self.words)
        least, most = (1, self.neurons + 1) if self.coarse_words else (0, 0)
        check_range("reach", self.reach, least, most)
        if not isinstance(self.shared_planes, list | tuple):
            raise InputError(f"shared_planes is {told(self.shared_planes)}; it must be a list")
        planes = tuple(self.shared_planes)
        for plane in planes:
            check_range("shared_planes", plane, 0, self.weight_bits - 1)
        if planes != tuple(sorted(set(planes))):
            raise InputError(f"shared_planes is {planes}; give each plane once, ascending")
        if planes and self.dataflow != "row":
            raise InputError("shared_planes is for the row dataflow; the group dataflow stores all")
        object.__setattr__(self, "shared_planes", planes)

    def _check_parallel(self) -> None:
        check_number("queries_in_flight", self.queries_in_flight, PARALLEL_CHOICES)
        check_number("engines", self.engines, PARALLEL_CHOICES)
        if type(self.pipelined) is not bool:
            raise InputError(f"pipelined is {told(self.pipelined)}; it must be true or false")
        if self.queries_in_flight > 1 and self.engines > 1:
            raise InputError(
                f"engines is {self.engines} and queries_in_flight is {self.queries_in_flight}; "
                "one of them must be 1"
            )
        if self.engines > self.groups:
            raise InputError(
                f"engines is {self.engines}, but the patterns are "
                f"{counted(self.groups, 'group')} of {self.lanes}; give fewer engines or lanes"
            )

    def _check_outputs(self) -> None:
        """Outputs of their own: without the rules, which are not proved for them."""
        check_outputs(self.outputs, self.neurons, self.lanes)
        check_range("scale_bits", self.scale_bits, 0, MAX_SCALE_BITS if self.outputs else 0)
        if self.sequence and self.outputs != self.neurons:
            raise InputError(
                f"max_steps is {self.max_steps}; with {self.outputs} outputs other than the "
                f"patterns it must be 1, or the outputs as many as the {self.neurons} neurons, "
                "whose next bits they are in a sequence"
            )
        for name, only in _DEFAULTS.items() if self.outputs else ():
            if getattr(self, name) != only:
                raise InputError(
                    f"{name} is {told(getattr(self, name))}; with outputs other than the patterns "
                    f"it must be {told(only)}"
                )
        if self.score_bits > 64:
            raise InputError(
                f"scores take {self.score_bits} bits, more than 64; give fewer scale or offset bits"
            )

    @property
    def C(self) -> tuple[int, ...]:  # noqa: N802 - the symbol in docs/contract.md
        """Plane weights, never None."""
        assert self.plane_weights is not None
        return self.plane_weights

    @property
    def nearest(self) -> bool:
        """Whether distances count from the nearest pattern's."""
        return self.kernel_origin == "nearest"

    @property
    def row(self) -> bool:
        """Whether fields are accumulated by rows of patterns."""
        return self.dataflow == "row"

    @property
    def plain(self) -> bool:
        """Whether this is what an image of format 1 can mean, as `without_rules`."""
        return self == self.without_rules() and not self.outputs

    def without_rules(self) -> Parameters:
        """The same sizes with the meaning of format 1.

        That is the group dataflow, every rule off, one query in flight and one engine.
        """
        return replace(self, **_DEFAULTS)

    @property
    def rules(self) -> tuple[str, ...]:
        """The names of the rules that are on."""
        on = {
            "stop": self.radius_bits,
            "winner": self.winner_limit,
            "abandon": self.coarse_words,
            "radius": self.radius_bits > 1,
        }
        return tuple(name for name, acts in on.items() if acts)

    @property
    def stored_planes(self) -> tuple[int, ...]:
        """The code planes that the weight memory holds, ascending."""
        return tuple(p for p in range(self.weight_bits) if p not in self.shared_planes)

    @property
    def candidate_words(self) -> int:
        """Words that a candidate of the row dataflow takes for L neurons."""
        return len(self.stored_planes) + bool(self.shared_planes)

    @property
    def shortlist(self) -> int:
        """Patterns on the longest shortlist of a search whose first scan is not whole, else 0."""
        return min(SHORTLIST, self.share_patterns) if 0 < self.coarse_words < self.words else 0

    @property
    def words(self) -> int:
        """Memory words a pattern or a state takes, ceil(N / L)."""
        return -(-self.neurons // self.lanes)

    @property
    def fields(self) -> int:
        """Fields that a step computes: M, or N where the outputs are the neurons'."""
        return self.outputs or self.neurons

    @property
    def sequence(self) -> bool:
        """Whether outputs are the next state, of T steps."""
        return bool(self.outputs) and self.max_steps > 1

    @property
    def results(self) -> int:
        """Results that a query has: of every step of a sequence, else 1."""
        return self.max_steps if self.sequence else 1

    @property
    def result_words(self) -> int:
        """Memory words that a result takes, ceil(M / L), or W."""
        return -(-self.fields // self.lanes)

    @property
    def groups(self) -> int:
        """Groups of L patterns, ceil(P / L)."""
        return -(-self.patterns // self.lanes)

    @property
    def shares(self) -> tuple[range, ...]:
        """The groups that each engine holds, in order: as many as the others, or one more."""
        cuts = [e * self.groups // self.engines for e in range(self.engines + 1)]
        return tuple(map(range, cuts, cuts[1:]))

    @property
    def share_groups(self) -> int:
        """Groups of the largest share."""
        return -(-self.groups // self.engines)

    @property
    def share_sizes(self) -> tuple[int, ...]:
        """The patterns that each engine holds."""
        stops = (min(groups.stop * self.lanes, self.patterns) for groups in self.shares)
        return tuple(
            stop - groups.start * self.lanes
            for stop, groups in zip(stops, self.shares, strict=True)
        )

    @property
    def share_patterns(self) -> int:
        """Patterns of the largest share."""
        return max(self.share_sizes)

    @property
    def kernel_max(self) -> int:
        """Largest kernel value, 2**KB - 1."""
        return (1 << self.kernel_bits) - 1

    @property
    def distance_bits(self) -> int:
        """Bits that hold a Hamming distance, 0 to N."""
        return self.neurons.bit_length()

    @property
    def largest_field(self) -> int:
        """Largest |f| these parameters allow: every kernel value and weight at its greatest.

        f = a * 2**F + z * S with |a| <= P * kernel_max * sum(C), S <= P * kernel_max and
        |z| <= 2**(ZB - 1). At most 2**63 - 1 for legal parameters, so int64 holds every field.
        """
        offset = 1 << (self.offset_bits - 1) if self.offset_bits else 0
        scaled = sum(self.C) << self.offset_frac_bits
        return self.patterns * self.kernel_max * (scaled + offset)

    @property
    def field_bits(self) -> int:
        """Bits of a field f: the largest |f|, plus sign; Verilog's ACCUMULATOR_BITS."""
        return self.largest_field.bit_length() + 1

    @property
    def score_bits(self) -> int:
        """Bits of a score, a field times its output's scale."""
        return (self.largest_field * max((1 << self.scale_bits) - 1, 1)).bit_length() + 1

    @property
    def sum_bits(self) -> int:
        """Bits of one accumulator: sums of plane weights times kernel values, never negative."""
        return (self.patterns * self.kernel_max * sum(self.C)).bit_length()

    @property
    def kernel_sum_bits(self) -> int:
        """Bits of S, the sum of a step's kernel values."""
        return (self.patterns * self.kernel_max).bit_length()

    @property
    def pattern_depth(self) -> int:
        """Words of the pattern memory."""
        return self.patterns * self.words

    @property
    def weight_depth(self) -> int:
        """Words of the weight memory."""
        if self.row:
            return self.pattern_depth * len(self.stored_planes)
        return self.groups * self.fields * self.weight_bits

    def to_dict(self, format_version: int = FORMAT_VERSION) -> dict[str, Any]:
        """The parameters under their names in code, ready for JSON, as far as a format has them."""
        values = {name: getattr(self, name) for name in parameter_names(format_version)}
        for name in ("plane_weights", "shared_planes"):
            if name in values:
                values[name] = list(values[name])
        # Left out where off: images of before have none, and their files stay as they are.
        return {name: value for name, value in values.items() if name not in LEFT_OUT or value}

    @classmethod
    def from_dict(cls, values: dict[str, Any], format_version: int = FORMAT_VERSION) -> Parameters:
        """Read back what `to_dict` gave for a format.

        Raises:
            InputError: a name is missing or the format has none such, or a value is illegal.
        """
        names = parameter_names(format_version)
        for name in cls.__dataclass_fields__:
            if name in required_names(format_version) and name not in values:
                raise InputError(f"parameter {name} is missing")
            if name not in names and name in values:
                raise InputError(
                    f"parameter {name} is of format {FORMAT_VERSION}, the format_version is "
                    f"{format_version}"
                )
        chosen = {name: values[name] for name in names if name in values}
        if not isinstance(chosen["plane_weights"], list | tuple):
            raise InputError(f"plane_weights is {told(chosen['plane_weights'])}; it must be a list")
        chosen["plane_weights"] = tuple(chosen["plane_weights"])
        return cls(**chosen)


_NAMES: Final = tuple(Parameters.__dataclass_fields__)
# Their defaults are what an image of format 1 means.
SINCE_FORMAT_2: Final = _NAMES[_NAMES.index("dataflow") :]
PARALLEL: Final = ("queries_in_flight", "engines")
LEFT_OUT: Final = ("pipelined", "external_weights", "outputs", "scale_bits")
OPTIONAL: Final = (*PARALLEL, *LEFT_OUT)  # images of format 2 written before have none
# Without rules, one engine and one query; outputs are no rule.
_DEFAULTS: Final[dict[str, Any]] = {
    name: Parameters.__dataclass_fields__[name].default
    for name in SINCE_FORMAT_2
    if name not in ("outputs", "scale_bits")
}


def parameter_names(format_version: int) -> tuple[str, ...]:
    """The names of the parameters that images of a format have."""
    return tuple(name for name in _NAMES if format_version > 1 or name not in SINCE_FORMAT_2)


def required_names(format_version: int) -> tuple[str, ...]:
    """Those of them that every image of the format has."""
    return tuple(name for name in parameter_names(format_version) if name not in OPTIONAL)
