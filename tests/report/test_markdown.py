"""The one writer of Markdown tables."""

from __future__ import annotations

from hwsim.report.document import Document, Link, Number, Section, Table
from hwsim.report.markdown import render, table


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


def test_captions_stand_above_their_tables_where_they_are_asked_for() -> None:
    counted = Table("of *all*, in %", ("what",), (("1",),))
    document = Document("Title", (), (Section("First", (counted,), "first"),))
    lines = render(document, captions=True).splitlines()
    assert lines[lines.index("| what |") - 2] == "*of \\*all\\*, in %*"
    assert render(document) == "\n".join(
        line for at, line in enumerate(lines) if at not in (lines.index("| what |") - 2,
                                                            lines.index("| what |") - 1)
    ) + "\n"  # fmt: skip
