"""What our own HTML says, as simple blocks: Word and slides are written from them.

It reads the few elements that the page's pieces are made of and refuses every other one, so that
no words are lost silently.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from typing import Final, TypeAlias


@dataclass(frozen=True)
class Run:
    """Words of one look.

    Attributes
    ----------
    text : str
    bold, italic, code : bool
    href : str
        The address behind the words; empty where there is none. An address that stands in the
        words is one too.
    """

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    href: str = ""


Runs: TypeAlias = tuple[Run, ...]


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 to 6."""

    level: int
    runs: Runs


@dataclass(frozen=True)
class Paragraph:
    """A paragraph."""

    runs: Runs


@dataclass(frozen=True)
class Bullet:
    """A point of a list, `depth` 0 where the list stands in no other."""

    runs: Runs
    depth: int = 0


@dataclass(frozen=True)
class Card:
    """A figure to take away: its label, the value and a note, which may be empty."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Cards:
    """Figures that stand side by side."""

    items: tuple[Card, ...]


@dataclass(frozen=True)
class Notice:
    """A remark set apart from the text."""

    runs: Runs
    warning: bool = False


@dataclass(frozen=True)
class Cell:
    """A cell of a table.

    Attributes
    ----------
    runs : tuple of Run
    align : {"left", "right", "center"}
    figures : bool
        Whether it holds a number, which is not broken over lines.
    header : bool
        Whether it names its column or row.
    """

    runs: Runs
    align: str = "left"
    figures: bool = False
    header: bool = False


@dataclass(frozen=True)
class Grid:
    """A table with all that stands around it; every row has as many cells as `head`."""

    key: str
    caption: str
    head: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str
    kind: str
    source: str


Block: TypeAlias = Heading | Paragraph | Bullet | Cards | Notice | Grid


def blocks(html: str) -> list[Block]:
    """Read our own HTML: an `Html` piece, or what a `Table` writes of itself.

    Parameters
    ----------
    html : str
        Paragraphs, lists, cards, notices, headings and tables as `piilib.report.block` and
        `piilib.report.table` write them.

    Returns
    -------
    list of Block
        The blocks in order.

    Raises
    ------
    ValueError
        If an element is none of those, so that its words would be lost.

    Examples
    --------
    >>> blocks("<p>a <b>b</b></p><ul><li>c</li></ul>")[1]
    Bullet(runs=(Run(text='c', bold=False, italic=False, code=False, href=''),), depth=0)
    """
    reader = _Reader()
    reader.feed(str(html))  # a Markup would escape what is taken out of it once more
    reader.close()
    return list(_blocks(reader.root))


def plain(runs: Runs) -> str:
    """Return the words alone.

    Examples
    --------
    >>> plain(prose("a **b**"))
    'a b'
    """
    return "".join(run.text for run in runs)


def prose(text: str) -> Runs:
    """Read a paragraph of a notebook's light Markdown: bold, italic, code, links.

    Examples
    --------
    >>> [(run.text, run.code) for run in prose("Cả trang: `pii audit`.")]
    [('Cả trang: ', False), ('pii audit', True), ('.', False)]
    """
    found: list[Run] = []
    end = 0
    for match in _MARKDOWN.finditer(text):
        found += linked(text[end : match.start()])
        bold, italic, code, words, href = match.groups()
        what = bold or italic or code or words
        found.append(Run(what, bool(bold), bool(italic), bool(code), href or ""))
        end = match.end()
    return (*found, *linked(text[end:]))


_MARKDOWN: Final = re.compile(r"\*\*([^*]+)\*\*|\*([^*]+)\*|`([^`]+)`|\[([^\]]+)\]\(([^)]+)\)")
_ADDRESS: Final = re.compile(r"(https?://[^\s<>]*[^\s<>.,;:)])")


def linked(text: str) -> Runs:
    """Make a link of every address in the words.

    Examples
    --------
    >>> linked("Nguồn: https://a.vn/b.")[1].href
    'https://a.vn/b'
    """
    return tuple(_linked(Run(text)))


def _linked(run: Run) -> Iterator[Run]:
    if run.href:
        yield run
        return
    for place, part in enumerate(_ADDRESS.split(run.text)):
        if part:
            yield replace(run, text=part, href=part if place % 2 else "")


@dataclass
class _Node:
    tag: str
    marks: frozenset[str] = frozenset()
    key: str = ""
    href: str = ""
    inside: list[_Node | str] = field(default_factory=list)

    def all(self, tag: str) -> Iterator[_Node]:
        for child in self.inside:
            if isinstance(child, _Node):
                if child.tag == tag:
                    yield child
                yield from child.all(tag)

    def first(self, tag: str) -> _Node | None:
        return next(self.all(tag), None)


class _Reader(HTMLParser):
    """Keeps what it reads as a tree."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = _Node("")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        marks = frozenset(given.get("class", "").split())
        node = _Node(tag, marks, given.get("id", ""), given.get("href", ""))
        self._open[-1].inside.append(node)
        if tag != "br":
            self._open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if len(self._open) < 2 or self._open.pop().tag != tag:
            raise ValueError(f"</{tag}> closes nothing; expected our own HTML")

    def handle_data(self, data: str) -> None:
        self._open[-1].inside.append(data)


_INLINE: Final = {"b", "strong", "i", "em", "code", "a", "span", "p"}


def _blocks(node: _Node, depth: int = 0) -> Iterator[Block]:
    for child in node.inside:
        if isinstance(child, str):
            if child.strip():
                yield Paragraph(_trim([Run(child)]))
        elif re.fullmatch("h[1-6]", child.tag):
            yield Heading(int(child.tag[1]), _runs(child))
        elif child.tag == "p":
            yield Paragraph(_runs(child))
        elif child.tag == "ul":
            yield from _bullets(child, depth)
        elif child.tag == "dl":
            yield Cards(tuple(_card(card) for card in child.all("div")))
        elif child.tag == "div" and "notice" in child.marks:
            yield from (Notice(_runs(p), "notice-warning" in child.marks) for p in child.all("p"))
        elif child.tag == "div" and "table-block" in child.marks:
            yield _grid(child)
        else:
            raise ValueError(f"no block is made of <{child.tag}>; expected p, ul, dl, h1 or a div")


def _bullets(node: _Node, depth: int) -> Iterator[Bullet]:
    for item in (child for child in node.inside if isinstance(child, _Node)):
        words = [child for child in item.inside if isinstance(child, str) or child.tag != "ul"]
        yield Bullet(_runs(replace(item, inside=words)), depth)
        for child in item.inside:
            if isinstance(child, _Node) and child.tag == "ul":
                yield from _bullets(child, depth + 1)


def _card(node: _Node) -> Card:
    label, *values = (plain(_runs(part)) for tag in ("dt", "dd") for part in node.all(tag))
    return Card(label, *values)


def _grid(node: _Node) -> Grid:
    table = node.first("table")
    if table is None:
        raise ValueError("a table-block without a table; expected one")
    head, *rows = (tuple(_cells(row)) for row in table.all("tr"))
    below = {mark: p for p in node.all("p") for mark in p.marks}
    kind = below["source"].first("span") if "source" in below else None
    kind_words, caption = _words(kind), _words(table.first("caption"))
    source = _words(below.get("source")).removeprefix(kind_words).strip()
    note = _words(below.get("table-note"))
    return Grid(table.key, caption, head, tuple(rows), note, kind_words, source)


def _words(node: _Node | None) -> str:
    return "" if node is None else plain(_runs(node))


def _cells(row: _Node) -> Iterator[Cell]:
    for cell in (child for child in row.inside if isinstance(child, _Node)):
        align = next((mark for mark in ("right", "center") if mark in cell.marks), "left")
        yield Cell(_runs(cell), align, "figures" in cell.marks, cell.tag == "th")


def _runs(node: _Node) -> Runs:
    return _trim(_inline(node, Run("")))


def _inline(node: _Node, look: Run) -> list[Run]:
    found: list[Run] = []
    for child in node.inside:
        if isinstance(child, str):
            found += _linked(replace(look, text=child))
        elif child.tag == "br":
            found.append(replace(look, text="\n"))
        elif child.tag in _INLINE:
            found += _inline(child, _look(child, look))
        else:
            raise ValueError(f"no words are read from <{child.tag}>; expected b, i, code, a, span")
    return found


def _look(node: _Node, look: Run) -> Run:
    return replace(
        look,
        bold=look.bold or node.tag in ("b", "strong"),
        italic=look.italic or node.tag in ("i", "em"),
        code=look.code or node.tag == "code",
        href=node.href or look.href,
    )


def _trim(runs: list[Run]) -> Runs:
    """Set white space as a page does: one space between words, none at the ends."""
    found: list[Run] = []
    for run in runs:
        text = run.text if run.text == "\n" else re.sub(r"\s+", " ", run.text)
        if not found or found[-1].text.endswith((" ", "\n")):
            text = text if text == "\n" else text.removeprefix(" ")
        if text:
            found.append(replace(run, text=text))
    if found:
        found[-1] = replace(found[-1], text=found[-1].text.rstrip())
    return tuple(run for run in found if run.text)
