"""Reads a page as a reader does: its words without the markup, and its tables."""

from html.parser import HTMLParser

from matplotlib.text import Text

from piilib.report.chart import Chart

_BLOCKS = {
    "p", "li", "h1", "h2", "h3", "h4", "tr", "td", "th", "dt", "dd", "caption", "figcaption",
    "title", "desc", "div", "figure", "table",
}  # fmt: skip
_SILENT = {"style", "script", "defs"}
_EMPTY = {"meta", "link", "br", "img", "hr", "input"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines = [""]
        self.tables: dict[str, list[list[str]]] = {}
        self._inside: list[str] = []
        self._rows: list[list[str]] = []
        self._cell: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _EMPTY:
            self._inside.append(tag)
        if tag in _BLOCKS:
            self.lines.append("")
        if tag == "table":
            self._rows = self.tables.setdefault(str(dict(attrs).get("id")), [])
        elif tag == "tr":
            self._rows.append([])
        elif tag in ("td", "th"):
            self._cell = []

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        if tag in self._inside:
            while self._inside.pop() != tag:
                pass
        if tag in ("td", "th") and self._cell is not None:
            self._rows[-1].append(" ".join("".join(self._cell).split()))
            self._cell = None
        if tag in _BLOCKS:
            self.lines.append("")

    def handle_data(self, data: str) -> None:
        if _SILENT.isdisjoint(self._inside):
            self.lines[-1] += data
            if self._cell is not None:
                self._cell.append(data)


def _read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader


def lines(html: str) -> list[str]:
    """Return the text of every block, in order, titles and descriptions of charts included."""
    return [line for part in _read(html).lines if (line := " ".join(part.split()))]


def text(html: str) -> str:
    """Return everything a reader sees or hears, a block a line."""
    return "\n".join(lines(html))


def tables(html: str) -> dict[str, list[dict[str, str]]]:
    """Return every table by its id: a row from heading to cell."""
    return {
        key: [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
        for key, rows in _read(html).tables.items()
    }


def drawn(chart: Chart) -> list[str]:
    """Return the words and numbers drawn in a chart, which are shapes in its page."""
    assert chart.figure is not None
    found = (str(item.get_text()) for item in chart.figure.findobj(Text))
    return [words for words in found if words.strip()]
