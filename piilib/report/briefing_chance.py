"""Slide on the chance of the rank goal, and the score it needs, in words without symbols."""

from __future__ import annotations

import numpy as np

from piilib.analysis.outlook_result import RankOutlook
from piilib.report.block import Html, bullets
from piilib.report.briefing_standing import sources_of
from piilib.report.briefing_text import point, speaker, texts
from piilib.report.chart import Chart
from piilib.report.numbers import percent
from piilib.report.outlook_section import (
    CONFIDENCES,
    chance_range,
    chance_sentence,
    expected_score,
    goal_of,
    outlook_chart,
    outlook_text,
    scenario_name,
)
from piilib.report.prepare import CONFIDENCE, Diagnostic
from piilib.report.words import n


def chance(d: Diagnostic) -> Html:
    """Say how likely the rank goal is, and which score it needs.

    Examples
    --------
    >>> from piilib.report.prepare import prepare
    >>> str(chance(prepare("ha-giang", 2024, "en", data="demo")))  # no results of 2025
    ''
    """
    chart = outlook_chart(d) if d.outlooks else None
    if not isinstance(chart, Chart):
        return Html()
    goal, said = goal_of(d), [one.text for one in texts(outlook_text(d))]
    if goal is None:
        count = len(d.scenarios)
        title, shown, rest = chart.title, said[:count], said[count:]
        spoken = shown
    else:
        found = d.scenarios
        title = chance_sentence(d).split(";")[0].rstrip(".")
        shown = [_chance(d, name, found[name], goal) for name in found]
        shown += [_brackets(d), *_needed(d, goal)]
        spoken = [_chance(d, name, found[name], goal, error=True) for name in found]
        spoken += [_brackets(d), *_needed(d, goal)]
        rest = [chance_sentence(d), *said[len(found) + 1 :]]
    return Html("\n").join(
        [point(title), bullets(shown), speaker(*spoken, *rest, sources_of(d, "scoreboard"))]
    )


def _chance(d: Diagnostic, name: str, found: RankOutlook, goal: int, *, error: bool = False) -> str:
    """Write the chance in a scenario, and between what it lies as units fluctuate less or more."""
    pooled, over, size = chance_range(d, found, goal)
    more = ""
    if error:
        more = d.say(
            f"; sai số mô phỏng {size} điểm phần trăm",
            f"; error of the simulation {size} percentage points",
        )
    return d.say(
        f"{scenario_name(d, name)}: khả năng khoảng {pooled} ({over}{more}).",
        f"{scenario_name(d, name)}: a chance of about {pooled} ({over}{more}).",
    )


def _brackets(d: Diagnostic) -> str:
    return d.say(
        "Trong ngoặc: từ khi điểm các địa phương biến động ít đến khi biến động nhiều mỗi năm.",
        "In brackets: from scores that fluctuate little a year to scores that fluctuate much.",
    )


def _needed(d: Diagnostic, goal: int) -> list[str]:
    """Say which expected score the goal needs, and on what basis it stands."""
    found = d.outlooks["nothing"]
    scores = [found.needed_score(goal, level) for level in CONFIDENCES]
    if not np.isfinite(scores).all():
        return [d.say(f"Hạng ≤ {goal}: không đạt được.", f"Rank ≤ {goal}: not attainable.")]
    said = "; ".join(
        f"{n(d, score, 1)} ({percent(level, 0, d.lang)})"
        for level, score in zip(CONFIDENCES, scores, strict=True)
    )
    more, level = n(d, needed_gain(d, goal)), percent(CONFIDENCE, 0, d.lang)
    return [
        d.say(
            f"Điểm kỳ vọng năm {found.year} cần có, theo khả năng: {said}. Không làm gì thêm thì "
            f"khoảng {n(d, expected_score(found))}; muốn {level} cần thêm {more}.",
            f"Score expected in {found.year} that it needs, by chance: {said}. Doing nothing more "
            f"gives about {n(d, expected_score(found))}; {level} takes {more} points more.",
        )
    ]


def needed_gain(d: Diagnostic, goal: int) -> float:
    """Points beyond doing nothing with which the goal is reached with `CONFIDENCE`."""
    return max(d.outlooks["nothing"].needed_gain(goal, CONFIDENCE), 0.0)
