"""Position and profile; change since the year before; strengths and weaknesses."""

from __future__ import annotations

import numpy as np
import pandas as pd

from piilib.analysis.change import indicator_changes, node_changes
from piilib.index.reconcile import indicator_intervals
from piilib.index.scoring import sheet_scores
from piilib.report.block import Html, paragraphs
from piilib.report.chart import Chart, draw, figure, number_ticks, style
from piilib.report.numbers import listing
from piilib.report.prepare import Diagnostic
from piilib.report.table import Column, Table
from piilib.report.words import (
    COLOURS,
    at_bounds,
    kind,
    label,
    n,
    needs_sheet,
    pillars,
    source,
    subpillars,
)


def position(d: Diagnostic) -> Html:
    """Say where the province stands among the published scores."""
    row = d.scoreboard.table.loc[d.key]
    known = d.scoreboard.table["score"].dropna()
    top = known.idxmax()
    if np.isnan(row["score"]):
        rank = (
            ""
            if np.isnan(row["rank"])
            else d.say(
                f" Thứ hạng đã công bố: {row['rank']:.0f}/{d.scoreboard.basis}.",
                f" Published rank: {row['rank']:.0f}/{d.scoreboard.basis}.",
            )
        )
        return paragraphs(
            d.say(
                f"Điểm PII {d.year} của {d.name} chưa có trong các nguồn đã thu thập.{rank}",
                f"The PII {d.year} score of {d.name} is not in the sources collected.{rank}",
            )
        )
    gap = float(known[top] - row["score"])
    lead = (
        d.say("dẫn đầu các điểm số đã công bố", "leads the published scores")
        if gap == 0
        else d.say(
            f"kém {n(d, gap)} điểm so với {d.province(str(top))} ({n(d, known[top])})",
            f"{n(d, gap)} points behind {d.province(str(top))} ({n(d, known[top])})",
        )
    )
    rank = (
        ""
        if np.isnan(row["rank"])
        else d.say(
            f", xếp thứ {row['rank']:.0f}/{d.scoreboard.basis}",
            f", rank {row['rank']:.0f} of {d.scoreboard.basis}",
        )
    )
    return paragraphs(
        d.say(
            f"PII {d.year}: {d.name} đạt {n(d, row['score'])} điểm{rank}, {lead}. Mới có "
            f"{len(known)} trên {d.scoreboard.basis} điểm số được công bố; các điểm khác không vẽ.",
            f"PII {d.year}: {d.name} scores {n(d, row['score'])}{rank}, {lead}. Only {len(known)} "
            f"of {d.scoreboard.basis} scores have been published; the others are not drawn.",
        )
    )


@style()
def position_chart(d: Diagnostic) -> Chart | Html:
    """Draw every published score of the year, the province's own marked."""
    known = d.scoreboard.table["score"].dropna().sort_values()
    own = d.key in known.index
    fig = figure(8, 0.9 + 0.27 * len(known))
    axes = fig.subplots()
    colours = [COLOURS["accent"] if key == d.key else COLOURS["muted"] for key in known.index]
    axes.barh([d.province(str(key)) for key in known.index], known, color=colours, height=0.7)
    for place, score in enumerate(known):
        axes.text(score + 0.6, place, n(d, score), va="center", fontsize=10)
    axes.set_xlim(0, float(known.max()) * 1.12)
    axes.set_xlabel(d.say(f"Điểm PII {d.year} (0–100)", f"PII {d.year} score (0–100)"))
    number_ticks(axes.xaxis, lang=d.lang)
    gap = float(known.max() - known[d.key]) if own else np.nan
    title = (
        d.say(
            f"{d.name} cách địa phương dẫn đầu {n(d, gap)} điểm",
            f"{d.name} is {n(d, gap)} points behind the leader",
        )
        if own and gap > 0
        else d.say(
            f"Các điểm PII {d.year} đã công bố cách nhau {n(d, known.max() - known.min())} điểm",
            f"Published PII {d.year} scores span {n(d, known.max() - known.min())} points",
        )
    )
    return draw(
        fig,
        key="position",
        title=title,
        alt=d.say(
            f"Biểu đồ thanh {len(known)} điểm PII {d.year} đã công bố, từ {n(d, known.min())} đến "
            f"{n(d, known.max())}.",
            f"Bar chart of the {len(known)} published PII {d.year} scores, from {n(d, known.min())}"
            f" to {n(d, known.max())}.",
        ),
        source=source(d, "scoreboard"),
        kind=kind(d, "scoreboard"),
    )


@style()
def profile_chart(d: Diagnostic) -> Chart | Html:
    """Draw each pillar's score between the country's lowest and highest."""
    if d.sheet is None:
        return needs_sheet(d)
    table = d.sheet.table.loc[pillars(d)].iloc[::-1]
    place = (table["value"] - table["lowest"]) / (table["highest"] - table["lowest"])
    bottom = [str(code) for code in table.index[table["value"] == table["lowest"]]][::-1]
    fig = figure(8, 4.2)
    axes = fig.subplots()
    names = [f"{code}. {d.node(str(code), short=True)}" for code in table.index]
    axes.hlines(names, table["lowest"], table["highest"], color=COLOURS["light"], linewidth=9)
    axes.scatter(table["value"], names, color=COLOURS["accent"], s=70, zorder=3)
    for y, (_, row) in enumerate(table.iterrows()):
        axes.text(row["value"], y + 0.28, n(d, row["value"]), ha="center", fontsize=10)
    axes.set_xlim(0, 100)
    axes.set_ylim(-0.5, len(table) - 0.3)
    axes.set_xlabel(
        d.say(
            "Điểm (0–100); vạch xám: thấp nhất đến cao nhất cả nước",
            "Score (0–100); grey: lowest to highest of the country",
        )
    )
    best, worst = str(place.idxmax()), str(place.idxmin())
    if bottom:
        names_of = listing([d.node(code, short=True) for code in bottom], d.lang)
        title = d.say(
            f"Thấp nhất cả nước ở {len(bottom)}/7 trụ cột ({names_of}); vị thế tốt nhất: "
            f"{d.node(best, short=True)}",
            f"Lowest of the country in {len(bottom)} of 7 pillars ({names_of}); best placed in "
            f"{d.node(best, short=True)}",
        )
    else:
        title = d.say(
            f"Vị thế tốt nhất ở {d.node(best, short=True)}, yếu nhất ở {d.node(worst, short=True)}",
            f"Best placed in {d.node(best, short=True)}, worst in {d.node(worst, short=True)}",
        )
    return draw(
        fig,
        key="profile",
        title=title,
        alt=d.say("Bảy trụ cột: ", "Seven pillars: ")
        + "; ".join(f"{code}: {n(d, v)}" for code, v in table["value"].iloc[::-1].items()),
        source=source(d),
        kind=kind(d, "sheet"),
    )


def profile_table(d: Diagnostic) -> Table | Html:
    """Tabulate pillars and sub-pillars beside the country's bounds and the year before."""
    if d.sheet is None:
        return _published_pillars(d)
    codes = [c for c in d.sheet.table.index if c in {*pillars(d), *subpillars(d)}]
    rows = []
    for code in codes:
        row = d.sheet.table.loc[code]
        old = np.nan if d.before is None else d.before.table.at[code, "value"]
        rows.append(
            {
                "node": label(d, code),
                "now": row["value"],
                "old": old,
                "change": row["value"] - old,
                "lowest": row["lowest"],
                "highest": row["highest"],
            }
        )
    before = d.year - 1
    return Table(
        key="profile-table",
        caption=d.say(
            f"Điểm trụ cột và nhóm chỉ số của {d.name}, {before} và {d.year}",
            f"Pillar and sub-pillar scores of {d.name}, {before} and {d.year}",
        ),
        columns=(
            Column("node", d.say("Trụ cột, nhóm chỉ số", "Pillar, sub-pillar")),
            Column("old", str(before), "number"),
            Column("now", str(d.year), "number"),
            Column("change", d.say("Thay đổi", "Change"), "signed"),
            Column("lowest", d.say(f"Thấp nhất nước {d.year}", f"Lowest {d.year}"), "number"),
            Column("highest", d.say(f"Cao nhất nước {d.year}", f"Highest {d.year}"), "number"),
        ),
        rows=rows,
        source=source(d),
        kind=kind(d, "sheet"),
        lang=d.lang,
    )


def _published_pillars(d: Diagnostic) -> Table | Html:
    """Show the few pillar figures that were published, where there is no sheet."""
    own = d.scoreboard.pillars
    own = own[own["key"] == d.key]
    if own.empty:
        return paragraphs(
            d.say(
                f"Chưa có điểm trụ cột nào của {d.name} năm {d.year} trong các nguồn đã thu thập.",
                f"No pillar score of {d.name} for {d.year} is in the sources collected.",
            )
        )
    return Table(
        key="published-pillars",
        caption=d.say(
            f"Điểm trụ cột đã công bố của {d.name}, PII {d.year}",
            f"Published pillar scores of {d.name}, PII {d.year}",
        ),
        columns=(
            Column("node", d.say("Trụ cột", "Pillar")),
            Column("score", d.say("Điểm", "Score"), "number"),
            Column("rank", d.say("Hạng", "Rank"), "number", decimals=0),
            Column("address", d.say("Nguồn", "Source")),
        ),
        rows=[{**row, "node": label(d, str(row["code"]))} for row in own.to_dict("records")],
        source=source(d, "scoreboard"),
        kind=kind(d, "scoreboard"),
        lang=d.lang,
    )


def change_text(d: Diagnostic) -> Html:
    """Say what changed since the year before, and how much of it was the country's movement."""
    if d.sheet is None or d.before is None:
        return needs_sheet(d) if d.sheet is None else paragraphs(_no_before(d))
    table = indicator_changes(d.before, d.sheet)
    fair = table[table["comparable"]]
    own, moved = ((fair[c] * fair["weight"]).sum() for c in ("own", "bounds"))
    rising = fair[fair["own"] > 0]
    frozen = (rising["own"] * rising["weight"]).sum()
    real = ((rising["own"] + rising["bounds"]) * rising["weight"]).sum()
    skipped = [str(code) for code in table.index[~table["comparable"]]]
    total = d.sheet.score - d.before.score
    return paragraphs(
        d.say(
            f"Điểm PII {_verb(d, total)} {n(d, abs(total))} điểm, từ {n(d, d.before.score)} "
            f"({d.before.year}) đến {n(d, d.sheet.score)} ({d.year}).",
            f"The PII {_verb(d, total)} by {n(d, abs(total))} points, from {n(d, d.before.score)} "
            f"({d.before.year}) to {n(d, d.sheet.score)} ({d.year}).",
        ),
        d.say(
            f"Trên {len(fair)} chỉ số so sánh được giữa hai năm, thay đổi của chính tỉnh tương ứng "
            f"{n(d, own, signed=True)} điểm PII theo mốc {d.before.year}; do mức thấp nhất và cao "
            f"nhất của cả nước dịch chuyển: {n(d, moved, signed=True)}. Riêng {len(rising)} chỉ số "
            f"tỉnh cải thiện được: {n(d, frozen, signed=True)} nếu cả nước đứng yên, "
            f"{n(d, real, signed=True)} trên thực tế.",
            f"Over the {len(fair)} indicators that can be compared, the province's own changes were"
            f" worth {n(d, own, signed=True)} index points at {d.before.year} bounds; the movement"
            f" of the country's lowest and highest: {n(d, moved, signed=True)}. The {len(rising)}"
            f" indicators that improved: {n(d, frozen, signed=True)} had the country stood still,"
            f" {n(d, real, signed=True)} in fact.",
        ),
        d.say(
            (
                "Không so sánh được (đổi cách tính hoặc thiếu số liệu):"
                f" {listing(skipped, d.lang)}."
                if skipped
                else "Mọi chỉ số đều so sánh được."
            ),
            (
                f"Not comparable (definition changed or value missing): {listing(skipped, d.lang)}."
                if skipped
                else "All indicators can be compared."
            ),
        ),
    )


def _verb(d: Diagnostic, change: float) -> str:
    if change >= 0:
        return d.say("tăng", "rose")
    return d.say("giảm", "fell")


def _no_before(d: Diagnostic) -> str:
    return d.say(
        f"Chưa có phiếu số liệu {d.year - 1} của {d.name} nên chưa so sánh được hai năm.",
        f"The {d.year - 1} sheet of {d.name} is not in hand, so the years cannot be compared.",
    )


@style()
def change_chart(d: Diagnostic) -> Chart | Html:
    """Draw how many index points each pillar added or took."""
    if d.sheet is None or d.before is None:
        return paragraphs("") if d.sheet is None else paragraphs(_no_before(d))
    changes = node_changes(d.before, d.sheet)["change"]
    codes = pillars(d)
    weight = _node_weights(d)
    points = pd.Series({code: changes[code] * weight[code] for code in codes}).iloc[::-1]
    fig = figure(8, 3.9)
    axes = fig.subplots()
    colours = [COLOURS["good"] if x >= 0 else COLOURS["bad"] for x in points]
    names = [f"{code}. {d.node(str(code), short=True)}" for code in points.index]
    axes.barh(names, points, color=colours, height=0.65)
    reach = float(points.abs().max()) or 1.0
    for y, x in enumerate(points):
        axes.text(
            x + np.copysign(0.03 * reach, x),
            y,
            n(d, x, signed=True),
            va="center",
            ha="left" if x >= 0 else "right",
            fontsize=10,
        )
    axes.set_xlim(-1.35 * reach, 1.35 * reach)
    axes.axvline(0, color="#333333", linewidth=0.8)
    axes.set_xlabel(
        d.say("Đóng góp vào thay đổi điểm PII", "Contribution to the change of the PII")
    )
    number_ticks(axes.xaxis, lang=d.lang)
    up, down = str(points.idxmax()), str(points.idxmin())
    parts = []
    if points[up] > 0:
        parts.append(
            d.say(
                f"{d.node(up, short=True)} kéo lên nhiều nhất ({n(d, points[up], signed=True)})",
                f"{d.node(up, short=True)} adds most ({n(d, points[up], signed=True)})",
            )
        )
    if points[down] < 0:
        parts.append(
            d.say(
                f"{d.node(down, short=True)} kéo xuống nhiều nhất"
                f" ({n(d, points[down], signed=True)})",
                f"{d.node(down, short=True)} takes most ({n(d, points[down], signed=True)})",
            )
        )
    return draw(
        fig,
        key="change",
        title="; ".join(parts) or d.say("Không trụ cột nào thay đổi", "No pillar changed"),
        alt=d.say(
            "Đóng góp của từng trụ cột vào thay đổi điểm PII: ",
            "Contribution of each pillar to the change of the PII: ",
        )
        + "; ".join(f"{code}: {n(d, x, signed=True)}" for code, x in points.iloc[::-1].items()),
        source=source(d),
        kind=kind(d, "sheet"),
    )


def _node_weights(d: Diagnostic) -> dict[str, float]:
    share = d.fw.shares()
    weight = {d.fw.root: 1.0}
    for code in d.fw.table.index[1:]:
        weight[str(code)] = weight[str(d.fw.table.at[code, "parent"])] * float(share[code])
    return weight


def change_table(d: Diagnostic) -> Table | Html:
    """Tabulate the indicators whose own change was worth most, up or down."""
    if d.sheet is None or d.before is None:
        return paragraphs("")
    table = indicator_changes(d.before, d.sheet)
    table = table[table["comparable"]]
    points = (table["own"] * table["weight"]).sort_values(key=np.abs, ascending=False)
    shown = points[points.abs() > 0.005].index[:16]
    rows = [
        {
            "name": label(d, str(code)),
            "before": table.at[code, "before"],
            "now": table.at[code, "now"],
            "own": table.at[code, "own"] * table.at[code, "weight"],
            "bounds": table.at[code, "bounds"] * table.at[code, "weight"],
            "sum": (table.at[code, "own"] + table.at[code, "bounds"]) * table.at[code, "weight"],
        }
        for code in shown
    ]
    return Table(
        key="change-table",
        caption=d.say(
            f"Thay đổi lớn nhất {d.before.year}–{d.year} và giá trị của chúng, tính bằng điểm PII",
            f"The largest changes {d.before.year}–{d.year} and what they were worth, in index"
            " points",
        ),
        columns=(
            Column("name", d.say("Chỉ số", "Indicator")),
            Column("before", str(d.before.year), "number"),
            Column("now", str(d.year), "number"),
            Column(
                "own",
                d.say(f"Do tỉnh (mốc {d.before.year})", f"Own ({d.before.year} bounds)"),
                "signed",
            ),
            Column("bounds", d.say("Do mốc cả nước dịch chuyển", "Bounds moved"), "signed"),
            Column("sum", d.say("Thực tế", "In fact"), "signed"),
        ),
        rows=rows,
        source=source(d),
        kind=kind(d, "inferred"),
        lang=d.lang,
    )


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
            f"{high} trên {len(scored)} chỉ số đạt từ 50 điểm trở lên; {low} chỉ số dưới 10 điểm",
            f"{high} of {len(scored)} indicators score 50 or more; {low} score below 10",
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
    top = [d.node(str(c), short=True) + f" ({n(d, scored[c], 0)})" for c in scored.index[:5]]
    zero = [str(code) for code in scored.index if scored[code] < 1]
    texts = [
        d.say(
            f"Mạnh nhất: {listing(top, d.lang)}. Điểm 100 là mức cao nhất nước (hoặc mức trần suy "
            f"luận), 0 là thấp nhất, {at_bounds(d)}.",
            f"Strongest: {listing(top, d.lang)}. 100 is the highest of the country (or the inferred"
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
