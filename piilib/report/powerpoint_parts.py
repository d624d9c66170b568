"""What a PowerPoint slide is made of: text, native tables, native charts, notes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from piilib.report.briefing_charts import Data, SlideChart
from piilib.report.briefing_fit import BODY_WIDTH, LARGE, cell_text, column_shares, row_heights
from piilib.report.briefing_text import Text
from piilib.report.chart import Chart
from piilib.report.numbers import Lang
from piilib.report.table import Table
from piilib.report.words import COLOURS

#: A CSS pixel in the unit of office files, and in points.
EMU, POINT = 9525, 0.75
FONT = "Arial"
INK, SOFT, ACCENT, HEAD, WARN = "1F2933", "4A5764", "0072B2", "12406A", "8A4B00"
_LOCALES: dict[Lang, tuple[str, str]] = {"vi": ("vi-VN", "[$-42A]"), "en": ("en-GB", "[$-809]")}

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
    return _untyped(RGBColor)(*(int(code[i : i + 2], 16) for i in (0, 2, 4)))


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
    run._r.get_or_add_rPr().set("lang", _LOCALES[lang][0])


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


def add_table(slide: Any, top: float, table: Table, lang: Lang, *, large: bool = False) -> float:
    """Put a native table on the slide, its caption above and its note below; where it ends."""
    scale = LARGE if large else 1.0
    left, size = 50.0, 17.5 * scale
    text_box(slide, (left, top, BODY_WIDTH, 26 * scale), table.caption, size, lang, bold=True)
    top += 28 * scale
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
            _fill(grid.cell(i, j), text, size, lang, one.side.split()[0], head=i == 0)
    end = top + sum(heights) + 6
    if table.note:
        box = (left, end, BODY_WIDTH, 40 * scale)
        text_box(slide, box, table.note, 14 * scale, lang, ink=SOFT)
    return end


def _fill(cell: Any, text: str, size: float, lang: Lang, side: str, *, head: bool) -> None:
    from pptx.enum.text import PP_ALIGN

    cell.margin_left = cell.margin_right = 8 * EMU
    cell.margin_top = cell.margin_bottom = 4 * EMU
    cell.fill.solid()
    cell.fill.fore_color.rgb = colour(HEAD if head else "FFFFFF")
    where = {"left": PP_ALIGN.LEFT, "right": PP_ALIGN.RIGHT, "center": PP_ALIGN.CENTER}[side]
    frame = cell.text_frame
    for i, line in enumerate(text.split("\n")):
        paragraph = frame.paragraphs[0] if i == 0 else frame.add_paragraph()
        paragraph.alignment = where
        write(paragraph, line, size, lang, bold=head, ink="FFFFFF" if head else INK)


def describe(shape: Any, alt: str, name: str) -> None:
    """Give a shape its alternative text and its name in the selection pane."""
    properties = shape._element.xpath("./*/p:cNvPr")[0]
    properties.set("descr", alt)
    properties.set("name", name)


def add_chart(slide: Any, box: Box, chart: Chart, lang: Lang) -> None:
    """Put a chart on the slide: native where its figures are at hand, else as a picture."""
    data = chart.data if isinstance(chart, SlideChart) else None
    frame = _picture(slide, box, chart) if data is None else _native(slide, box, data, lang)
    describe(frame, chart.alt, chart.key)


def _picture(slide: Any, box: Box, chart: Chart) -> Any:
    assert chart.figure is not None
    width, height = chart.figure.get_size_inches()
    x, y, w, h = box
    scale = min(w / width, h / height)
    place = (x + (w - scale * width) / 2, y, scale * width, scale * height)
    return slide.shapes.add_picture(io.BytesIO(chart.png(150)), *emu(place))


def _native(slide: Any, box: Box, data: Data, lang: Lang) -> Any:
    from pptx.chart.data import CategoryChartData, XyChartData
    from pptx.enum.chart import XL_CHART_TYPE

    number = number_format(data, lang)
    if data.form == "scatter":
        points: Any = _untyped(XyChartData)(number_format=number)
        for name, values in data.series:
            series = points.add_series(name)
            for x, y in zip(data.x, values, strict=True):
                series.add_data_point(x, y)
        kind: Any = XL_CHART_TYPE.XY_SCATTER
        frame = slide.shapes.add_chart(kind, *emu(box), points)
    else:
        bars: Any = _untyped(CategoryChartData)(number_format=number)
        bars.categories = data.categories
        for name, values in data.series:
            bars.add_series(name, values)
        lying = data.form == "bar"
        kind = XL_CHART_TYPE.BAR_CLUSTERED if lying else XL_CHART_TYPE.COLUMN_CLUSTERED
        frame = slide.shapes.add_chart(kind, *emu(box), bars)
    _dress(frame.chart, data, number, lang)
    return frame


def _untyped(what: Any) -> Any:
    """Let a class without types be called."""
    return what


def number_format(data: Data, lang: Lang) -> str:
    """Format of a chart's numbers, in the reader's language whatever the office's.

    Examples
    --------
    >>> number_format(Data("bar", (), (), (), decimals=1, signed=True), "vi")
    '[$-42A]+0.0;[$-42A]−0.0;[$-42A]0.0'
    """
    code = _LOCALES[lang][1] + "{}0" + (f".{'0' * data.decimals}" if data.decimals else "")
    code += f'"{data.suffix}"' if data.suffix else ""
    signs = ("+", "−", "") if data.signed else ("",)
    return ";".join(code.format(sign) for sign in signs)


def _dress(chart: Any, data: Data, number: str, lang: Lang) -> None:
    from pptx.enum.chart import XL_LEGEND_POSITION
    from pptx.util import Pt

    chart.font.size, chart.font.name = Pt(13), FONT
    chart.has_title = False
    chart.has_legend = len(data.series) > 1
    if chart.has_legend:
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
    if data.form == "scatter":
        _dress_points(chart, data, number, lang)
    else:
        _dress_bars(chart, data, number)
    for tag in chart._chartSpace.xpath("c:lang"):
        tag.set("val", _LOCALES[lang][0])


def _dress_bars(chart: Any, data: Data, number: str) -> None:
    from pptx.enum.chart import XL_TICK_LABEL_POSITION

    plot = chart.plots[0]
    few = len(data.categories) * len(data.series) <= 24
    plot.gap_width, plot.overlap = (40 if few else 15), 0
    plot.has_data_labels = few
    if few:
        plot.data_labels.number_format = number
        plot.data_labels.number_format_is_linked = False
    for series, ink in zip(plot.series, data.colours, strict=True):
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = colour(ink)
        series.invert_if_negative = False
        if data.signed:
            for i, x in enumerate(series.values):
                fill = series.points[i].format.fill
                fill.solid()
                fill.fore_color.rgb = colour(COLOURS["good" if x >= 0 else "bad"])
    chart.category_axis.reverse_order = data.form == "bar"
    chart.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    chart.category_axis.format.line.color.rgb = colour("9AA5B1")
    chart.category_axis.has_major_gridlines = False
    chart.value_axis.has_major_gridlines = not few
    chart.value_axis.visible = not few
    if not few:
        chart.value_axis.tick_labels.number_format = number
        chart.value_axis.tick_labels.number_format_is_linked = False
        _title(chart.category_axis, data.x_title)
        _title(chart.value_axis, data.y_title)


def _dress_points(chart: Any, data: Data, number: str, lang: Lang) -> None:
    from pptx.enum.chart import XL_LABEL_POSITION, XL_MARKER_STYLE
    from pptx.util import Pt

    series = chart.plots[0].series[0]
    series.format.line.fill.background()
    series.marker.style, series.marker.size = XL_MARKER_STYLE.CIRCLE, 9
    series.marker.format.fill.solid()
    series.marker.format.fill.fore_color.rgb = colour(data.colours[0])
    for i, name in enumerate(data.categories):
        if name:
            found = series.points[i].data_label
            found.position = getattr(XL_LABEL_POSITION, label_side(data, i))
            found.text_frame.text = name
            found.text_frame.paragraphs[0].runs[0].font.size = Pt(12)
    whole = number_format(replace(data, decimals=0 if max(data.x, default=0.0) > 3 else 1), lang)
    for axis, title, form in (
        (chart.category_axis, data.x_title, whole),
        (chart.value_axis, data.y_title, number),
    ):
        _title(axis, title)
        axis.minimum_scale = 0
        axis.tick_labels.number_format = form
        axis.tick_labels.number_format_is_linked = False
        axis.has_major_gridlines = True
        axis.major_gridlines.format.line.color.rgb = colour("E4E7EB")


def label_side(data: Data, place: int) -> str:
    """Say on which side of a point its label meets no other point.

    Examples
    --------
    >>> points = Data("scatter", ("a", "b"), (("s", (1.0, 1.0)),), ("#000000",), x=(1.0, 1.1))
    >>> label_side(points, 0), label_side(points, 1)
    ('LEFT', 'RIGHT')
    """
    x, y = data.x, data.series[0][1]
    wide, high = max(x) or 1.0, max(y) or 1.0
    aside = [
        (x[i] - x[place]) / wide
        for i in range(len(x))
        if i != place and abs(y[i] - y[place]) < 0.035 * high
    ]
    if not any(0 <= gap < 0.13 for gap in aside):
        return "RIGHT"
    return "ABOVE" if any(-0.13 < gap < 0 for gap in aside) else "LEFT"


def _title(axis: Any, text: str) -> None:
    from pptx.util import Pt

    axis.has_title = bool(text)
    if text:
        axis.axis_title.text_frame.text = text
        font = axis.axis_title.text_frame.paragraphs[0].runs[0].font
        font.size, font.bold = Pt(12), False
