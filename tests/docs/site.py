"""The built site, read as a browser would: what each page loads, links to and can be linked at."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

# Attributes whose address a browser fetches by itself; a link in the text is not among them.
LOADED = {
    *(("script", "src"), ("img", "src"), ("img", "srcset"), ("iframe", "src"), ("embed", "src")),
    *(("source", "src"), ("source", "srcset"), ("video", "src"), ("audio", "src")),
    *(("object", "data"), ("image", "href"), ("use", "href")),
}
LOADED_RELATIONS = {"stylesheet", "icon", "preload", "prefetch", "preconnect", "modulepreload"}
IN_STYLE = re.compile(r"""url\(\s*['"]?([^'")]+)|@import\s+['"]([^'"]+)""")


@dataclass
class Page(HTMLParser):
    """What stands in one page."""

    loads: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__()
        self.in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.in_style = tag == "style"
        self.anchors |= {values[name] for name in ("id", "name") if name in values}
        self.loads += [value for name, value in values.items() if (tag, name) in LOADED]
        self.loads += style_loads(values.get("style", ""))
        if tag == "link" and LOADED_RELATIONS & set(values.get("rel", "").split()):
            self.loads.append(values["href"])
        if tag == "a" and "href" in values:
            self.links.append(values["href"])

    def handle_endtag(self, tag: str) -> None:
        self.in_style = self.in_style and tag != "style"

    def handle_data(self, data: str) -> None:
        if self.in_style:
            self.loads += style_loads(data)


def style_loads(css: str) -> list[str]:
    """Addresses that a style sheet fetches."""
    return [one or other for one, other in IN_STYLE.findall(css)]


def read_page(text: str) -> Page:
    """Parse one page."""
    page = Page()
    page.feed(text)
    page.close()
    return page


def outside(address: str) -> bool:
    """Whether an address leads away from the site's own files."""
    parts = urlsplit(address)
    return bool(parts.netloc) or parts.scheme not in ("", "data")


def loads_from_outside(site: Path) -> list[str]:
    """Every address that a page or a style sheet of the site would fetch from elsewhere."""
    found = []
    for file in sorted([*site.rglob("*.html"), *site.rglob("*.css"), *site.rglob("*.svg")]):
        text = file.read_text("utf-8")
        loads = style_loads(text) if file.suffix == ".css" else read_page(text).loads
        found += [f"{file.relative_to(site)}: {load}" for load in loads if outside(load)]
    return found


def broken_links(site: Path) -> list[str]:
    """Every link or load inside the site whose file or anchor is not there."""
    pages = {file: read_page(file.read_text("utf-8")) for file in sorted(site.rglob("*.html"))}
    found = []
    for file, page in pages.items():
        for address in [*page.links, *page.loads]:
            if outside(address) or address.startswith("data:"):
                continue
            parts = urlsplit(urljoin(file.as_uri(), address))
            target = Path(unquote(parts.path))
            anchor = unquote(parts.fragment)
            known = pages[target].anchors if target in pages else set()
            if not target.is_file() or (anchor and anchor not in known):
                found.append(f"{file.relative_to(site)}: {address}")
    return found
