"""A report as a Word document by Decree 30/2020/NĐ-CP, from the pieces of its page."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from piilib.errors import DataError
from piilib.report import word_parts as xml
from piilib.report.chart import Chart
from piilib.report.html_blocks import Cards, Grid, Heading, Paragraph, Run, blocks, plain, prose
from piilib.report.numbers import Lang
from piilib.report.office_file import steady
from piilib.report.pieces import Piece
from piilib.report.simulated import mark_in
from piilib.report.word_blocks import Paper, Part, contents, written
from piilib.report.word_frame import closing, opening
from piilib.report.word_widths import Layout, layouts

if TYPE_CHECKING:
    from docx.document import Document

__all__ = ["to_docx"]

_TEMPLATES: Final = Path(__file__).parent / "templates" / "word"
_TONGUE: Final[dict[Lang, str]] = {"vi": "vi-VN", "en": "en-US"}
#: Of python-docx's empty document: a picture of it, and its styles once more, for Word 2010.
_DROPPED: Final = ("/thumbnail", "/stylesWithEffects")
_LEAD: Final = 700  # letters of text that go onto a page across with the table they lead to
_HTML_ONLY: Final = "html-only"  # the tag of a cell that works on a screen alone


def to_docx(
    pieces: Sequence[Piece],
    *,
    title: str,
    lang: Lang,
    place: str = "",
    agency: str = "",
    simulated: str = "",
) -> bytes:
    """Write a report as a Word document that an office can use.

    A4, the decree's margins, Times New Roman 13, its head with the places to fill in, headings
    numbered "I.", "1.", "a)", a table of contents, captions that count, real tables with their
    head on every page (a wide one on a page laid across), figures with their words, sources below.

    Parameters
    ----------
    pieces : sequence of Piece
        What the notebook shows, from `piilib.report.pieces.run_cells`. A cell tagged "html-only"
        and a heading below which nothing stands are left out.
    title : str
        The subject.
    lang : {"vi", "en"}
    place : str
        Where it is issued, for "…, ngày … tháng … năm …"; empty: dots.
    agency : str
        The issuing body; empty: its place in brackets. Number, day, recipients and signatory are
        always left to be filled in.
    simulated : str
        The mark of simulated data, for the head of every page; where a source bears it, the mark
        stands there in any case.

    Returns
    -------
    bytes
        The .docx file, the same for the same pieces.

    Raises
    ------
    DataError
        If python-docx is missing.

    Examples
    --------
    >>> file = to_docx([Piece(2, "Vị thế"), Piece(0, "Hạng 63.")], title="PII", lang="vi")
    >>> file[:2]
    b'PK'
    """
    try:
        import docx
    except ImportError:
        raise DataError(
            "no writer of Word files (python-docx)", "pip install 'piilib[office]'"
        ) from None
    document = docx.Document()
    _prepare(document, title, lang)
    parts = _without_empty(list(_parts(pieces)))
    paper = Paper(document, lang, _top(parts))
    paper.add(opening(title, lang, place, agency))
    _write(paper, parts)
    paper.end(closing(lang))
    _heads(document, simulated or _mark(parts))
    buffer = io.BytesIO()
    document.save(buffer)
    return steady(buffer.getvalue())


def _prepare(document: Document, title: str, lang: Lang) -> None:
    """Put our styles, numbering, settings and properties into python-docx's empty document."""
    numbering: Any = document.part.numbering_part
    _refill(document.styles.element, "styles", lang)
    _refill(numbering.element, "numbering", lang)
    _refill(document.settings.element, "settings", lang)
    body = document.element.body
    for child in list(body):
        body.remove(child)
    for part in (document.part.package, document.part):
        for name, relation in list(part.rels.items()):
            if relation.reltype.endswith(_DROPPED):
                del part.rels[name]
    known = document.core_properties
    known.title, known.language = title, _TONGUE[lang]
    known.author = known.last_modified_by = "piilib"
    known.comments = known.keywords = known.subject = ""
    known.revision = 1


def _refill(element: Any, name: str, lang: Lang) -> None:
    """Put the children of one of our templates, without its comments, in the place of those."""
    from docx.oxml import parse_xml

    text = (_TEMPLATES / f"{name}.xml").read_text(encoding="utf-8")
    ours = parse_xml(
        re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL).replace("LANGUAGE", _TONGUE[lang])
    )
    for child in list(element):
        element.remove(child)
    element.extend(list(ours))


def _parts(pieces: Iterable[Piece]) -> Iterator[Part]:
    for piece in pieces:
        if _HTML_ONLY in piece.tags:
            continue
        if isinstance(piece.shown, Chart):
            yield piece.shown
        elif piece.shown is not None:
            yield from blocks(piece.shown._repr_html_())
        elif piece.level:
            yield Heading(piece.level, prose(piece.text))
        else:
            yield Paragraph(prose(piece.text))


def _without_empty(parts: Sequence[Part]) -> list[Part]:
    """Leave out a heading below which nothing stands."""
    kept: list[Part] = []
    after = 0  # level of the heading that comes next; 0 at the end
    for part in reversed(parts):
        if not (isinstance(part, Heading) and after <= part.level and not _shows(kept)):
            kept.append(part)
            after = part.level if isinstance(part, Heading) else after
    return kept[::-1]


def _shows(kept: Sequence[Part]) -> bool:
    """Tell whether the next part that stays is no heading."""
    return bool(kept) and not isinstance(kept[-1], Heading)


def _top(parts: Iterable[Part]) -> int:
    return min((part.level for part in parts if isinstance(part, Heading)), default=1)


def _mark(parts: Iterable[Part]) -> str:
    sources = (part.source for part in parts if isinstance(part, Grid | Chart))
    return next(filter(None, map(mark_in, sources)), "")


def _write(paper: Paper, parts: Sequence[Part]) -> None:
    groups = list(_groups(parts))
    tops = [at for at, group in enumerate(groups) if _level(group) == paper.top]
    grids = [part for part in parts if isinstance(part, Grid)]
    found = iter(layouts(grids))
    for at, group in enumerate(groups):
        if len(tops) > 2 and at == tops[1]:
            paper.turn(False)
            headings = [part for part in parts if isinstance(part, Heading)]
            paper.add(contents(paper, headings))
        _write_group(paper, group, [next(found) if isinstance(x, Grid) else None for x in group])


def _groups(parts: Sequence[Part]) -> Iterator[list[Part]]:
    """Divide into a heading and what stands below it."""
    group: list[Part] = []
    for part in parts:
        if isinstance(part, Heading) and group:
            yield group
            group = []
        group.append(part)
    if group:
        yield group


def _level(group: Sequence[Part]) -> int:
    return group[0].level if isinstance(group[0], Heading) else 0


def _write_group(paper: Paper, group: Sequence[Part], found: Sequence[Layout | None]) -> None:
    """Write a heading and what stands below it; across a wide table and the few words before it."""
    wide = [at for at, each in enumerate(found) if each is not None and each.across]
    across = {*wide}
    for start, end in pairwise([-1, *wide]):
        if _brief(group[start + 1 : end]):
            across |= {*range(start + 1, end)}
    for at, (part, each) in enumerate(zip(group, found, strict=True)):
        paper.turn(at in across)
        paper.add(written(paper, part, each))


def _brief(parts: Sequence[Part]) -> bool:
    """Tell whether what leads to a wide table is short enough to stand on its page."""
    if any(isinstance(part, Chart | Grid | Cards) for part in parts):
        return False
    return sum(len(plain(getattr(part, "runs", ()))) for part in parts) <= _LEAD


def _heads(document: Document, mark: str) -> None:
    """Set the page's number at the top from the second on, a mark of simulated data on each."""
    from docx.oxml import parse_xml

    first = document.sections[0]
    first.different_first_page_header_footer = True
    page = xml.paragraph("Header", xml.field("PAGE", xml.words([Run("2")])))
    small = xml.words([Run(mark, bold=True)], look='<w:sz w:val="22"/><w:szCs w:val="22"/>')
    words = xml.paragraph("Header", small) if mark else ""
    for header, inside in ((first.header, page + words), (first.first_page_header, words)):
        header.is_linked_to_previous = False
        element = header._element
        for child in list(element):
            element.remove(child)
        whole = f"<w:hdr {xml.NAMESPACES}>{inside or xml.paragraph('Header')}</w:hdr>"
        element.extend(list(parse_xml(whole)))
