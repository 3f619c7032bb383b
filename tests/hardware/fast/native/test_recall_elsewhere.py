"""The whole recall loop on an emulated AArch64, and under sanitizers, against the specification."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hwsim.hardware import spec
from hwsim.hardware.fast import plan
from hwsim.hardware.fast.model import FastModel
from hwsim.hardware.fast.native import recall
from hwsim.hardware.image import Image
from tests.hardware.fast.agreement import all_queries, assert_same
from tests.hardware.fast.native.conftest import elsewhere
from tests.hardware.fast.native.remote import RemoteLibrary, RemotePath, fields_of
from tests.images import near_queries, ruled_images


@pytest.mark.parametrize("path", elsewhere(), ids=lambda path: path.name)
@settings(max_examples=25, deadline=None)
@given(
    image=ruled_images(max_neurons=150, max_patterns=150),
    seed=st.integers(0, 2**32 - 1),
    kept=st.sampled_from(["bytes", "planes", "folded", "as for tile registers"]),
)
def test_recalls(path: RemotePath, image: Image, seed: int, kept: str) -> None:
    rng = np.random.default_rng(seed)
    queries = np.concatenate([all_queries(image, rng), near_queries(image, 6, rng)])
    # Arm's paths take all products, as the generic one does.
    name = path.path if path.path in recall.tables() else "generic"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recall, "_struct", fields_of)
        if kept == "planes":
            patch.setattr(plan, "MOST_BYTES", 0)
        if kept in ("folded", "as for tile registers"):
            patch.setattr(plan, "TILE_REGISTERS", (name,))
        if kept == "folded":
            patch.setattr(plan, "FOLDED_BYTES", 0)
        model = FastModel(image, threads=1, path=name)
        patch.setattr(model.loop, "_lib", RemoteLibrary(path))
        assert_same(model.recall(queries), spec.recall(image, queries))
