"""The roofline does the work that it names."""

from __future__ import annotations

import pytest

from hwsim.hardware.fast.native import compiled_library, roofline
from hwsim.hardware.fast.native.recall import tables


@pytest.mark.parametrize("path", tables())
def test_it_does_at_least_as_much_as_it_was_asked_for(path: str) -> None:
    works = roofline.works(path, 10**5)
    assert set(works) == {"plain", "adders"}
    for work, done in [*works.values(), roofline.products_on_one_core(path, 10**5)]:
        assert done >= 10**5
        work()


@pytest.mark.parametrize("path", tables())
@pytest.mark.parametrize("peak", ["words", "distances", "products"])
def test_what_is_done_grows_with_the_turns(path: str, peak: str) -> None:
    call = getattr(compiled_library().lib, f"hwsim_peak_{peak}")
    assert call(tables()[path], 3) == 3 * call(tables()[path], 1) > 0
    assert call(tables()[path], 0) == 0
