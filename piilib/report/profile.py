"""Position among the published scores, and the profile of pillars and sub-pillars."""

from __future__ import annotations

import numpy as np
import pandas as pd

from piilib.data.tables import load_table
from piilib.report.block import Html, paragraphs
from piilib.report.chart import Chart, draw, figure, number_ticks, style
from piilib.report.completed import completed_text
from piilib.report.numbers import interval, listing
from piilib.report.pillar_intervals import interval_chart, interval_table
from piilib.report.prepare import Diagnostic
from piilib.report.table import Column, Table
from piilib.report.words import (
    COLOURS,
    kind,
    label,
    n,
    pillars,
    source,
    subpillars,
)

#: Regional means were published for the 63 provinces only.
REGION_BASIS = 63


def known_scores(d: Diagnostic) -> pd.Series:
    """Return the published scores of the year, with the one that the province's sheet gives."""
    known = d.scoreboard.table["score"].copy()
    if d.sheet is not None and "PII" not in d.sheet.recomputed:
        known[d.key] = d.sheet.score
    return known.dropna()


def recomputed_text(d: Diagnostic) -> str:
    """Give the index that the values of the sheet lead to, where none was published."""
    if d.sheet is None or "PII" not in d.sheet.recomputed:
        return ""
    half = float(d.sheet.half.at["PII", "value"])
    ends = interval(d.sheet.score - half, d.sheet.score + half, 2, d.lang)
    return d.say(
        f" Tính lại từ các giá trị trong phiếu theo cách tính suy luận: {ends}.",
        f" Recomputed from the sheet's values by the inferred method: {ends}.",
    )


def own_rank(d: Diagnostic) -> tuple[int | None, int]:
    """Return the province's rank, None if it was not published, and the number of units."""
    if d.sheet is not None and d.sheet.rank is not None:
        return d.sheet.rank, d.sheet.of or d.scoreboard.basis
    rank = d.scoreboard.table.at[d.key, "rank"]
    return (None if np.isnan(rank) else int(rank)), d.scoreboard.basis


def position(d: Diagnostic) -> Html:
    """Say where the province stands among the published scores, and in its region."""
    known = known_scores(d)
    rank, of = own_rank(d)
    if d.key not in known.index:
        place = d.say(f" Thứ hạng đã công bố: {rank}/{of}.", f" Published rank: {rank}/{of}.")
        return paragraphs(
            d.say(
                f"Điểm PII {d.year} của {d.name} chưa có trong các nguồn đã thu thập.",
                f"The PII {d.year} score of {d.name} is not in the sources collected.",
            )
            + (place if rank else "")
            + recomputed_text(d)
            + completed_text(d)
        )
    public = int(d.scoreboard.table["score"].notna().sum())
    place = d.say(f", xếp thứ {rank}/{of}", f", rank {rank} of {of}") if rank else ""
    some = d.say(
        f"Mới có {public} trên {of} điểm số được công bố; các điểm khác không vẽ.",
        f"Only {public} of {of} scores have been published; the others are not drawn.",
    )
    return paragraphs(
        d.say(
            f"PII {d.year}: {d.name} đạt {n(d, known[d.key])} điểm{place}, {_behind(d, known)}.",
            f"PII {d.year}: {d.name} scores {n(d, known[d.key])}{place}, {_behind(d, known)}.",
        )
        + _region(d, float(known[d.key])),
        some if public < of else "",
    )


def _behind(d: Diagnostic, known: pd.Series) -> str:
    top = str(known.idxmax())
    if known[top] == known[d.key]:
        return d.say("cao nhất trong các điểm đã công bố", "the highest of the published scores")
    gap = n(d, known[top] - known[d.key])
    return d.say(
        f"kém {gap} điểm so với {d.province(top)} ({n(d, known[top])})",
        f"{gap} points behind {d.province(top)} ({n(d, known[top])})",
    )


def region_mean(d: Diagnostic) -> tuple[str, float, str] | None:
    """Return the region's name, its published mean and the address; None where there is none."""
    table = load_table("regions", d.folder)
    key = str(d.names.at[d.key, "region_key"])
    row = table[(table["region_key"] == key) & (table["year"] == str(d.year))]
    if row.empty or d.scoreboard.basis != REGION_BASIS:
        return None
    first = row.iloc[0]
    return str(first[f"region_{d.lang}"]), float(first["score"]), str(first["address"])


def _region(d: Diagnostic, score: float) -> str:
    """Compare with the region's mean; empty where none was published."""
    region = region_mean(d)
    if region is None:
        return ""
    name, mean, _ = region
    gap = n(d, abs(score - mean))
    if score == mean:
        return d.say(f" Bằng trung bình vùng {name}.", f" Equal to the mean of {name}.")
    return d.say(
        f" {'Cao' if score > mean else 'Thấp'} hơn trung bình vùng {name} ({n(d, mean)}) "
        f"{gap} điểm.",
        f" {gap} points {'above' if score > mean else 'below'} the mean of its region, {name} "
        f"({n(d, mean)}).",
    )


@style()
def position_chart(d: Diagnostic) -> Chart | Html:
    """Draw every published score of the year, the province's own marked."""
    known = known_scores(d).sort_values()
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
            f"Biểu đồ thanh {len(known)} điểm PII {d.year}, từ {n(d, known.min())} đến "
            f"{n(d, known.max())}.",
            f"Bar chart of {len(known)} PII {d.year} scores, from {n(d, known.min())}"
            f" to {n(d, known.max())}.",
        ),
        source=source(d, "scoreboard"),
        kind=kind(d, "scoreboard"),
    )


@style()
def profile_chart(d: Diagnostic) -> Chart | Html:
    """Draw each pillar's score between the country's lowest and highest."""
    if d.sheet is None:
        return interval_chart(d)
    table = d.sheet.table.loc[pillars(d)].iloc[::-1]
    place = (table["value"] - table["lowest"]) / (table["highest"] - table["lowest"])
    if place.isna().any():
        return paragraphs(
            d.say(
                "Phiếu không có điểm thấp nhất và cao nhất cả nước của từng trụ cột nên không vẽ.",
                "The sheet lacks the country's lowest and highest score of some pillar: no chart.",
            )
        )
    bottom = [str(code) for code in table.index[table["value"] == table["lowest"]]][::-1]
    fig = figure(8, 4.2)
    axes = fig.subplots()
    names = [f"{code}. {d.node(str(code), short=True)}" for code in table.index]
    axes.hlines(names, table["lowest"], table["highest"], color=COLOURS["light"], linewidth=9)
    half = np.array([_doubt(d, str(code)) for code in table.index])
    axes.scatter(table["value"].where(half == 0), names, color=COLOURS["accent"], s=70, zorder=3)
    axes.hlines(
        names, table["value"] - half, table["value"] + half, color=COLOURS["accent"], linewidth=4
    )
    for y, (code, row) in enumerate(table.iterrows()):
        axes.text(row["value"], y + 0.28, _score(d, str(code)), ha="center", fontsize=10)
    axes.set_xlim(0, 100)
    axes.set_ylim(-0.5, len(table) - 0.3)
    axes.set_xlabel(
        d.say(
            "Điểm (0–100); vạch xám: thấp nhất đến cao nhất cả nước",
            "Score (0–100); grey: lowest to highest of the country",
        )
    )
    best, worst = str(place.idxmax()), str(place.idxmin())
    even = float(place.max() - place.min()) < 1e-9
    if even:
        title = _even_title(d, float(place.iloc[0]), len(place))
    elif bottom:
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
        + "; ".join(f"{code}: {_score(d, str(code))}" for code in table.index[::-1]),
        source=source(d),
        kind=kind(d, "inferred" if half.any() else "sheet"),
    )


def _doubt(d: Diagnostic, code: str) -> float:
    """Half the width of a score that was recomputed; 0 for a published one."""
    assert d.sheet is not None
    return float(d.sheet.half.at[code, "value"]) if code in d.sheet.recomputed else 0.0


def _score(d: Diagnostic, code: str) -> str:
    """Write a published score, or the interval of a recomputed one."""
    assert d.sheet is not None
    value, half = float(d.sheet.table.at[code, "value"]), _doubt(d, code)
    return interval(value - half, value + half, 2, d.lang) if half else n(d, value)


def _even_title(d: Diagnostic, place: float, count: int) -> str:
    """Say where all pillars stand, when they stand alike."""
    if place == 0.0:
        return d.say(
            f"Thấp nhất cả nước ở {count}/{count} trụ cột",
            f"Lowest of the country in {count} of {count} pillars",
        )
    if place == 1.0:
        return d.say(
            f"Cao nhất cả nước ở {count}/{count} trụ cột",
            f"Highest of the country in {count} of {count} pillars",
        )
    return d.say(
        "Mọi trụ cột đứng cùng một chỗ giữa mức thấp nhất và cao nhất cả nước",
        "Every pillar stands at the same place between the country's lowest and highest",
    )


def profile_table(d: Diagnostic) -> Table | Html:
    """Tabulate pillars and sub-pillars beside the country's bounds and the year before."""
    if d.sheet is None:
        parts = (interval_table(d), _published_pillars(d))
        return Html("\n").join(Html(part._repr_html_()) for part in parts)
    codes = [c for c in d.sheet.table.index if c in {*pillars(d), *subpillars(d)}]
    rows = []
    for code in codes:
        row = d.sheet.table.loc[code]
        old = np.nan if d.before is None else d.before.table.at[code, "value"]
        rows.append(
            {
                "node": label(d, code),
                "now": _score(d, str(code)),
                "old": old,
                "change": row["value"] - old,
                "lowest": row["lowest"],
                "highest": row["highest"],
            }
        )
    years = listing([str(s.year) for s in (d.before, d.sheet) if s is not None], d.lang)
    old_year = () if d.before is None else (Column("old", str(d.before.year), "number"),)
    change = Column("change", d.say("Thay đổi", "Change"), "signed")
    return Table(
        key="profile-table",
        caption=d.say(
            f"Điểm trụ cột và nhóm chỉ số của {d.name}, {years}",
            f"Pillar and sub-pillar scores of {d.name}, {years}",
        ),
        columns=(
            Column("node", d.say("Trụ cột, nhóm chỉ số", "Pillar, sub-pillar")),
            *old_year,
            Column("now", str(d.year), align="right"),
            *((change,) if old_year else ()),
            Column("lowest", d.say(f"Thấp nhất nước {d.year}", f"Lowest {d.year}"), "number"),
            Column("highest", d.say(f"Cao nhất nước {d.year}", f"Highest {d.year}"), "number"),
        ),
        rows=rows,
        source=source(d),
        kind=kind(d, "inferred" if d.sheet.recomputed else "sheet"),
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
