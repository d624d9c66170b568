"""Slides as a PowerPoint file whose tables and charts can be edited."""

from __future__ import annotations

import copy
import importlib
import io
import re
from collections.abc import Sequence
from typing import Any, Final

from piilib.errors import DataError
from piilib.report.briefing_deck import Slide, deck, sources_line
from piilib.report.briefing_fit import (
    BESIDE,
    BODY_WIDTH,
    CARDS,
    CHART,
    HEIGHT,
    WIDTH,
    beside_scale,
    texts_height,
    title_lines,
    title_size,
)
from piilib.report.numbers import Lang
from piilib.report.office_file import steady
from piilib.report.pieces import Piece
from piilib.report.powerpoint_charts import add_chart
from piilib.report.powerpoint_parts import (
    ACCENT,
    EMU,
    FONT,
    SOFT,
    WARN,
    Box,
    add_cards,
    add_table,
    add_texts,
    colour,
    emu,
    text_box,
    write,
)

__all__ = ["to_pptx"]

#: Where the body begins and the foot stands, in CSS pixels.
TOP, FOOT = 138.0, 668.0
#: Layouts of the standard template that are kept: title slide, title only.
_LAYOUTS: Final = (0, 5)


def to_pptx(
    pieces: Sequence[Piece], *, title: str, lang: Lang = "vi", simulated: str = ""
) -> bytes:
    """Make the slides of a notebook as a PowerPoint file.

    Parameters
    ----------
    pieces : sequence of Piece
        As `run_cells` gives them; every heading of level 1 or 2 begins a slide.
    title : str
        Of the first slide and of the file.
    lang : {"vi", "en"}
    simulated : str
        The mark that stands on every slide of simulated data; empty for real ones.

    Returns
    -------
    bytes
        A .pptx file: the slides of `to_slides`, with native tables, native charts where a chart
        has its figures (`SlideChart`) and pictures where not, alternative texts, and the speaker's
        notes. The same pieces give the same bytes.

    Raises
    ------
    DataError
        If python-pptx is not installed.

    Examples
    --------
    >>> to_pptx([Piece(2, "Vị thế"), Piece(0, "Hạng 63/63.")], title="PII")[:2]
    b'PK'
    """
    try:
        importlib.import_module("pptx")
    except ModuleNotFoundError as error:
        raise DataError(
            "no package 'python-pptx'", "it installed: pip install 'piilib[office]'"
        ) from error
    file = _template(title, lang)
    slides = deck(pieces, title=title, lang=lang)
    for place, one in enumerate(slides):
        page = file.slides.add_slide(file.slide_layouts[min(place, 1)])
        (_first if place == 0 else _other)(page, one, lang)
        if simulated:
            text_box(page, (50, 642, 700, 24), simulated, 18, lang, bold=True, ink=WARN)
        _number(page)
        page.notes_slide.notes_text_frame.text = "\n".join(one.notes or one.sources or [one.title])
    buffer = io.BytesIO()
    file.save(buffer)
    return steady(buffer.getvalue())


def _template(title: str, lang: Lang) -> Any:
    """Return an empty wide presentation: two layouts, our type and colours."""
    from pptx import Presentation

    file: Any = Presentation()
    file.slide_width, file.slide_height = WIDTH * EMU, HEIGHT * EMU
    kept = [file.slide_layouts[i] for i in _LAYOUTS]
    for layout in list(file.slide_layouts):
        if layout not in kept:
            file.slide_layouts.remove(layout)
    _theme(file.slide_master)
    for owner in (file.slide_master, *kept):
        _places(owner, first=owner is kept[0])
    file.core_properties.title = title
    file.core_properties.author = "piilib"
    file.core_properties.last_modified_by = "piilib"
    file.core_properties.language = {"vi": "vi-VN", "en": "en-GB"}[lang]
    file.core_properties.revision = 1
    return file


def _theme(master: Any) -> None:
    """Set the theme's type and first colours, so that what is added by hand looks alike."""
    from pptx.opc.constants import RELATIONSHIP_TYPE

    part = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    text = part.blob.decode("utf-8")
    text = re.sub(r'(<a:latin typeface=")[^"]*', rf"\g<1>{FONT}", text)
    for name, ink in (("accent1", ACCENT), ("accent2", "9AA5B1"), ("dk2", "12263A")):
        text = re.sub(rf'(<a:{name}><a:srgbClr val=")[0-9A-Fa-f]*', rf"\g<1>{ink}", text)
    part._blob = text.encode("utf-8")


def _places(owner: Any, *, first: bool) -> None:
    """Place the fields of a master or layout on the wide slide."""
    from pptx.enum.shapes import PP_PLACEHOLDER as FIELD

    title = (50, 250, BODY_WIDTH, 130) if first else (50, 46, BODY_WIDTH, 80)
    places: dict[Any, Box] = {
        FIELD.TITLE: title,
        FIELD.CENTER_TITLE: title,
        FIELD.SUBTITLE: (50, 390, BODY_WIDTH, 200),
        FIELD.BODY: (50, TOP, BODY_WIDTH, FOOT - TOP),
        FIELD.DATE: (50, 690, 200, 20),
        FIELD.FOOTER: (430, 690, 420, 20),
        FIELD.SLIDE_NUMBER: (1130, 684, 100, 24),
    }
    for shape in owner.placeholders:
        box = places.get(shape.placeholder_format.type)
        if box is not None:
            shape.left, shape.top, shape.width, shape.height = emu(box)


def _number(page: Any) -> None:
    """Put the layout's slide number on the slide."""
    from pptx.enum.shapes import PP_PLACEHOLDER as FIELD

    for shape in page.slide_layout.placeholders:
        if shape.placeholder_format.type == FIELD.SLIDE_NUMBER:
            page.shapes._spTree.append(copy.deepcopy(shape._element))


def _title(page: Any, text: str, size: float, lang: Lang) -> None:
    from pptx.enum.text import MSO_ANCHOR, PP_ALIGN

    frame = page.shapes.title.text_frame
    frame.word_wrap = True
    frame.vertical_anchor = MSO_ANCHOR.BOTTOM
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    frame.paragraphs[0].alignment = PP_ALIGN.LEFT
    write(frame.paragraphs[0], text, size, lang, bold=True, ink="12263A")


def _first(page: Any, slide: Slide, lang: Lang) -> None:
    from pptx.enum.text import PP_ALIGN

    _title(page, slide.title, 44, lang)
    field = page.placeholders[1].text_frame
    field.word_wrap = True
    field.margin_left = field.margin_right = 0
    for i, one in enumerate(slide.texts):
        paragraph = field.paragraphs[0] if i == 0 else field.add_paragraph()
        paragraph.alignment = PP_ALIGN.LEFT
        ink = WARN if one.kind == "notice" else SOFT
        write(paragraph, one.text, 19 if one.kind == "notice" else 22, lang, ink=ink)
    _bar(page, (0, 0, 26, HEIGHT))


def _bar(page: Any, box: Box) -> None:
    """Draw a bar of the accent colour, an ornament."""
    from pptx.enum.shapes import MSO_SHAPE

    shape = page.shapes.add_shape(MSO_SHAPE.RECTANGLE, *emu(box))
    shape.fill.solid()
    shape.fill.fore_color.rgb = colour(ACCENT)
    shape.line.fill.background()
    shape.shadow.inherit = False
    shape.name = "line"


def _other(page: Any, slide: Slide, lang: Lang) -> None:
    size = title_size(slide.title)
    if slide.heading:
        above = 126 - 1.2 * size * min(title_lines(slide.title, size), 2) - 26
        text_box(
            page, (50, above, BODY_WIDTH, 22), slide.heading, 17, lang, bold=True, ink="005A8C"
        )
    _title(page, slide.title, size, lang)
    _bar(page, (50, 130, BODY_WIDTH, 3))
    top = TOP + 4
    cards = [one for one in slide.texts if one.kind == "card"]
    said = [one for one in slide.texts if one.kind != "card"]
    if cards:
        add_cards(page, (50, top, BODY_WIDTH, CARDS - 14), cards, lang)
        top += CARDS
    scale = slide.scale
    if slide.charts:
        top = _charts(page, slide, top, lang)
    elif said:
        height = min(texts_height(said, BODY_WIDTH, scale), FOOT - top)
        add_texts(page, (50, top, BODY_WIDTH, height), said, 23 * scale, lang)
        top += height + 8
    for table in slide.tables:
        top = add_table(page, top, table, lang, scale)
    if slide.sources:
        sources = sources_line(slide, lang)
        text_box(page, (50, 674, BODY_WIDTH - 120, 36), sources, 13, lang, ink=SOFT)


def _charts(page: Any, slide: Slide, top: float, lang: Lang) -> float:
    """Put charts on the left and text beside them; where they end."""
    said = [one for one in slide.texts if one.kind != "card"]
    width = BESIDE if said else BODY_WIDTH
    end = (top + CHART) if slide.tables else FOOT - 30
    each = (end - top) / len(slide.charts)
    for i, chart in enumerate(slide.charts):
        y, height = top + i * each, each
        if chart.title != slide.title:
            size = 17 if len(chart.title) < 90 else 15
            text_box(page, (50, y, width, 44), chart.title, size, lang, bold=True)
            y, height = y + 46, each - 46
        add_chart(page, (50, y, width, height), chart, lang)
    if said:
        left = 50 + BESIDE + 24
        room = BODY_WIDTH - BESIDE - 24
        type_size = 23 * beside_scale(slide.texts)
        add_texts(page, (left, top + 10, room, end - top - 10), said, type_size, lang)
    return end
