"""Position among the published scores, and the profile of pillars and sub-pillars."""

from __future__ import annotations

import numpy as np

from piilib.report.block import Html, paragraphs
from piilib.report.chart import Chart, draw, figure, number_ticks, style
from piilib.report.numbers import listing
from piilib.report.prepare import Diagnostic
from piilib.report.table import Column, Table
from piilib.report.words import (
    COLOURS,
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
