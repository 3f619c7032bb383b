"""The page in a real browser: accessible, whole by itself, and with the JSON's numbers."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from hwsim.report import write_report
from hwsim.report.document import Figure, Section, Table, Text
from tests.report.browser import DARK, accessibility, require_browser, run_script
from tests.report.estimates import make_report

# the smallest PNG: one grey pixel
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010800000000"
    "3a7e9b550000000a49444154789c6360000000020001e221bc330000000049454e44ae426082"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A written report with a section of its own in front."""
    path = tmp_path_factory.mktemp("page") / "report"
    extra = Section(
        "Digits & more",
        (
            Text.of("Some words."),
            Figure("digits", "Recalled.", "A grey pixel", png=PIXEL),
            Table("A table", ("a", "b"), (("1", "2"),)),
        ),
    )
    write_report(path, make_report(), [extra], title="A report")
    return path


@pytest.mark.parametrize("options", [(), (DARK,)], ids=["light", "dark"])
def test_axe_finds_nothing(folder: Path, options: tuple[str, ...]) -> None:
    require_browser()
    result = accessibility(folder / "report.html", *options)
    assert result["violations"] == []
    assert result["dark"] is (options != ())
    for rule in (
        "color-contrast",
        "image-alt",
        "td-headers-attr",
        "document-title",
        "html-has-lang",
    ):
        assert rule in result["passes"]


def test_axe_would_find_something(tmp_path: Path) -> None:
    require_browser()
    page = tmp_path / "bad.html"
    page.write_text('<!doctype html><html><body><img src="data:,"></body></html>')
    found = {violation[0] for violation in accessibility(page)["violations"]}
    assert {"image-alt", "html-has-lang", "document-title"} <= found


def test_the_page_shows_the_jsons_numbers(folder: Path) -> None:
    require_browser()
    content = json.loads((folder / "report.json").read_text())
    script = """
    const values = row => [...row.querySelectorAll('data')].map(d => d.value);
    const rows = prefix => Object.fromEntries([...document.querySelectorAll(`tr[id^=${prefix}]`)]
        .map(row => [row.id.slice(prefix.length), values(row)]));
    done({actions: rows('action-'), comparisons: rows('comparison-'), counts: rows('count-'),
          memories: rows('memory-'), components: rows('component-'),
          alternatives: rows('alternative-')});
    """
    shown = run_script(folder / "report.html", script)
    for action in content["actions"]:
        expected = [action["count"], action["energy_pj_each"], action["energy_pj"]]
        assert [float(value) for value in shown["actions"].pop(action["name"])] == expected
    assert [float(x) for x in shown["actions"].pop("all")] == [content["total_energy_pj"]]
    assert not shown["actions"]
    for row in content["comparisons"]:
        cells = [float(x) for x in shown["comparisons"].pop(row["name"])]
        measured = row["recall_accuracy"]
        numbers = [row["total_energy_pj"], row["footprint_bits"], row["cycles"]]
        assert cells == ([] if measured is None else [measured]) + numbers
        for action in row["actions"] if row["name"] != "engine" else []:
            cells = shown["alternatives"].pop(f"{row['name']}-{action['name']}")
            expected = [action["count"], action["energy_pj_each"], action["energy_pj"]]
            assert [float(value) for value in cells] == expected
    assert not shown["comparisons"]
    assert all(name.endswith("-all") for name in shown["alternatives"])
    for name, count in content["counts"].items():
        assert [int(x) for x in shown["counts"].pop(name)] == [count["total"]]
    assert not shown["counts"]
    padding = content["footprint_padding_bits"]
    for name, bits in content["footprint_bits"].items():
        assert [int(x) for x in shown["memories"].pop(name)] == [bits, padding[name]]
    assert list(shown["memories"]) == ["all"]
    parts = [float(values[0]) for values in shown["components"].values()]
    assert sorted(parts, reverse=True) == list(content["energy_by_component_pj"].values())


def test_a_phone_needs_no_sideways_scrolling(folder: Path) -> None:
    require_browser()
    script = """
    const frame = document.createElement('iframe');
    frame.style.cssText = 'width:360px;height:800px;border:0';
    frame.srcdoc = '<!doctype html>' + document.documentElement.outerHTML
        .replace(/<script[^]*<\\/script>/, '');
    frame.onload = () => done({
        wide: frame.contentDocument.documentElement.scrollWidth,
        rows: frame.contentDocument.querySelectorAll('tr').length});
    document.body.append(frame);
    """
    result = run_script(folder / "report.html", script)
    assert result["rows"] > 50
    assert result["wide"] <= 360


def test_a_desk_shows_every_table_whole_and_content_before_links(folder: Path) -> None:
    require_browser()
    script = """
    const clipped = [...document.querySelectorAll('.scroll')].filter(e =>
        e.scrollWidth > e.clientWidth).map(e => e.querySelector('caption').textContent);
    const place = selector => document.querySelector(selector).getBoundingClientRect().top;
    done({clipped, nav: place('nav'), table: place('table'),
          charts: [...document.querySelectorAll('figure > svg:not([viewBox])')].map(e =>
              e.clientWidth / document.querySelector('main').clientWidth)});
    """
    result = run_script(folder / "report.html", script, "--window-size=1280,900")
    assert result["clipped"] == []
    assert result["nav"] > result["table"]
    assert len(result["charts"]) == 3
    assert all(share > 0.99 for share in result["charts"])


def test_every_link_leads_to_something_on_the_page(folder: Path) -> None:
    html = (folder / "report.html").read_text()
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    targets = re.findall(r'href="([^"]+)"', html)
    assert len(targets) > 100
    assert {target.removeprefix("#") for target in targets} <= set(ids)
    markdown = (folder / "report.md").read_text()
    anchors = set(re.findall(r'<a id="([^"]+)">', markdown))
    assert set(re.findall(r"\]\(#([^)]+)\)", markdown)) <= anchors


def test_the_page_asks_for_nothing(folder: Path) -> None:
    html = (folder / "report.html").read_text()
    assert "<script" not in html
    assert "<link" not in html
    assert "@import" not in html
    assert "url(" not in html
    sources = re.findall(r'src="([^"]{0,22})', html)
    assert sources == ["data:image/png;base64,"]
    assert "seven random &lt;queries&gt; &amp; more" in html


def relative_luminance(colour: str) -> float:
    """By WCAG 2.1 from #rgb or #rrggbb."""
    digits = colour.lstrip("#")
    digits = "".join(2 * digit for digit in digits) if len(digits) == 3 else digits
    channels = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    """By WCAG 2.1, 1 to 21."""
    light, dark = sorted((relative_luminance(first), relative_luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_drawings_have_contrast(folder: Path) -> None:
    """axe does not judge text over shapes of an SVG: text needs 4.5, shapes 3."""
    style = re.search(r"<style>(.*?)</style>", (folder / "datapath.svg").read_text())
    assert style is not None
    light, dark = style[1].split("@media")
    for sheet in (light, dark):
        colours = dict(re.findall(r"--(\w+):(#\w+)", sheet))
        for text in ("ink", "soft"):
            for ground in ("paper", "fill"):
                assert contrast(colours[text], colours[ground]) >= 4.5
        for shape in "abcde":
            assert contrast(colours[shape], colours["paper"]) >= 3
