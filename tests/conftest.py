"""Settings that every test shares."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# The machine's speed is no property of the code: no deadlines. A failing example prints the
# decorator that repeats it.
settings.register_profile(
    "hwsim",
    deadline=None,
    max_examples=50,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("hwsim")
