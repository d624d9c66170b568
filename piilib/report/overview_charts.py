"""Charts of the national overview."""

from __future__ import annotations

import numpy as np
from matplotlib.lines import Line2D

from piilib.report.block import Html, paragraphs
from piilib.report.chart import OKABE_ITO, Chart, draw, figure, number_ticks, style
from piilib.report.index_words import label_rows, note_rows
from piilib.report.numbers import number
from piilib.report.overview import Overview
from piilib.report.overview_parts import completed_kind, published_kind, score_text, source
from piilib.report.tile_map import tile_map
from piilib.report.words import COLOURS


def map_chart(o: Overview) -> Chart:
    """Draw every province as a tile, with its score or interval."""
    table = o.summary
    known = table["score"].dropna()
    top = str(known.idxmax())
    return tile_map(
        table[["score", "low", "high"]],
        o.board.basis,
        title=o.say(
            f"PII {o.year}: {len(known)} trên {len(table)} địa phương có điểm công bố, cao nhất là "
            f"{o.province(top)} ({number(float(known[top]), 2, o.lang)})",
            f"PII {o.year}: {len(known)} of {len(table)} units have a published score, the highest "
            f"{o.province(top)} ({number(float(known[top]), 2, o.lang)})",
        ),
        alt=o.say(
            f"Bản đồ ô vuông {len(table)} địa phương; Hoàng Sa thuộc Đà Nẵng, Trường Sa thuộc Khánh"
            " Hòa. Số liệu từng ô ở bảng sau.",
            f"Map of squares of {len(table)} units; Hoang Sa belongs to Da Nang, Truong Sa to Khanh"
            " Hoa. The figures of each square are in the next table.",
        ),
        source=source(o),
        kind=completed_kind(o),
        lang=o.lang,
        data=o.folder,
    )


@style()
def scores_chart(o: Overview) -> Chart:
    """Draw published scores as dots and the others as intervals."""
    table = o.summary
    rows = np.arange(len(table))
    fig = figure(8, 1.1 + 0.2 * len(table))
    axes = fig.subplots()
    open_ = ~table["published"].to_numpy()
    axes.hlines(
        rows[open_], table["low"][open_], table["high"][open_], color=OKABE_ITO[5], linewidth=6
    )
    axes.plot(table["median"][open_], rows[open_], "|", color="#1f2933", ms=9, mew=1.6)
    axes.plot(table["score"], rows, "o", color=COLOURS["bad"], ms=5)
    label_rows(axes, [o.province(key) for key in table.index], 140, 9.5)
    note_rows(axes, [score_text(o, row) for _, row in table.iterrows()], 90, 9.5)
    number_ticks(axes.xaxis, lang=o.lang)
    axes.set_xlabel(o.say(f"Điểm PII {o.year}", f"PII {o.year} score"))
    words = (
        o.say("đã công bố", "published"),
        o.say("khoảng 90%, chưa công bố", "90% interval, not published"),
        o.say("trung vị", "median"),
    )
    fig.legend(
        [
            Line2D([], [], color=COLOURS["bad"], marker="o", linestyle="", ms=5),
            Line2D([], [], color=OKABE_ITO[5], linewidth=6),
            Line2D([], [], color="#1f2933", marker="|", linestyle="", ms=9, mew=1.6),
        ],
        words,
        loc="outside upper left",
        ncols=3,
    )
    width = (table["high"] - table["low"])[open_]
    return draw(
        fig,
        key="all-scores",
        title=o.say(
            f"{int(open_.sum())} điểm chưa công bố chỉ biết đến khoảng 90% rộng "
            f"{number(float(width.min()), 1, o.lang)}–{number(float(width.max()), 1, o.lang)} điểm",
            f"{int(open_.sum())} unpublished scores are known to 90% intervals of "
            f"{number(float(width.min()), 1, o.lang)}–{number(float(width.max()), 1, o.lang)} "
            "points",
        ),
        alt=o.say(
            f"Điểm hoặc khoảng điểm của {len(table)} địa phương, từ cao xuống thấp theo trung vị.",
            f"Scores or intervals of {len(table)} units, from the highest median down.",
        ),
        source=source(o),
        kind=completed_kind(o),
    )


@style()
def movers_chart(o: Overview) -> Chart | Html:
    """Draw the published changes of score."""
    if not len(o.movers):
        return Html()
    table = o.movers
    fig = figure(8, 1.0 + 0.27 * len(table))
    axes = fig.subplots()
    up = table["change"] > 0
    colours = np.where(up, COLOURS["accent"], COLOURS["bad"]).tolist()
    axes.barh(np.arange(len(table)), table["change"], color=colours, height=0.7)
    label_rows(axes, [o.province(key) for key in table.index], 150)
    note_rows(axes, [number(x, 2, o.lang, signed=True) for x in table["change"]], 60)
    axes.axvline(0, color="#1f2933", linewidth=0.8)
    number_ticks(axes.xaxis, lang=o.lang)
    axes.set_xlabel(
        o.say(f"Điểm {o.year} trừ điểm {o.year - 1}", f"Score {o.year} minus {o.year - 1}")
    )
    first, last = str(table.index[0]), str(table.index[-1])
    best = f"{o.province(first)} ({number(float(table['change'].iloc[0]), 2, o.lang, signed=True)})"
    worst = (
        f"{o.province(last)} ({number(float(table['change'].iloc[-1]), 2, o.lang, signed=True)})"
    )
    return draw(
        fig,
        key="movers-chart",
        title=o.say(
            f"{int(up.sum())}/{len(table)} địa phương có điểm cả hai năm tăng điểm; từ {best} đến "
            f"{worst}",
            f"{int(up.sum())} of {len(table)} units with scores in both years rose; from {best} to "
            f"{worst}",
        ),
        alt=o.say(
            f"Thay đổi điểm công bố của {len(table)} địa phương, {o.year - 1}–{o.year}.",
            f"Changes of the published scores of {len(table)} units, {o.year - 1}–{o.year}.",
        ),
        source=source(o),
        kind=published_kind(o),
    )


@style()
def regions_chart(o: Overview) -> Chart | Html:
    """Draw the regional means of the years, side by side."""
    if o.regions.empty:
        return paragraphs("")
    table = o.regions.sort_values(o.year, ascending=False)
    years = list(table.columns)
    fig = figure(8, 1.0 + 0.55 * len(table))
    axes = fig.subplots()
    height = 0.75 / len(years)
    for i, year in enumerate(years):
        rows = np.arange(len(table)) + (i - (len(years) - 1) / 2) * height
        colour = COLOURS["accent"] if year == o.year else COLOURS["muted"]
        axes.barh(rows, table[year], height=height * 0.92, color=colour, label=str(year))
        for row, x in zip(rows, table[year], strict=True):
            axes.text(x + 0.4, row, number(x, 2, o.lang), va="center", fontsize=9)
    label_rows(axes, [str(region) for region in table.index], 230)
    axes.set_xlim(0, float(table.max().max()) * 1.1)
    number_ticks(axes.xaxis, lang=o.lang)
    axes.set_xlabel(o.say("Điểm PII trung bình", "Mean PII score"))
    if len(years) > 1:
        fig.legend(loc="outside upper left", ncols=len(years))
    gap = number(float(table[o.year].iloc[0] - table[o.year].iloc[-1]), 2, o.lang)
    return draw(
        fig,
        key="regions-chart",
        title=o.say(
            f"Vùng cao nhất ({table.index[0]}) hơn vùng thấp nhất ({table.index[-1]}) {gap} điểm",
            f"The highest region ({table.index[0]}) is {gap} points above the lowest "
            f"({table.index[-1]})",
        ),
        alt=o.say("Trung bình vùng: ", "Regional means: ")
        + "; ".join(f"{region} {number(x, 2, o.lang)}" for region, x in table[o.year].items()),
        source=source(o),
        kind=published_kind(o),
    )
