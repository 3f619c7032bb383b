"""Settings that every test shares."""

from __future__ import annotations

import signal

from hypothesis import HealthCheck, settings

# What is started in the background, by `nohup` or `&`, ignores these, and so would all it starts;
# many tests send them.
for _request in (signal.SIGINT, signal.SIGHUP, signal.SIGQUIT):
    if signal.getsignal(_request) is signal.SIG_IGN:
        signal.signal(
            _request,
            signal.default_int_handler if _request is signal.SIGINT else signal.SIG_DFL,
        )

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
