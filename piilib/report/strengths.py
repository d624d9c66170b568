"""Strengths and weaknesses: the highest and the lowest indicator scores."""

from __future__ import annotations

import pandas as pd

from piilib.analysis.change import indicator_changes
from piilib.index.reconcile import indicator_intervals
from piilib.index.scoring import sheet_scores
from piilib.report.block import Html, paragraphs
from piilib.report.chart import Chart, draw, figure, style
from piilib.report.numbers import listing
from piilib.report.prepare import Diagnostic
from piilib.report.words import (
    COLOURS,
    at_bounds,
    kind,
    label,
    n,
    needs_sheet,
    source,
)

#: A score from which an indicator is called a strength.
STRONG = 50.0


def _scored(d: Diagnostic) -> pd.DataFrame:
    assert d.sheet is not None
    bounds = indicator_intervals(d.sheet, d.fw)
    bounds["score"] = sheet_scores(d.sheet, d.fw)[list(d.fw.indicators)]
    return bounds.dropna().sort_values("score", ascending=False, kind="stable")


@style()
def strengths_chart(d: Diagnostic, count: int = 8) -> Chart | Html:
    """Draw the highest and the lowest indicator scores."""
    if d.sheet is None:
        return needs_sheet(d)
    scored = _scored(d)
    shown = pd.concat([scored.head(count), scored.tail(count)]).iloc[::-1]
    fig = figure(8, 1.2 + 0.3 * len(shown))
    axes = fig.subplots()
    names = [label(d, str(code), short=True) for code in shown.index]
    colours = [COLOURS["bad"]] * count + [COLOURS["good"]] * count
    axes.barh(names, shown["score"], color=colours, height=0.68)
    axes.hlines(names, shown["low"], shown["high"], color="#222222", linewidth=1.4)
    axes.set_xlim(0, 104)
    axes.set_xlabel(
        d.say(
            "Điểm chỉ số (0–100) theo cách tính suy luận; vạch đen: do làm tròn",
            "Indicator score (0–100), inferred method; black line: rounding",
        )
    )
    high, low = int((scored["score"] >= 50).sum()), int((scored["score"] < 10).sum())
    return draw(
        fig,
        key="strengths",
        title=d.say(
            f"{high} trên {len(scored)} chỉ số đạt từ 50 điểm trở lên; {low} chỉ số dưới 10 điểm "
            f"(hình: {count} cao nhất, {count} thấp nhất)",
            f"{high} of {len(scored)} indicators score 50 or more; {low} score below 10 (drawn: "
            f"{count} highest, {count} lowest)",
        ),
        alt=d.say("Điểm cao nhất và thấp nhất theo chỉ số: ", "Highest and lowest scores: ")
        + "; ".join(f"{code}: {n(d, s, 0)}" for code, s in shown["score"].iloc[::-1].items()),
        source=source(d),
        kind=kind(d, "inferred"),
    )


def strengths_text(d: Diagnostic) -> Html:
    """Name strengths and weaknesses, and strengths that were lost since the year before."""
    if d.sheet is None:
        return paragraphs("")
    scored = _scored(d)["score"]
    strong = scored[scored >= STRONG].head(5)
    top = [d.node(str(c), short=True) + f" ({n(d, s, 0)})" for c, s in strong.items()]
    zero = [str(code) for code in scored.index if scored[code] < 1]
    best = d.say(f"Mạnh nhất: {listing(top, d.lang)}. ", f"Strongest: {listing(top, d.lang)}. ")
    none = d.say(f"Không chỉ số nào đạt {STRONG:.0f} điểm. ", f"No indicator scores {STRONG:.0f}. ")
    texts = [
        (best if top else none)
        + d.say(
            f"Điểm 100 là mức cao nhất nước (hoặc mức trần suy "
            f"luận), 0 là thấp nhất, {at_bounds(d)}.",
            f"100 is the highest of the country (or the inferred"
            f" cap), 0 the lowest, {at_bounds(d)}.",
        )
    ]
    if zero:
        texts.append(
            d.say(
                f"{len(zero)} chỉ số dưới 1 điểm: {listing(zero, d.lang)}.",
                f"{len(zero)} indicators score below 1: {listing(zero, d.lang)}.",
            )
        )
    if d.before is not None:
        table = indicator_changes(d.before, d.sheet)
        lost = table[
            (table["score_before"] >= 50) & (table["score_now"] < table["score_before"] - 20)
        ]
        if len(lost):
            names = [
                f"{code} ({n(d, row['score_before'], 0)} → {n(d, row['score_now'], 0)}"
                + ("" if row["comparable"] else d.say("; đổi cách tính", "; redefined"))
                + ")"
                for code, row in lost.iterrows()
            ]
            texts.append(
                d.say(
                    f"Thế mạnh của {d.before.year} đã mất hơn 20 điểm: {listing(names, d.lang)}.",
                    f"Strengths of {d.before.year} that lost over 20 points: "
                    f"{listing(names, d.lang)}.",
                )
            )
    return paragraphs(*texts)
