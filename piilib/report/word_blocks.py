"""What each block of a page becomes in a Word document."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

from piilib.report import word_parts as xml
from piilib.report.chart import Chart
from piilib.report.html_blocks import (
    Block,
    Bullet,
    Cards,
    Grid,
    Heading,
    Notice,
    Paragraph,
    Run,
    Runs,
    linked,
    plain,
)
from piilib.report.numbers import Lang
from piilib.report.word_widths import Layout, layout, unbroken

if TYPE_CHECKING:
    from docx.document import Document

__all__ = ["Paper", "Part", "contents", "written"]

Part: TypeAlias = Block | Chart

_SAID: Final[dict[Lang, dict[str, str]]] = {
    "vi": {
        "table": "Bảng",
        "figure": "Hình",
        "contents": "Mục lục",
        "source": "Nguồn",
        "kind": "Loại số liệu",
    },
    "en": {
        "table": "Table",
        "figure": "Figure",
        "contents": "Contents",
        "source": "Source",
        "kind": "Kind of data",
    },
}
_DPI: Final = 180
_EMU: Final = 635  # English metric units in a twentieth of a point
_WIDEST: Final = 11340  # of a figure, 200 mm, where the page is laid across
_TALLEST: Final = {False: 0.8, True: 0.6}  # share of the text's height that a figure may take
_HALF: Final = 0.44  # share for one that is not much taller: more stands on its page
_LEGIBLE: Final = 0.85  # what must be left of it then
_SHORT: Final = 16  # lines of a table that is kept on one page
_TAIL: Final = 8  # lines of a longer one that stand together at its end
_LAST: Final = 300  # letters that stand on a page with the signature
_WHOLE: Final = 13  # letters of a word with figures that is an address or a hash


@dataclass
class Paper:
    """The document that is being written, and what has been counted.

    Attributes
    ----------
    document : docx.document.Document
    lang : {"vi", "en"}
    top : int
        The level of its highest headings.
    across : bool
        Whether the page it has come to is laid across.
    counts : Counter
        Headings, tables, figures so far.
    """

    document: Document
    lang: Lang
    top: int
    across: bool = False
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, written: Iterable[str]) -> None:
        """Append paragraphs and tables."""
        from docx.oxml import parse_xml

        body = self.document.element.body
        joined = "".join(written)
        body.extend(list(parse_xml(f"<w:body {xml.NAMESPACES}>{joined}</w:body>")))

    def turn(self, across: bool) -> None:
        """Go on upright or across, on a new page where that changes."""
        if across != self.across:
            self._section()
            self.across = across

    def _section(self) -> None:
        from docx.oxml import parse_xml

        last = self.document.element.body[-1]
        section = f"<w:x {xml.NAMESPACES}>{xml.section(self.across)}</w:x>"
        last.get_or_add_pPr().append(parse_xml(section)[0])

    def end(self, written: Iterable[str]) -> None:
        """Append the last paragraphs, on the page of the words before, and close the section."""
        self.turn(False)
        self._keep_last()
        self.add(written)
        self.add([xml.section(False)])

    def _keep_last(self) -> None:
        """Keep the last paragraphs with what follows them."""
        from docx.text.paragraph import Paragraph as Written

        letters = 0
        for element in reversed(self.document.element.body):
            if not element.tag.endswith("}p") or element.pPr.sectPr is not None:
                break
            last = Written(element, self.document._body)
            last.paragraph_format.keep_with_next = last.paragraph_format.keep_together = True
            letters += len(last.text)
            if letters >= _LAST:
                break

    def link(self, address: str) -> str:
        """Return the relationship of an address."""
        from docx.opc.constants import RELATIONSHIP_TYPE

        return self.document.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)

    def number(self, what: str) -> int:
        """Count one more."""
        self.counts[what] += 1
        return self.counts[what]


def written(paper: Paper, part: Part, found: Layout | None = None) -> list[str]:
    """Write one block.

    Parameters
    ----------
    paper : Paper
    part : Block or Chart
    found : Layout, optional
        How a table is set; chosen here unless given.

    Returns
    -------
    list of str
        XML of paragraphs and tables.

    Examples
    --------
    >>> import docx
    >>> paper = Paper(docx.Document(), "en", 2)
    >>> "Heading1" in written(paper, Heading(2, (Run("Position"),)))[0]
    True
    """
    match part:
        case Heading():
            return [_heading(paper, part)]
        case Paragraph():
            return [_text(paper, "BodyText", part.runs)]
        case Bullet():
            return [_text(paper, "ListBullet2" if part.depth else "ListBullet", part.runs)]
        case Notice():
            return [_text(paper, "Notice", part.runs)]
        case Cards():
            return _cards(part)
        case Chart():
            return _figure(paper, part)
        case Grid():
            return _grid(paper, part, found or layout(part))


def _heading(paper: Paper, heading: Heading) -> str:
    number = paper.number("heading")
    words = xml.bookmark(f"_Toc{number:06d}", number, xml.words(heading.runs, paper.link))
    return xml.paragraph(f"Heading{min(heading.level - paper.top + 1, 3)}", words)


def _text(paper: Paper, style: str, runs: Runs) -> str:
    held = unbroken(runs)
    return xml.paragraph(style, xml.words(held, paper.link), _ragged(held))


def _ragged(runs: Runs) -> str:
    """Do not justify around words that cannot be broken: those before them would stand apart."""
    text = plain(runs)
    whole = any(len(word) >= _WHOLE and any(x.isdigit() for x in word) for word in text.split())
    return '<w:jc w:val="left"/>' if whole or "\n" in text else ""


def _cards(cards: Cards) -> list[str]:
    total, count = xml.room(False)[0], len(cards.items)
    width = total // count
    center = '<w:jc w:val="center"/>'
    cells = "".join(
        xml.cell_xml(
            width,
            xml.paragraph("TableText", xml.words([Run(card.label)]), center)
            + xml.paragraph("CardValue", xml.words([Run(card.value)]), center)
            + xml.paragraph("TableText10", xml.words([Run(card.note)]), center),
        )
        for card in cards.items
    )
    row = f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>"
    return [xml.table_xml([row], [width] * count), xml.paragraph("Gap")]


def _grid(paper: Paper, grid: Grid, found: Layout) -> list[str]:
    style = {11: "TableText", 10: "TableText10", 9: "TableText9"}[found.points]
    rows = [xml.row_xml(grid.head, found.widths, style, paper.link, head=True)]
    kept = _kept(found.lines)
    for cells, keep in zip(grid.rows, kept, strict=True):
        rows.append(xml.row_xml(cells, found.widths, style, paper.link, keep=keep))
    return [
        _caption(paper, "table", grid.caption),
        xml.table_xml(rows, found.widths, caption=grid.caption, note=grid.note),
        *_source(paper, grid.note, grid.source, grid.kind),
    ]


def _kept(lines: Sequence[int]) -> list[bool]:
    """Tell which rows below the head stand on a page with what follows.

    All of a short table; else its first two rows, and at its end as many as fill some lines, so
    that neither the head nor the source stands with less.
    """
    rows = lines[1:]
    if sum(lines) <= _SHORT:
        return [True] * len(rows)
    left = [sum(rows[at:]) for at in range(len(rows))]
    return [at < 2 or at >= len(rows) - 2 or left[at] <= _TAIL for at in range(len(rows))]


def _figure(paper: Paper, chart: Chart) -> list[str]:
    image = chart.png(_DPI)
    relation, part = paper.document.part.get_or_add_image(io.BytesIO(image))
    wide, tall = xml.room(paper.across)
    width = min(wide, _WIDEST)
    height = width * part.px_height / part.px_width
    half = height * _LEGIBLE <= tall * _HALF
    scale = min(1.0, tall * (_HALF if half else _TALLEST[paper.across]) / height)
    size = round(width * scale * _EMU), round(height * scale * _EMU)
    name = f"{_SAID[paper.lang]['figure']} {paper.counts['figure'] + 1}"
    picture = xml.picture(relation, paper.number("picture"), name, chart.alt, size)
    return [
        xml.paragraph("Figure", picture),
        _caption(paper, "figure", chart.title),
        *_source(paper, "", chart.source, chart.kind),
    ]


def _caption(paper: Paper, what: str, text: str) -> str:
    word = _SAID[paper.lang][what]
    count = xml.words([Run(str(paper.number(what)))])
    said = xml.words([Run(f"{word} ")]) + xml.field(f"SEQ {word} \\* ARABIC", count)
    return xml.paragraph("Caption", said + xml.words([Run(f". {text}")]))


def _source(paper: Paper, note: str, source: str, kind: str) -> list[str]:
    """Say below a table or figure what the page says there."""
    said = _SAID[paper.lang]
    remark = (
        [xml.paragraph("Source", xml.words(linked(note), paper.link), "<w:keepNext/>")]
        if note
        else []
    )
    words = f"{said['source']}: {source.rstrip('.')}. {said['kind']}: {kind.rstrip('.')}."
    return [*remark, xml.paragraph("Source", xml.words(linked(words), paper.link))]


def contents(paper: Paper, headings: Sequence[Heading]) -> list[str]:
    """List the headings, each a link with a field for its page.

    LibreOffice numbers the pages at once, Word when fields are updated (Ctrl+A, F9). A TOC field
    would do so nowhere before it is updated by hand: LibreOffice takes its old content as it is.

    Parameters
    ----------
    paper : Paper
    headings : sequence of Heading
        All headings of the document; the two highest levels are listed.

    Returns
    -------
    list of str
        XML of paragraphs.

    Examples
    --------
    >>> import docx
    >>> paper = Paper(docx.Document(), "en", 2)
    >>> "PAGEREF _Toc000001" in contents(paper, [Heading(2, (Run("Position"),))])[1]
    True
    """
    counts = [0, 0]
    lines = []
    for at, heading in enumerate(headings, 1):
        level = min(heading.level - paper.top, 2)
        if level < 2:
            counts[level:] = [counts[level] + 1, *[0] * (1 - level)]
            number = f"{(_roman(counts[0]), counts[1])[level]}."
            lines.append((f"TOC{level + 1}", number, plain(heading.runs), f"_Toc{at:06d}"))
    head = xml.words([Run(_SAID[paper.lang]["contents"])])
    listed = [
        xml.paragraph(style, xml.entry(*entry), "<w:keepNext/>" if at < len(lines) else "")
        for at, (style, *entry) in enumerate(lines, 1)
    ]
    return [xml.paragraph("TOCHeading", head), *listed]


def _roman(number: int) -> str:
    tens, ones = divmod(number, 10)
    return "X" * tens + ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")[ones]
