"""Rank outlook: how likely a rank is when the other units move too, and what score it needs."""

from __future__ import annotations

import numpy as np
import pandas as pd

from piilib.analysis.outlook_result import POOLED, RankOutlook
from piilib.analysis.plan import stated_goal
from piilib.data.provinces import provinces
from piilib.report.block import Html, bullets, paragraphs
from piilib.report.chart import Chart, draw, figure, number_ticks, style
from piilib.report.numbers import interval, number, percent
from piilib.report.plan_section import rank_goal
from piilib.report.prepare import Diagnostic
from piilib.report.table import Column, Table
from piilib.report.words import COLOURS, n, source

#: Ranks for which a chance is printed, where no plan states one.
PLACES = (5, 10, 15, 20, 25, 30)
CONFIDENCES = (0.5, 0.8, 0.95)


def goal_of(d: Diagnostic) -> int | None:
    """Return the rank that the plan asks for among 34 units; None where it asks for none."""
    if d.plan is None or not rank_goal(d) or stated_goal(d.plan, "rank", "of") != 34:
        return None
    return int(stated_goal(d.plan, "rank"))


def outlook_text(d: Diagnostic) -> Html:
    """Answer whether the rank goal is within reach, from which score, and what that rests on."""
    if not d.outlooks:
        return paragraphs(_why_not(d))
    goal, nothing = goal_of(d), d.outlooks["nothing"]
    facts = nothing.facts
    items = [_chances(d, name, found, goal) for name, found in d.scenarios.items()]
    if goal is not None:
        items.append(_needed(d, nothing, goal))
    pairs, top, near = (int(facts[k]) for k in ("pairs", "pairs_top_13", "pairs_near_30"))
    items += [
        d.say(
            f"Mỗi địa phương được cho thay đổi mỗi năm như vùng của nó (thu về nửa đường tới mức "
            f"chung cả nước) cộng nhiễu; độ lớn nhiễu τ ước lượng từ {pairs} cặp điểm đã công bố, "
            f"trong đó {top} cặp ở 13 hạng đầu; số đối thủ gần hạng 30 có điểm công bố hai năm: "
            f"{near}. Vì thế điều chưa biết chính là độ rộng theo τ, không phải sai số mô phỏng.",
            "Every unit changes each year as its region does (shrunk halfway to the mean of the "
            f"country) plus noise; its size τ is told from {pairs} published pairs of scores, "
            f"{top} of them among the first 13 ranks; competitors near rank 30 with two published "
            f"scores: {near}. What is not known is the range over τ, not the simulation's error.",
        ),
        d.say(
            "Điểm trong mục này ở thang 63 tỉnh năm 2024 sau khi gộp (trung bình đơn giản), bỏ phần"
            " thay đổi chung của cả nước; không so trực tiếp với điểm PII 2025 trở đi.",
            "Scores here are on the 63-unit scale of 2024, merged by simple means, the change that "
            "is common to the country left out; they do not compare with PII 2025 and later.",
        ),
    ]
    return bullets(items)


def _why_not(d: Diagnostic) -> str:
    if d.simulated:
        return d.say(
            "Bộ số liệu mô phỏng không có kết quả 2025, nên không lập triển vọng thứ hạng.",
            "The simulated data have no results of 2025: no rank outlook is made.",
        )
    return d.say(
        f"Triển vọng thứ hạng lập từ kết quả 2024 và 2025; báo cáo năm {d.year} không có.",
        f"The rank outlook starts from results of 2024 and 2025; a report of {d.year} has none.",
    )


def scenario_name(d: Diagnostic, name: str) -> str:
    """Name a scenario in the page's language."""
    return {
        "nothing": d.say("Không làm gì thêm", "Doing nothing more"),
        "plan": d.say("Theo kế hoạch, đạt được một phần", "The plan, reached in part"),
        "portfolio": d.say(
            "Danh mục cho mục tiêu hạng, đạt đủ", "Portfolio for the rank, all done"
        ),
    }[name]


def chance_range(d: Diagnostic, found: RankOutlook, rank: int) -> tuple[str, str, str]:
    """Write the pooled chance, its range over τ, and the error of the simulation (points)."""
    table = found.chances(rank).loc[found.merge].loc[rank]
    over = table["probability"].drop(POOLED)
    low, high = (number(100 * x, 0, d.lang) for x in (over.min(), over.max()))
    error = number(100 * float(table["standard_error"].max()), 1, d.lang)
    return percent(float(table.at[POOLED, "probability"]), 0, d.lang), f"{low}–{high}%", error


def _chances(d: Diagnostic, name: str, found: RankOutlook, goal: int | None) -> str:
    """Say how likely the goal is; where there is none, between which ranks the unit will stand."""
    if goal is not None:
        pooled, over, error = chance_range(d, found, goal)
        return d.say(
            f"{scenario_name(d, name)}: khả năng đạt hạng ≤ {goal}/34 năm {found.year} khoảng "
            f"{pooled} ({over} tùy mức biến động τ; sai số mô phỏng {error} điểm phần trăm).",
            f"{scenario_name(d, name)}: chance of rank ≤ {goal} of 34 in {found.year} about "
            f"{pooled} ({over} over the size of fluctuation τ; error of the simulation {error} "
            "percentage points).",
        )
    low, middle, high = found.ranks[POOLED].quantile([0.05, 0.5, 0.95])
    ends = interval(low, high, 0, d.lang)
    return d.say(
        f"{scenario_name(d, name)}: hạng năm {found.year} {_whose(d, found)}trong 34 địa phương "
        f"khoảng {middle:.0f} (khoảng 90%: {ends}).",
        f"{scenario_name(d, name)}: rank {_whose(d, found)}among 34 in {found.year} about "
        f"{middle:.0f} (90% interval {ends}).",
    )


def _whose(d: Diagnostic, found: RankOutlook) -> str:
    """Name the merged unit that the province is a part of; empty where it stands alone."""
    if found.unit == d.key and found.facts["share_of_unit"] == 1.0:
        return ""
    name = provinces(34, d.folder).at[found.unit, f"name_{d.lang}"]
    return d.say(f"của {name} (sau hợp nhất, gồm {d.name}) ", f"of {name} (merged, with {d.name}) ")


def expected_score(found: RankOutlook) -> float:
    """Score expected in the outlook's year of a unit that does nothing more."""
    return float(found.facts["start"] + found.facts["steps"] * found.facts["expected_change"])


def _needed(d: Diagnostic, found: RankOutlook, goal: int) -> str:
    scores = [found.needed_score(goal, level) for level in CONFIDENCES]
    gain = found.needed_gain(goal, 0.8)
    if not np.isfinite(scores).all():
        return d.say(f"Hạng ≤ {goal}: không đạt được.", f"Rank ≤ {goal}: not attainable.")
    said = ", ".join(
        f"{percent(level, 0, d.lang)}: {n(d, score, 1)}"
        for level, score in zip(CONFIDENCES, scores, strict=True)
    )
    start = expected_score(found)
    return d.say(
        f"Điểm kỳ vọng cần có năm {found.year} cho hạng ≤ {goal} với xác suất {said} (tính cả nhiễu"
        " của chính tỉnh), "
        + (f"với 80% là thêm {n(d, gain, 1)} điểm so với" if gain > 0 else "cho 80% thì đã đủ với")
        + f" khoảng {n(d, start, 1)} nếu không làm gì (điểm {d.year} gộp và xu hướng chung).",
        f"Expected score in {found.year} that rank ≤ {goal} needs with probability {said} (own "
        "noise included), "
        + (f"for 80% {n(d, gain, 1)} points more than" if gain > 0 else "for 80% no more than")
        + f" about {n(d, start, 1)} by doing nothing (the merged score of {d.year} and the "
        "common trend).",
    )


_COLOURS = {"nothing": "muted", "plan": "accent", "portfolio": "good"}


@style()
def outlook_chart(d: Diagnostic) -> Chart | Html:
    """Draw the distribution of the rank in each scenario."""
    if not d.outlooks:
        return paragraphs("")
    goal = goal_of(d)
    fig = figure(8, 3.8)
    axes = fig.subplots()
    shares = {name: found.distribution[POOLED] for name, found in d.scenarios.items()}
    width = 0.8 / len(shares)
    for i, (name, share) in enumerate(shares.items()):
        place = share.index.to_numpy(dtype=float) + (i - (len(shares) - 1) / 2) * width
        colour = COLOURS[_COLOURS[name]]
        axes.bar(place, 100 * share, width, color=colour, label=scenario_name(d, name))
    if goal is not None:
        axes.axvline(goal + 0.5, color=COLOURS["bad"], linewidth=1.5, linestyle="--")
    axes.set_xlim(0.3, 34.7)
    axes.set_xlabel(
        d.say(
            "Hạng trong 34 địa phương" + ("; vạch đứt: mục tiêu" if goal else ""),
            "Rank among 34 units" + ("; dashed: the goal" if goal else ""),
        )
    )
    axes.set_ylabel(d.say("Xác suất (%)", "Probability (%)"))
    number_ticks(axes.yaxis, lang=d.lang)
    fig.legend(loc="outside upper right", ncols=len(shares), fontsize=9)
    return draw(
        fig,
        key="outlook",
        title=_title(d, goal),
        alt=" ".join(_chances(d, name, found, goal) for name, found in d.scenarios.items()),
        source=source(d, "scoreboard"),
        kind=_kind(d),
    )


def _title(d: Diagnostic, goal: int | None) -> str:
    year = d.outlooks["nothing"].year
    if goal is None:
        found = d.outlooks["nothing"]
        middle, whose = found.ranks[POOLED].median(), _whose(d, found)
        return d.say(
            f"Không làm gì thêm, hạng {year} {whose}khoảng {middle:.0f}/34",
            f"Doing nothing more, the rank {whose}in {year} is about {middle:.0f} of 34",
        )
    said = [
        f"{percent(found.probability(goal), 0, d.lang)} ({scenario_name(d, name).lower()})"
        for name, found in d.scenarios.items()
    ]
    return d.say(
        f"Hạng ≤ {goal}/34 năm {year}: {'; '.join(said)}",
        f"Rank ≤ {goal} of 34 in {year}: {'; '.join(said)}",
    )


def _kind(d: Diagnostic) -> str:
    return d.say(
        "Bảng xếp hạng đã công bố; mô phỏng, mọi địa phương cùng thay đổi",
        "Published scoreboard; simulated, every unit moving",
    )


def outlook_table(d: Diagnostic) -> Table | Html:
    """Tabulate the chances under each τ and each way of merging, with their errors."""
    if not d.outlooks:
        return paragraphs("")
    goal = goal_of(d)
    rows = [
        row
        for name, found in d.scenarios.items()
        for row in _rows(d, name, found, [goal] if goal is not None else list(PLACES))
    ]
    taus = d.outlooks["nothing"].taus
    return Table(
        key="outlook-table",
        caption=d.say(
            f"Xác suất của thứ hạng năm {d.outlooks['nothing'].year} (thang 34 địa phương)",
            f"Chance of a rank in {d.outlooks['nothing'].year} (34 units)",
        ),
        columns=(
            Column("scenario", d.say("Kịch bản", "Scenario")),
            Column("merge", d.say("Điểm gộp", "Merged score")),
            Column("rank", d.say("Hạng ≤", "Rank ≤"), "number", 0),
            *(Column(f"{tau:g}", f"τ = {number(tau, 2, d.lang)}", "percent", 0) for tau in taus),
            Column(POOLED, d.say("Gộp theo τ", "Over τ"), "percent", 0),
            Column(
                "error", d.say("± mô phỏng (điểm phần trăm)", "± simulation (points)"), "number", 1
            ),
        ),
        rows=rows,
        source=source(d, "scoreboard"),
        kind=_kind(d),
        lang=d.lang,
        note=d.say(
            "τ: độ lệch chuẩn của thay đổi một năm, điểm. Gộp theo τ: theo phân bố của τ ước lượng "
            "từ các cặp điểm đã công bố. Xấu nhất: địa phương gộp khác lấy điểm thành viên cao "
            "nhất. ± là một sai số chuẩn Monte-Carlo.",
            "τ: standard deviation of a year's change, points. Over τ: by its law given the "
            "published pairs. Worst: other merged units stand at their highest member. ± is one "
            "Monte-Carlo standard error.",
        ),
    )


def _rows(
    d: Diagnostic, name: str, found: RankOutlook, ranks: list[int]
) -> list[dict[str, object]]:
    words = {
        "mean": d.say("trung bình", "mean"),
        "population": d.say("theo dân số", "by population"),
        "worst": d.say("xấu nhất", "worst"),
    }
    table: pd.DataFrame = found.chances(ranks)
    rows: list[dict[str, object]] = []
    for merge in words if len(ranks) == 1 else ["mean"]:
        for rank in ranks:
            part = table.loc[merge].loc[rank]
            rows.append(
                {
                    "scenario": scenario_name(d, name),
                    "merge": words[merge],
                    "rank": rank,
                    **part["probability"].to_dict(),
                    "error": 100 * float(part["standard_error"].max()),
                }
            )
    return rows


def chance_sentence(d: Diagnostic) -> str:
    """Give the first screen its sentence on the goal; empty where there is no goal."""
    goal = goal_of(d)
    if goal is None or not d.outlooks:
        return ""
    names = {
        "nothing": d.say("không làm gì thêm", "doing nothing more"),
        "plan": d.say("theo kế hoạch", "by the plan"),
    }
    said = []
    for name, found in d.outlooks.items():
        pooled, over, _ = chance_range(d, found, goal)
        said.append(f"{names[name]} {pooled} ({over})")
    year = d.outlooks["nothing"].year
    return d.say(
        f"Khả năng đạt hạng ≤ {goal}/34 năm {year}: {', '.join(said)}; khoảng tùy mức biến động. "
        "Thang 34 địa phương, không so với điểm thang 63.",
        f"Chance of rank ≤ {goal} of 34 in {year}: {', '.join(said)}; the ranges are over how much "
        "units fluctuate. The scale of 34 units does not compare with scores of 63.",
    )
