"""What is said of this machine's processor."""

from __future__ import annotations

import platform

import pytest

from hwsim.hardware.fast import processor
from hwsim.hardware.fast.processor import processor_features, processor_name


def test_this_machine_has_a_name_and_a_known_beginning() -> None:
    assert processor_name()
    if platform.machine() in ("x86_64", "aarch64"):
        assert processor_features()[0] in ("ssse3", "asimd")


@pytest.mark.parametrize(
    ("text", "name", "features"),
    [
        ("model name\t: A: B\nflags\t\t: sse avx2 ssse3\n\nmodel name\t: C", "A: B", "ssse3 avx2"),
        ("processor\t: 0\nFeatures\t: fp asimd asimddp\n", None, "asimd asimddp"),
        (None, None, ""),
    ],
)
def test_what_linux_says_is_read(
    monkeypatch: pytest.MonkeyPatch, text: str | None, name: str | None, features: str
) -> None:
    def read(path: object) -> str:
        if text is None:
            raise OSError
        return text

    monkeypatch.setattr(processor.Path, "read_text", read)
    assert processor_name() == (name or platform.processor() or platform.machine())
    assert " ".join(processor_features()) == features
