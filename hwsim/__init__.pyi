# What `import hwsim` offers, as editors and type checkers see it through the lazy door.

from hwsim.api.asynchronous import recall_asynchronously
from hwsim.api.choose import choose
from hwsim.api.compare import compare
from hwsim.api.diff import diff
from hwsim.api.faults import faults
from hwsim.api.folder import check
from hwsim.api.image import associate, load_image, recall, watch, write_image
from hwsim.api.kit import write_kit
from hwsim.api.memory import load_memory, lower, quantize, recall_float, save_memory, train
from hwsim.api.study import advise, assess, cosimulate, make_vectors, validate
from hwsim.api.synth import synthesize
from hwsim.api.tune import tune
from hwsim.config import Parameters
from hwsim.design import Design
from hwsim.errors import HwsimError, HwsimWarning, InputError, ToolError
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import Recalls
from hwsim.reference.memory import Memory
from hwsim.spins import spins_from

__version__: str

__all__ = [
    "Design",
    "HwsimError",
    "HwsimWarning",
    "Image",
    "InputError",
    "Memory",
    "Parameters",
    "Recalls",
    "ToolError",
    "__version__",
    "advise",
    "assess",
    "associate",
    "check",
    "choose",
    "compare",
    "cosimulate",
    "diff",
    "faults",
    "load_image",
    "load_memory",
    "lower",
    "make_vectors",
    "quantize",
    "recall",
    "recall_asynchronously",
    "recall_float",
    "save_memory",
    "spins_from",
    "synthesize",
    "train",
    "tune",
    "validate",
    "watch",
    "write_image",
    "write_kit",
]
