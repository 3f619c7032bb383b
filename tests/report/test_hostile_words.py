"""What comes from outside is words in every document: no element, link or heading of its own."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from hwsim.cost.energy import EnergyReport
from hwsim.cost.technology import Entry
from hwsim.report import markdown, speed
from hwsim.report.document import Document, Figure, Link, Number, Section, Table, Text
from hwsim.report.write import write_report
from tests.report.estimates import make_report

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "image": "<img src=x onerror=alert(1)>",
    "quotes": "\"><svg onload='alert(1)'>",
    "border": "a | b || c \\| d \\\\| e",
    "code": "`<b>` ``x`` ```",
    "link": "[click](javascript:alert(1)) ![x](http://example.com/x.png)",
    "reference": "[a]: javascript:alert(1)",
    "automatic": "<javascript:alert(1)> <a@b.example>",
    "comment": "<!-- gone --> <?php ?> <![CDATA[x]]>",
    "heading": "x\n\n# heading\n\nx\n===\n- list\n\n    code\n",
    "start": "# heading",
    "list": "- item",
    "number": "1. item",
    "quote": "> quoted",
    "rule": "---",
    "fence": "~~~",
    "emphasis": "*a* **b** _c_ __d__ ~~e~~ $f$",
    "entity": "&lt;b&gt; &#60;b&#62; &amp;",
    "backslashes": "\\<b> \\`x\\` \\[y](z)\\",
    "terminal": "\x1b[31mred\x1b]0;title\x07 \x00 \x7f \x9b",
    "direction": "\u202egnp.exe\u2066 \u2028",
    "half": "\udcff",
}

RENDERER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


class Elements(HTMLParser):
    """Every element with its attributes, comments too, and the words between."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, tuple[tuple[str, str | None], ...]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, tuple(attrs)))

    def handle_comment(self, data: str) -> None:
        self.found.append(("comment", ()))

    def handle_pi(self, data: str) -> None:
        self.found.append(("instruction", ()))

    def handle_decl(self, decl: str) -> None:
        self.found.append(("declaration", ()))

    def unknown_decl(self, data: str) -> None:
        self.found.append(("declaration", ()))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def elements(html: str) -> Elements:
    parser = Elements()
    parser.feed(html)
    parser.close()
    return parser


def rendered(text: str) -> Elements:
    return elements(RENDERER.render(text))


def tags(found: Elements) -> list[str]:
    return [tag for tag, _ in found.found]


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def document(words: str) -> Document:
    """Words at every place of a document."""
    table = Table(
        words, (words, "b"), ((words, Link(words, words)), (Number(1.0, words, words), "x"))
    )
    figure = Figure("figure", words, words, svg="<svg/>")
    blocks = (
        Text.of(words),
        Text.of("a ", words),
        Text.of(Link(words, words), words),
        table,
        figure,
    )
    return Document(words, (Text.of(words),), (Section(words, blocks, words),))


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_markdown_has_the_elements_of_harmless_words(words: str) -> None:
    found = rendered(markdown.render(document(words)))
    assert tags(found) == tags(rendered(markdown.render(document("harmless"))))
    for tag, attributes in found.found:
        for name, value in attributes:
            assert name in {"a": "id href", "img": "src alt"}[tag].split()
            if name in ("id", "href", "src"):
                assert re.fullmatch(r"#?[A-Za-z0-9_.%-]+", value or "")


@given(st.text(alphabet=st.sampled_from("ab \n\\`*_[]()<>|~$#+-=!&;.1x:\"'\x1b"), max_size=30))
def test_markdown_says_the_words_themselves(words: str) -> None:
    expected = plain(words.replace("\x1b", "\\x1b"))
    found = rendered(markdown.table(["a", "b"], [["x" + words, "y"]]))
    assert tags(found) == ["table", "thead", "tr", "th", "th", "tbody", "tr", "td", "td"]
    assert plain("".join(found.words)) == plain(
        f"a b x{expected if words[:1].strip() else ' ' + expected} y"
    )
    paragraph = rendered(markdown.render(Document("t", (Text.of(words),), ())))
    assert set(tags(paragraph)) <= {"h1", "p"}
    assert plain("".join(paragraph.words)) == plain(f"t {expected}")


def hostile_report(words: str) -> EnergyReport:
    """A report with `words` in all that a technology file, names and notes can bring."""
    report = make_report()

    def entry(old: Entry) -> Entry:
        return replace(old, source=words, basis=words, derivation=words)

    technology = replace(
        report.technology,
        name=words,
        title=words,
        sources={words: words},
        entries={name: entry(old) for name, old in report.technology.entries.items()},
        sram=tuple((bits, entry(old)) for bits, old in report.technology.sram),
        dram=entry(report.technology.dram),
        macros=tuple(replace(macro, source=words) for macro in report.technology.macros),
    )
    notes = {"command": f"hwsim report {words}", "design": {"quantizer": words, words: words}}
    return replace(report, technology=technology, query_note=words, provenance=notes)


@pytest.fixture(scope="module")
def harmless(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("harmless") / "report"
    write_report(folder, hostile_report("harmless"), title="harmless")
    return folder


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_a_whole_report(words: str, harmless: Path, tmp_path: Path) -> None:
    folder = tmp_path / "report"
    write_report(folder, hostile_report(words), title=words)
    pages = [(file / "report.html").read_text() for file in (folder, harmless)]
    assert tags(elements(pages[0])) == tags(elements(pages[1]))
    texts = [(file / "report.md").read_text() for file in (folder, harmless)]
    assert tags(rendered(texts[0])) == tags(rendered(texts[1]))
    for text in (*pages, *texts):
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
    for drawing in folder.glob("*.svg"):
        ours, theirs = (shape(ET.parse(f / drawing.name).getroot()) for f in (folder, harmless))
        assert ours == theirs


def shape(element: ET.Element) -> Any:
    return element.tag, sorted(element.keys()), [shape(child) for child in element]


def test_what_a_machine_calls_itself(tmp_path: Path) -> None:
    case = dict.fromkeys(speed.TRAINING.columns, 1.0)

    def text(words: str) -> str:
        result = {
            "cases": [{**case, "name": words}],
            "machine": {"cpu": words},
            "settings": {words: 1},
        }
        speed.write(tmp_path / "bench", speed.TRAINING, result)
        return (tmp_path / "bench" / "speed.md").read_text()

    shapes = {
        tuple(tags(rendered(text(words))))
        for words in ("harmless", *HOSTILE.values())
        if words.isprintable()
    }
    assert len(shapes) == 1
