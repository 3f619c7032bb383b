"""Words put together are the image they came from, and nothing in them is lost unseen."""

from __future__ import annotations

import numpy as np
import pytest

from hwsim.config import Parameters
from hwsim.errors import InputError
from hwsim.hardware.assembly import image_of_rows
from tests.images import random_image


@pytest.mark.parametrize("dataflow", ["group", "row"])
@pytest.mark.parametrize(("neurons", "patterns"), [(16, 8), (16, 9), (10, 8), (10, 9)])
@pytest.mark.parametrize("memory", ["patterns", "weights"])
def test_no_bit_is_set_where_there_is_no_lane(
    dataflow: str, neurons: int, patterns: int, memory: str
) -> None:
    p = Parameters(neurons, patterns, lanes=8, dataflow=dataflow)
    image = random_image(p, np.random.default_rng(3))
    rows = image.memory_rows()
    assert image_of_rows(p, rows, image.gamma) == image
    rows[memory][-1, -1] |= 0x80  # the last lane of the last word
    by_group = memory == "weights" and dataflow == "group"
    if (patterns if by_group else neurons) % p.lanes == 0:
        assert image_of_rows(p, rows, image.gamma).patterns.shape == (patterns, neurons)
        return
    last = len(rows[memory]) - 1
    with pytest.raises(InputError, match=f"{memory} word {last} has unused lanes that are not 0"):
        image_of_rows(p, rows, image.gamma)
