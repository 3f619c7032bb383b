"""The demo's first picture: every spin where it is, and what is wrong in another colour."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from hwsim.report.story import spin_pictures

SPACE = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("neurons", [1, 2, 9, 10, 64, 200])
def test_each_spin_is_a_square(neurons: int) -> None:
    rng = np.random.default_rng(neurons)
    stored = rng.choice(np.array([-1, 1], np.int8), neurons)
    query = np.where(rng.random(neurons) < 0.2, -stored, stored).astype(np.int8)
    drawn = spin_pictures("p", "A title", ("stored", "query"), (stored, query), stored)
    paths = [str(path.get("d")) for path in ElementTree.fromstring(drawn).iter(f"{SPACE}path")]
    squares = [len(re.findall("M", path)) for path in paths]
    right = stored == query
    assert squares == [(stored > 0).sum(), 0, (right & (query > 0)).sum(), (~right).sum()]
    places = re.findall(r"M([\d.]+,[\d.]+)h", " ".join(paths[2:]))
    assert len(set(places)) == len(places)
