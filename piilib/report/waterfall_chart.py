"""A waterfall from today's score through the steps of a portfolio to where they lead."""

from __future__ import annotations

import pandas as pd

from piilib.analysis.portfolio_result import Portfolio
from piilib.analysis.waterfall import waterfall
from piilib.report.block import Html, paragraphs
from piilib.report.chart import Chart, draw, figure, number_ticks, style
from piilib.report.portfolio_section import chosen
from piilib.report.prepare import Diagnostic
from piilib.report.words import COLOURS, kind, measure, n, source, spent

#: Indicators drawn one by one; the others stand together.
_SHOWN = 12


@style()
def waterfall_chart(d: Diagnostic) -> Chart | Html:
    """Draw today's score, what each indicator of the portfolio adds, and the score reached."""
    found = chosen(d)
    if found is None or d.base is None or found.table.empty:
        return paragraphs("")
    steps = waterfall(d.base, found)
    bars = _bars(d, steps)
    fig = figure(8, 1.3 + 0.33 * (len(bars) + 2))
    axes = fig.subplots()
    first, last = float(steps["start"].iloc[0]), float(steps["end"].iloc[-1])
    names = [d.say(f"Hiện nay ({d.year})", f"Today ({d.year})"), *bars["name"]]
    names.append(d.say(f"PII {d.horizon}, nếu đạt mọi bước", f"PII {d.horizon}, all steps done"))
    low = first - 0.35 * (last - first)
    for y, (left, right, colour) in enumerate(_spans(bars, first, last, low)):
        axes.barh(y, right - left, left=left, color=colour, height=0.66)
        text = n(d, right) if y in (0, len(names) - 1) else n(d, right - left, signed=True)
        axes.text(right, y, f" {text}", va="center", fontsize=10)
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.set_xlim(low, last + 0.14 * (last - low))
    axes.grid(visible=False, axis="y")
    axes.set_xlabel(
        d.say(
            f"Điểm PII, {measure(d)}; trục không từ 0",
            f"PII score, {measure(d)}; axis not from 0",
        )
    )
    number_ticks(axes.xaxis, lang=d.lang)
    return draw(
        fig,
        key="waterfall",
        title=_title(d, found, steps),
        alt=d.say("Từng bước: ", "Step by step: ")
        + f"{n(d, first)}; "
        + "; ".join(f"{row.name}: {n(d, row.change, signed=True)}" for row in _named(bars))
        + f"; {n(d, last)}",
        source=source(d),
        kind=kind(d, "judgement"),
    )


def _named(bars: pd.DataFrame) -> list[pd.Series]:
    return [row.drop("name").rename(row["name"]) for _, row in bars.iterrows()]


def _bars(d: Diagnostic, steps: pd.DataFrame) -> pd.DataFrame:
    """Name the steps; those beyond the first ones are one bar."""
    names = [f"{code} {d.node(str(code), short=True)}" for code in steps.index]
    bars = steps.assign(name=names)
    if len(bars) <= _SHOWN + 1:
        return bars
    rest = bars.iloc[_SHOWN:]
    others = {
        "start": rest["start"].iloc[0],
        "end": rest["end"].iloc[-1],
        "change": rest["change"].sum(),
        "effort": rest["effort"].iloc[-1],
        "name": d.say(f"{len(rest)} chỉ số khác", f"{len(rest)} other indicators"),
    }
    return pd.concat([bars.iloc[:_SHOWN], pd.DataFrame([others])])


def _spans(
    bars: pd.DataFrame, first: float, last: float, low: float
) -> list[tuple[float, float, str]]:
    """Left end, right end and colour of every bar."""
    middle = [(row.start, row.end, COLOURS["accent"]) for row in bars.itertuples()]
    return [(low, first, COLOURS["muted"]), *middle, (low, last, COLOURS["good"])]


def _title(d: Diagnostic, found: Portfolio, steps: pd.DataFrame) -> str:
    total = float(steps["end"].iloc[-1] - steps["start"].iloc[0])
    change = steps["change"].sort_values(ascending=False).cumsum()
    half = int((change < total / 2).sum()) + 1
    effort = n(d, found.effort, 0)
    start, end = n(d, steps["start"].iloc[0]), n(d, steps["end"].iloc[-1])
    return d.say(
        f"Từ {start} lên {end} cần {len(steps)} chỉ số và {effort} {spent(d)}; {half} chỉ số "
        "mang lại nửa số điểm",
        f"From {start} to {end} takes {len(steps)} indicators and {effort} {spent(d)}; {half} "
        "of them bring half of the points",
    )
