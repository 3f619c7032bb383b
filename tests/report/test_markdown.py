"""The one writer of Markdown tables."""

from __future__ import annotations

from hwsim.report.document import Link, Number
from hwsim.report.markdown import table


def test_a_table_by_hand() -> None:
    rows = [["a", Number(1.5, "1.5 pJ", "there")], [Link("b | c", "here"), "d"]]
    assert table(["what", "how | much"], rows, ["one", "two"]).splitlines() == [
        "| what | how \\| much |",
        "|---|---|",
        '| <a id="one"></a>a | [1.5 pJ](#there) |',
        '| <a id="two"></a>[b \\| c](#here) | d |',
    ]


def test_words_stay_words() -> None:
    assert table(["x"], [["|x| <b> &\ny"]]).splitlines()[-1] == "| \\|x\\| &lt;b&gt; &amp; y |"
