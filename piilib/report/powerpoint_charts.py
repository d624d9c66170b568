"""Charts of a PowerPoint slide: native where there are figures, pictures where there are none."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

from piilib.report.briefing_charts import Data, SlideChart
from piilib.report.briefing_letters import text_width
from piilib.report.chart import Chart
from piilib.report.numbers import Lang
from piilib.report.powerpoint_parts import FONT, LOCALES, Box, colour, describe, emu, untyped


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
        points: Any = untyped(XyChartData)(number_format=number)
        for name, values in data.series:
            series = points.add_series(name)
            for x, y in zip(data.x, values, strict=True):
                series.add_data_point(x, y)
        kind: Any = XL_CHART_TYPE.XY_SCATTER
        frame = slide.shapes.add_chart(kind, *emu(box), points)
    else:
        bars: Any = untyped(CategoryChartData)(number_format=number)
        bars.categories = data.categories
        for name, values in data.series:
            bars.add_series(name, values)
        lying = data.form == "bar"
        kind = XL_CHART_TYPE.BAR_CLUSTERED if lying else XL_CHART_TYPE.COLUMN_CLUSTERED
        frame = slide.shapes.add_chart(kind, *emu(box), bars)
    _dress(frame.chart, data, number, lang)
    return frame


def number_format(data: Data, lang: Lang) -> str:
    """Format of a chart's numbers, in the reader's language whatever the office's.

    Examples
    --------
    >>> number_format(Data("bar", (), (), (), decimals=1, signed=True), "vi")
    '[$-42A]+0.0;[$-42A]−0.0;[$-42A]0.0'
    """
    code = LOCALES[lang][1] + "{}0" + (f".{'0' * data.decimals}" if data.decimals else "")
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
        tag.set("val", LOCALES[lang][0])


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
        _paint(series.format, ink)
        series.invert_if_negative = False
        for i, own in enumerate(data.inks):
            _paint(series.points[i].format, own)
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


def _paint(form: Any, ink: str) -> None:
    form.fill.solid()
    form.fill.fore_color.rgb = colour(ink)


def _dress_points(chart: Any, data: Data, number: str, lang: Lang) -> None:
    from pptx.enum.chart import XL_LABEL_POSITION, XL_MARKER_STYLE
    from pptx.util import Pt

    series = chart.plots[0].series[0]
    series.format.line.fill.background()
    series.marker.style, series.marker.size = XL_MARKER_STYLE.CIRCLE, 9
    _paint(series.marker.format, data.colours[0])
    for i, ink in enumerate(data.inks):
        marker = series.points[i].marker
        # LibreOffice reads a point's own colour only where its size is its own too.
        marker.style, marker.size = XL_MARKER_STYLE.CIRCLE, 10
        _paint(marker.format, ink)
        marker.format.line.color.rgb = colour(data.colours[0])
    sides = label_sides(data)
    for i, name in enumerate(data.categories):
        if name:
            found = series.points[i].data_label
            found.position = getattr(XL_LABEL_POSITION, sides[i])
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


#: Width and height of the room in which points stand, in pixels; size of their labels.
_ROOM, _LABEL = (640.0, 400.0), 16.0


def label_sides(data: Data) -> list[str]:
    """Say on which side of its point each label meets fewest points and labels.

    Examples
    --------
    >>> points = Data("scatter", ("a", "b"), (("s", (1.0, 1.0)),), ("#000000",), x=(1.0, 1.01))
    >>> label_sides(points)
    ['LEFT', 'RIGHT']
    """
    wide, high = max(data.x, default=0.0) or 1.0, max(data.series[0][1], default=0.0) or 1.0
    dots = [
        (x / wide * _ROOM[0], y / high * _ROOM[1])
        for x, y in zip(data.x, data.series[0][1], strict=True)
    ]
    taken: list[Box] = []
    sides = []
    for name, dot in zip(data.categories, dots, strict=True):
        boxes = _label_boxes(dot, text_width(name, _LABEL))
        side = min(boxes, key=lambda one: _met(boxes[one], dot, dots, taken)) if name else "RIGHT"
        taken += [boxes[side]] if name else []
        sides.append(side)
    return sides


def _label_boxes(dot: tuple[float, float], wide: float) -> dict[str, Box]:
    """Left, bottom, right and top of a label on each side of a point, the best side first."""
    x, y = dot
    return {
        "RIGHT": (x + 8, y - 9, x + 8 + wide, y + 9),
        "LEFT": (x - 8 - wide, y - 9, x - 8, y + 9),
        "ABOVE": (x - wide / 2, y + 8, x + wide / 2, y + 26),
        "BELOW": (x - wide / 2, y - 26, x + wide / 2, y - 8),
    }


def _met(
    box: Box, own: tuple[float, float], dots: list[tuple[float, float]], taken: list[Box]
) -> int:
    """Count what a label would stand upon; another label counts twice."""
    left, low, right, high = box
    points = sum(
        left - 6 < x < right + 6 and low - 6 < y < high + 6 for x, y in dots if (x, y) != own
    )
    labels = sum(left < r and w < right and low < h and b < high for w, b, r, h in taken)
    return points + 2 * labels


def _title(axis: Any, text: str) -> None:
    from pptx.util import Pt

    axis.has_title = bool(text)
    if text:
        axis.axis_title.text_frame.text = text
        font = axis.axis_title.text_frame.paragraphs[0].runs[0].font
        font.size, font.bold = Pt(12), False
