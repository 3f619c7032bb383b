"""The devices, and how Yosys and nextpnr are asked for them.

Sources of sizes: Lattice FPGA-DS-02008 (iCE40 UltraPlus), FPGA-DS-02012 (ECP5 family data sheets);
nextpnr's own reports give the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SPRAM_BITS: Final = 16384 * 16  # SB_SPRAM256KA


@dataclass(frozen=True)
class Target:
    """A device.

    Attributes:
        name: as it is asked for.
        device: in words.
        yosys: the synthesis command.
        nextpnr: the program.
        arguments: its options for the device, package and speed grade.
        luts, flip_flops, block_rams, dsps: how many there are.
        sprams: how many single-port RAMs of `SPRAM_BITS`, whose contents are written.
        block_ram_bits: of one block RAM.
        cells: types of cells by what they count as: `luts`, `flip_flops`, `block_rams`,
            `sprams`, `distributed_rams`, `dsps`, `carries`.
        clock_mhz: what nextpnr is asked to reach.
        output_registers: block RAMs have a register at their output, which Yosys leaves unused.
    """

    name: str
    device: str
    yosys: str
    nextpnr: str
    arguments: tuple[str, ...]
    luts: int
    flip_flops: int
    block_rams: int
    block_ram_bits: int
    dsps: int
    cells: dict[str, tuple[str, ...]]
    clock_mhz: float
    sprams: int = 0
    output_registers: bool = False

    @property
    def available(self) -> dict[str, int]:
        """How many there are of each kind of cells that are counted out."""
        found = {
            "luts": self.luts,
            "flip_flops": self.flip_flops,
            "block_rams": self.block_rams,
            "sprams": self.sprams,
            "dsps": self.dsps,
        }
        return {kind: there for kind, there in found.items() if there}


_ICE40_CELLS: Final = {
    "luts": ("SB_LUT4",),
    "flip_flops": tuple(
        f"SB_DFF{edge}{enable}{reset}"
        for edge in ("", "N")
        for enable in ("", "E")
        for reset in ("", "R", "S", "SR", "SS")
    ),
    "block_rams": ("SB_RAM40_4K", "SB_RAM40_4KNR", "SB_RAM40_4KNW", "SB_RAM40_4KNRNW"),
    "sprams": ("SB_SPRAM256KA",),
    "dsps": ("SB_MAC16",),
    "carries": ("SB_CARRY",),
}
_ECP5_CELLS: Final = {
    "luts": ("LUT4",),
    "flip_flops": ("TRELLIS_FF",),
    "block_rams": ("DP16KD", "PDPW16KD"),
    "distributed_rams": ("TRELLIS_DPR16X4",),
    "dsps": ("MULT18X18D",),
    "carries": ("CCU2C",),
}


def _ecp5(size: int, luts: int, block_rams: int, dsps: int, package: str, clock: float) -> Target:
    return Target(
        name=f"ecp5-{size}k",
        device=f"Lattice ECP5 LFE5U-{size}F, speed grade 6",
        yosys="synth_ecp5",
        nextpnr="nextpnr-ecp5",
        arguments=(f"--{size}k", "--package", package, "--speed", "6", "--lpf-allow-unconstrained"),
        luts=luts,
        flip_flops=luts,
        block_rams=block_rams,
        block_ram_bits=18 * 1024,
        dsps=dsps,
        cells=_ECP5_CELLS,
        clock_mhz=clock,
        output_registers=True,
    )


TARGETS: Final = {
    target.name: target
    for target in (
        Target(
            name="up5k",
            device="Lattice iCE40 UltraPlus 5K",
            yosys="synth_ice40 -dsp -device u",
            nextpnr="nextpnr-ice40",
            arguments=("--up5k", "--package", "sg48", "--pcf-allow-unconstrained"),
            luts=5280,
            flip_flops=5280,
            block_rams=30,
            block_ram_bits=4096,
            dsps=8,
            cells=_ICE40_CELLS,
            clock_mhz=60.0,
            sprams=4,
        ),
        _ecp5(25, 24288, 56, 28, "CABGA256", 150.0),
        _ecp5(45, 43848, 108, 72, "CABGA381", 150.0),
        _ecp5(85, 83640, 208, 156, "CABGA381", 120.0),
    )
}
