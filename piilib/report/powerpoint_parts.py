"""What a PowerPoint slide is made of: text and native tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from piilib.report.briefing_fit import (
    BODY_WIDTH,
    NOTE_TYPE,
    TABLE_TYPE,
    cell_text,
    column_shares,
    note_height,
    row_heights,
)
from piilib.report.briefing_text import Text
from piilib.report.numbers import Lang
from piilib.report.table import Table

#: A CSS pixel in the unit of office files, and in points.
EMU, POINT = 9525, 0.75
FONT = "Arial"
INK, SOFT, ACCENT, HEAD, WARN = "1F2933", "4A5764", "0072B2", "12406A", "8A4B00"
#: Behind the rows of a table, in turn.
BANDS = ("F3F7FA", "FFFFFF")
LOCALES: dict[Lang, tuple[str, str]] = {"vi": ("vi-VN", "[$-42A]"), "en": ("en-GB", "[$-809]")}

#: Left, top, width and height in CSS pixels.
Box = tuple[float, float, float, float]


def emu(box: Box) -> tuple[Any, Any, Any, Any]:
    """Turn pixels into the unit of the file.

    Examples
    --------
    >>> [int(x) for x in emu((0, 1, 96, 2))]
    [0, 9525, 914400, 19050]
    """
    from pptx.util import Emu

    x, y, w, h = (Emu(round(part * EMU)) for part in box)
    return x, y, w, h


def colour(hexadecimal: str) -> Any:
    """Make a colour of six hexadecimal digits, a number sign before them or not."""
    from pptx.dml.color import RGBColor

    code = hexadecimal.removeprefix("#")
    return untyped(RGBColor)(*(int(code[i : i + 2], 16) for i in (0, 2, 4)))


def untyped(what: Any) -> Any:
    """Let a class without types be called."""
    return what


def write(
    paragraph: Any, text: str, size: float, lang: Lang, *, bold: bool = False, ink: str = INK
) -> None:
    """Write a run of text: size in CSS pixels, its language said for the spelling check."""
    from pptx.util import Pt

    run = paragraph.add_run()
    run.text = text
    font = run.font
    font.size, font.bold, font.name = Pt(size * POINT), bold, FONT
    font.color.rgb = colour(ink)
    run._r.get_or_add_rPr().set("lang", LOCALES[lang][0])


def text_box(
    slide: Any, box: Box, text: str, size: float, lang: Lang, *, bold: bool = False, ink: str = INK
) -> Any:
    """Put a line or a paragraph on the slide; the shape."""
    shape = slide.shapes.add_textbox(*emu(box))
    frame = shape.text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    write(frame.paragraphs[0], text, size, lang, bold=bold, ink=ink)
    return shape


def add_texts(slide: Any, box: Box, said: Sequence[Text], size: float, lang: Lang) -> None:
    """Put paragraphs and points into one box that can be edited."""
    from pptx.enum.text import MSO_ANCHOR
    from pptx.util import Pt

    shape = slide.shapes.add_textbox(*emu(box))
    frame = shape.text_frame
    frame.word_wrap = True
    frame.vertical_anchor = MSO_ANCHOR.MIDDLE if box[3] > 300 and len(said) < 4 else MSO_ANCHOR.TOP
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    for i, one in enumerate(said):
        paragraph = frame.paragraphs[0] if i == 0 else frame.add_paragraph()
        paragraph.space_after = Pt(8)
        bold, ink = one.kind == "heading", WARN if one.kind == "notice" else INK
        write(paragraph, one.text, size, lang, bold=bold, ink=ink)
        if one.kind == "li":
            _bullet(paragraph)


def _bullet(paragraph: Any) -> None:
    from pptx.oxml.ns import qn

    properties = paragraph._p.get_or_add_pPr()
    properties.set("marL", str(22 * EMU))
    properties.set("indent", str(-22 * EMU))
    mark = properties.makeelement(qn("a:buChar"), {"char": "•"})
    properties.append(mark)


def add_cards(slide: Any, box: Box, said: Sequence[Text], lang: Lang) -> None:
    """Put the few figures to take away side by side."""
    from pptx.enum.shapes import MSO_SHAPE

    x, y, width, height = box
    each = (width - 16 * (len(said) - 1)) / len(said)
    for i, one in enumerate(said):
        place = emu((x + i * (each + 16), y, each, height))
        shape = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, *place)
        shape.fill.solid()
        shape.fill.fore_color.rgb = colour("EEF4F9")
        shape.line.fill.background()
        shape.shadow.inherit = False
        frame = shape.text_frame
        frame.word_wrap = True
        frame.margin_top = frame.margin_bottom = 4 * EMU
        for j, (text, size) in enumerate(((one.label, 16), (one.text, 30), (one.note, 15))):
            paragraph = frame.paragraphs[0] if j == 0 else frame.add_paragraph()
            paragraph.alignment = 1
            write(paragraph, text, size, lang, bold=j == 1)


def add_table(slide: Any, top: float, table: Table, lang: Lang, scale: float = 1.0) -> float:
    """Put a native table on the slide, its caption above and its note below; where it ends."""
    left, size = 50.0, (TABLE_TYPE - 0.5) * scale
    above = note_height(replace(table, note=None), scale)
    text_box(slide, (left, top, BODY_WIDTH, above), table.caption, size, lang, bold=True)
    top += above
    heights = row_heights(table, scale)
    frame = slide.shapes.add_table(
        len(table.rows) + 1, len(table.columns), *emu((left, top, BODY_WIDTH, sum(heights)))
    )
    describe(frame, table.caption, table.key)
    grid = frame.table
    for column, share in zip(grid.columns, column_shares(table, scale), strict=True):
        column.width = round(share * BODY_WIDTH * EMU)
    for row, height in zip(grid.rows, heights, strict=True):
        row.height = round(height * EMU)
    for j, one in enumerate(table.columns):
        texts = [one.heading, *(cell_text(table, row, one) for row in table.rows)]
        for i, text in enumerate(texts):
            paint = HEAD if i == 0 else BANDS[i % 2]
            _fill(grid.cell(i, j), text, size, lang, one.side.split()[0], paint)
    end = top + sum(heights) + 6
    if table.note:
        box = (left, end, BODY_WIDTH, 40 * scale)
        text_box(slide, box, table.note, NOTE_TYPE * scale, lang, ink=SOFT)
    return end


def _fill(cell: Any, text: str, size: float, lang: Lang, side: str, paint: str) -> None:
    from pptx.enum.text import PP_ALIGN

    cell.margin_left = cell.margin_right = 8 * EMU
    cell.margin_top = cell.margin_bottom = 4 * EMU
    cell.fill.solid()
    cell.fill.fore_color.rgb = colour(paint)
    where = {"left": PP_ALIGN.LEFT, "right": PP_ALIGN.RIGHT, "center": PP_ALIGN.CENTER}[side]
    frame, head = cell.text_frame, paint == HEAD
    for i, line in enumerate(text.split("\n")):
        paragraph = frame.paragraphs[0] if i == 0 else frame.add_paragraph()
        paragraph.alignment = where
        write(paragraph, line, size, lang, bold=head, ink="FFFFFF" if head else INK)


def describe(shape: Any, alt: str, name: str) -> None:
    """Give a shape its alternative text and its name in the selection pane."""
    properties = shape._element.xpath("./*/p:cNvPr")[0]
    properties.set("descr", alt)
    properties.set("name", name)
