"""Pillar scores of a province without a sheet: points where published, else intervals."""

from __future__ import annotations

import pandas as pd

from piilib.analysis.common_factor import CommonFactor
from piilib.analysis.pillar_completion import node_facts
from piilib.report.block import Html, paragraphs
from piilib.report.chart import Chart, draw, figure, number_ticks, style
from piilib.report.numbers import interval, number
from piilib.report.prepare import Diagnostic
from piilib.report.table import Column, Table
from piilib.report.words import COLOURS, kind, label, n, needs_sheet, pillars, source


def _ends(d: Diagnostic) -> pd.DataFrame | None:
    """Return the published score, or the 50 and 90 % intervals, of every pillar.

    None where the year's scoreboard cannot be completed.
    """
    codes = pillars(d)
    facts = node_facts(d.year, d.folder).query("unit == @d.key").set_index("node")
    known = facts["score"].reindex(codes)
    if known.notna().all():
        return pd.DataFrame({"score": known})
    if d.pillars is None:
        return None
    table = d.pillars.interval(d.key, 0.9).loc[codes]
    table[["low50", "high50"]] = d.pillars.interval(d.key, 0.5).loc[codes][["low", "high"]]
    return table.assign(score=known)


@style()
def interval_chart(d: Diagnostic) -> Chart | Html:
    """Draw what the published figures say of each pillar."""
    table = _ends(d)
    if table is None:
        return needs_sheet(d)
    table = table.iloc[::-1]
    known = table["score"].notna()
    names = [f"{code}. {d.node(str(code), short=True)}" for code in table.index]
    fig = figure(8, 4.2)
    axes = fig.subplots()
    axes.hlines(names, 0, 100, color=COLOURS["light"], linewidth=1)
    for y, (code, row) in enumerate(table.iterrows()):
        if known[code]:
            axes.plot(row["score"], y, "o", color=COLOURS["accent"], markersize=9)
            axes.text(row["score"], y + 0.28, n(d, row["score"]), ha="center", fontsize=10)
            continue
        for low, high, width in (("low", "high", 3), ("low50", "high50", 9)):
            axes.hlines(y, row[low], row[high], color=COLOURS["accent"], linewidth=width)
        text = interval(row["low"], row["high"], 0, d.lang)
        axes.text((row["low"] + row["high"]) / 2, y + 0.28, text, ha="center", fontsize=10)
    axes.set_xlim(0, 100)
    axes.set_ylim(-0.5, len(table) - 0.3)
    axes.set_xlabel(
        d.say(
            "Điểm (0–100). Vạch mảnh 90%, vạch đậm 50%, chấm: đã công bố",
            "Score (0–100). Thin: 90%, thick: 50%, dot: published",
        )
    )
    number_ticks(axes.xaxis, lang=d.lang)
    said = "; ".join(f"{code}: {_said(d, row)}" for code, row in table.iloc[::-1].iterrows())
    return draw(
        fig,
        key="pillar-intervals",
        title=_title(d, table),
        alt=d.say("Bảy trụ cột: ", "Seven pillars: ") + said,
        source=source(d, "scoreboard"),
        kind=kind(d, "completed"),
    )


def _said(d: Diagnostic, row: pd.Series) -> str:
    if row["score"] == row["score"]:
        return n(d, row["score"])
    return interval(row["low"], row["high"], 1, d.lang)


def _title(d: Diagnostic, table: pd.DataFrame) -> str:
    known = int(table["score"].notna().sum())
    if known == len(table):
        return d.say(
            f"{d.year}: đủ {known} điểm trụ cột đã công bố",
            f"{d.year}: all {known} pillar scores have been published",
        )
    width = (table["high"] - table["low"])[table["score"].isna()].median()
    return d.say(
        f"{d.year}: {known}/{len(table)} điểm trụ cột đã công bố; còn lại là khoảng 90%, rộng trung"
        f" vị {number(width, 0, d.lang)} điểm",
        f"{d.year}: {known} of {len(table)} pillar scores published; the others are 90% intervals,"
        f" median width {number(width, 0, d.lang)} points",
    )


def interval_table(d: Diagnostic) -> Table | Html:
    """Tabulate the intervals, with what they rest on."""
    table = _ends(d)
    if table is None or table["score"].notna().all():
        return paragraphs("")
    assert d.pillars is not None
    rows = [
        {
            "node": label(d, str(code)),
            "score": row["score"],
            "half": None if row["score"] == row["score"] else (row["low50"], row["high50"]),
            "ends": None if row["score"] == row["score"] else (row["low"], row["high"]),
        }
        for code, row in table.iterrows()
    ]
    return Table(
        key="pillar-intervals-table",
        caption=d.say(
            f"Điểm trụ cột của {d.name} năm {d.year}: đã công bố, hoặc khoảng ước lượng",
            f"Pillar scores of {d.name} in {d.year}: published, or an estimated interval",
        ),
        columns=(
            Column("node", d.say("Trụ cột", "Pillar")),
            Column("score", d.say("Đã công bố", "Published"), "number"),
            Column("half", d.say("Khoảng 50%", "50% interval"), "interval", 1),
            Column("ends", d.say("Khoảng 90%", "90% interval"), "interval", 1),
        ),
        rows=rows,
        source=source(d, "scoreboard"),
        kind=kind(d, "completed"),
        lang=d.lang,
        note=_assumed(d, d.pillars.factor),
    )


def _assumed(d: Diagnostic, factor: CommonFactor) -> str:
    """Say what the intervals assume, and how often such intervals held a published score."""
    within, (between, low, high) = factor.within, factor.between
    vi = (
        "Giả định: trong cả nước điểm mỗi trụ cột phân bố chuẩn trong khoảng thấp nhất–cao nhất đã "
        f"công bố; tương quan giữa hai chỉ số cùng trụ cột {n(d, within.value)} "
        f"({interval(within.low, within.high, 2, d.lang)}), khác trụ cột {n(d, between)} "
        f"({interval(low, high, 2, d.lang)}), ước lượng từ các mức thấp nhất và cao nhất đó. Trung "
        "bình có trọng số của các trụ cột bằng điểm PII trong từng lần rút."
    )
    en = (
        "Assumed: over the country each pillar is normal within its published lowest and highest; "
        f"two indicators correlate by {n(d, within.value)} "
        f"({interval(within.low, within.high, 2, d.lang)}) within a pillar and by {n(d, between)} "
        f"({interval(low, high, 2, d.lang)}) between pillars, as told from those extremes. In every"
        " draw the pillars' weighted mean is the PII score."
    )
    return d.say(vi, en)
