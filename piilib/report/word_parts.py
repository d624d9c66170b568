"""The parts of a Word document as XML: paragraphs, fields, links, tables, pictures, sections."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final, TypeAlias
from xml.sax.saxutils import escape, quoteattr

from piilib.report.html_blocks import Cell, Run

__all__ = [
    "MM",
    "NAMESPACES",
    "Link",
    "bookmark",
    "cell_xml",
    "entry",
    "field",
    "paragraph",
    "picture",
    "room",
    "row_xml",
    "section",
    "table_xml",
    "words",
]

#: What gives an address the id of its relationship in the document.
Link: TypeAlias = Callable[[str], str]

#: The names that stand in the root of whatever is read as XML.
NAMESPACES: Final = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)


def words(runs: Iterable[Run], link: Link | None = None, look: str = "") -> str:
    """Write words.

    Parameters
    ----------
    runs : iterable of Run
        The words; code is set in italics and not checked for spelling.
    link : callable, optional
        Gives the relationship of an address; without it an address is set as words.
    look : str
        Further properties of every run.

    Returns
    -------
    str
        ``<w:r>`` and ``<w:hyperlink>`` elements.

    Examples
    --------
    >>> words([Run("1 < 2", bold=True)])
    '<w:r><w:rPr><w:b/><w:bCs/></w:rPr><w:t xml:space="preserve">1 &lt; 2</w:t></w:r>'
    """
    return "".join(_run(run, link, look) for run in runs)


def _run(run: Run, link: Link | None, look: str) -> str:
    linked = bool(run.href) and link is not None
    parts = (
        ('<w:rStyle w:val="Hyperlink"/>', linked),
        ("<w:b/><w:bCs/>", run.bold),
        ("<w:i/><w:iCs/>", run.italic or run.code),
        ("<w:noProof/>", run.code or linked),
        (look, True),
    )
    inside = "".join(part for part, wanted in parts if wanted)
    properties = f"<w:rPr>{inside}</w:rPr>" if inside else ""
    lines = '</w:t><w:br/><w:t xml:space="preserve">'.join(escape(run.text).split("\n"))
    text = f'<w:r>{properties}<w:t xml:space="preserve">{lines}</w:t></w:r>'
    if link is None or not run.href:
        return text
    return f'<w:hyperlink r:id="{link(run.href)}" w:history="1">{text}</w:hyperlink>'


def paragraph(style: str, inside: str = "", more: str = "") -> str:
    """Write a paragraph.

    Parameters
    ----------
    style : str
        The id of its style.
    inside : str
        Its content, as XML.
    more : str
        Further properties, in the order of the schema.

    Returns
    -------
    str
        A ``<w:p>`` element.

    Examples
    --------
    >>> paragraph("BodyText", words([Run("a")]))[:43]
    '<w:p><w:pPr><w:pStyle w:val="BodyText"/></w'
    """
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{more}</w:pPr>{inside}</w:p>'


def field(code: str, shown: str) -> str:
    """Write a field with what it shows until it is updated.

    Examples
    --------
    >>> "PAGE" in field("PAGE", "1")
    True
    """
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'.format
    code = f'<w:r><w:instrText xml:space="preserve"> {escape(code)} </w:instrText></w:r>'
    return mark("begin") + code + mark("separate") + shown + mark("end")


def bookmark(name: str, number: int, inside: str) -> str:
    """Set a bookmark around words.

    Examples
    --------
    >>> bookmark("_Toc1", 1, "")
    '<w:bookmarkStart w:id="1" w:name="_Toc1"/><w:bookmarkEnd w:id="1"/>'
    """
    known = f'w:id="{number}"'
    return f'<w:bookmarkStart {known} w:name="{name}"/>{inside}<w:bookmarkEnd {known}/>'


def entry(number: str, text: str, name: str) -> str:
    """Write a line of the table of contents: a link to a bookmark, with the page it stands on.

    Examples
    --------
    >>> 'w:anchor="_Toc1"' in entry("I.", "A", "_Toc1")
    True
    """
    tab = "<w:r><w:tab/></w:r>"
    page = field(f"PAGEREF {name} \\h", words([Run(" ")]))
    inside = words([Run(number)]) + tab + words([Run(text)]) + tab + page
    return f'<w:hyperlink w:anchor="{name}" w:history="1">{inside}</w:hyperlink>'


def cell_xml(width: int, inside: str, shade: bool = False) -> str:
    """Write a cell of a table.

    Parameters
    ----------
    width : int
        In twentieths of a point.
    inside : str
        Its paragraphs.
    shade : bool
        Grey, as in the head of a table.

    Returns
    -------
    str
        A ``<w:tc>`` element.

    Examples
    --------
    >>> "2000" in cell_xml(2000, paragraph("TableText"))
    True
    """
    grey = '<w:shd w:val="clear" w:color="auto" w:fill="EDEDED"/>' if shade else ""
    middle = '<w:vAlign w:val="center"/>' if shade else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{grey}{middle}</w:tcPr>{inside}</w:tc>'
    )


def row_xml(
    cells: Sequence[Cell],
    widths: Sequence[int],
    style: str,
    link: Link,
    *,
    head: bool = False,
    keep: bool = False,
) -> str:
    """Write a row of a table, which no page divides.

    Parameters
    ----------
    cells, widths : sequence
        The cells and their widths in twentieths of a point.
    style : str
        The style of its paragraphs.
    link : callable
        See `words`.
    head : bool
        The row is repeated on every page.
    keep : bool
        The row stands on one page with the next.

    Returns
    -------
    str
        A ``<w:tr>`` element.

    Examples
    --------
    >>> "tblHeader" in row_xml([Cell((Run("a"),))], [900], "TableText", str, head=True)
    True
    """
    repeated = "<w:tblHeader/>" if head else ""
    together = "<w:keepNext/>" if keep or head else ""
    written = ""
    for cell, width in zip(cells, widths, strict=True):
        align = "center" if head else cell.align
        runs = [replace(run, bold=run.bold or head) for run in cell.runs]
        more = f'{together}<w:jc w:val="{align}"/>'
        inside = paragraph(style, words(runs, link), more)
        written += cell_xml(width, inside, head)
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{written}</w:tr>"


def table_xml(
    rows: Iterable[str],
    widths: Sequence[int],
    *,
    caption: str = "",
    note: str = "",
    grid: bool = True,
) -> str:
    """Write a table.

    Parameters
    ----------
    rows : iterable of str
        Its rows.
    widths : sequence of int
        The columns' widths in twentieths of a point.
    caption, note : str
        Its name and a remark for a screen reader.
    grid : bool
        With lines.

    Returns
    -------
    str
        A ``<w:tbl>`` element.

    Examples
    --------
    >>> 'w:val="TableGrid"' in table_xml([], [900])
    True
    """
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    style = "TableGrid" if grid else "TableNormal"
    named = f"<w:tblCaption w:val={quoteattr(caption)}/>" if caption else ""
    noted = f"<w:tblDescription w:val={quoteattr(note)}/>" if note else ""
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{style}"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:jc w:val="center"/><w:tblLayout w:type="fixed"/>'
        f'<w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0"'
        f' w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>{named}{noted}</w:tblPr>'
        f"<w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def picture(relation: str, number: int, name: str, alt: str, size: tuple[int, int]) -> str:
    """Write a picture that stands in the line.

    Parameters
    ----------
    relation : str
        The id of the relationship to the image.
    number : int
        Its own number in the document.
    name, alt : str
        Its name and the text for a reader who cannot see it.
    size : (int, int)
        Width and height in English metric units, 914,400 to the inch.

    Returns
    -------
    str
        A ``<w:r>`` element.

    Examples
    --------
    >>> 'descr="Alt"' in picture("rId9", 1, "Hình 1", "Alt", (914400, 914400))
    True
    """
    named = f'id="{number}" name={quoteattr(name)} descr={quoteattr(alt)}'
    extent = f'cx="{size[0]}" cy="{size[1]}"'
    return (
        f"<w:r><w:rPr><w:noProof/></w:rPr><w:drawing>"
        f'<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent {extent}/>'
        f"<wp:docPr {named}/><wp:cNvGraphicFramePr>"
        f'<a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr><a:graphic>'
        f'<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
        f"<pic:pic><pic:nvPicPr><pic:cNvPr {named}/><pic:cNvPicPr/></pic:nvPicPr>"
        f'<pic:blipFill><a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch>'
        f'</pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {extent}/></a:xfrm>'
        f'<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic>'
        f"</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )


#: Twentieths of a point in a millimetre.
MM: Final = 1440 / 25.4
_PAPER: Final = (210, 297)
#: Margins in mm by the decree: top and bottom 20 to 25, left 30 to 35, right 15 to 20. A page laid
#: across is the same page turned: what was its left margin is on top, where it is bound.
_MARGINS: Final = {"top": 20, "right": 15, "bottom": 20, "left": 30}
_ACROSS: Final = {"top": 30, "right": 20, "bottom": 15, "left": 20}


def section(across: bool) -> str:
    """Write the properties of a section: A4, upright or across.

    Examples
    --------
    >>> 'w:orient="landscape"' in section(True)
    True
    """
    width, height = reversed(_PAPER) if across else _PAPER
    turned = ' w:orient="landscape"' if across else ""
    margins = _ACROSS if across else _MARGINS
    written = "".join(f' w:{side}="{round(mm * MM)}"' for side, mm in margins.items())
    return (
        f'<w:sectPr><w:type w:val="nextPage"/><w:pgSz w:w="{round(width * MM)}"'
        f' w:h="{round(height * MM)}"{turned}/>'
        f'<w:pgMar{written} w:header="{round(8 * MM)}" w:footer="{round(8 * MM)}" w:gutter="0"/>'
        "</w:sectPr>"
    )


def room(across: bool) -> tuple[int, int]:
    """Return width and height of the text on a page, in twentieths of a point.

    Examples
    --------
    >>> [round(size / MM) for size in room(False)]
    [165, 257]
    """
    width, height = reversed(_PAPER) if across else _PAPER
    margins = _ACROSS if across else _MARGINS
    wide = width - margins["left"] - margins["right"]
    return round(wide * MM), round((height - margins["top"] - margins["bottom"]) * MM)
