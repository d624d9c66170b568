"""Rules on what a figure is divided by, and in what it is written (PA305 to PA307)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from piilib.analysis.audit.case import Case
from piilib.analysis.audit.consequence import difference, gain
from piilib.analysis.audit.denominator import later_base, same_count
from piilib.analysis.audit.finding import Finding
from piilib.analysis.audit.scale import base_is_open, labelled_otherwise, unit_of


def denominator_changes(case: Case) -> Iterator[Finding]:
    """PA305: what a count is divided by changes after the latest sheet."""
    for code, target in case.targets.items():
        found = later_base(case, code)
        if found is None or np.isnan(case.value(code)):
            continue
        now, then, year = found
        still = same_count(case, code) * now / then
        below = case.good(code) * (still - target) > 1e-9
        yield Finding(
            "PA305",
            "error" if below else "warning",
            code,
            case.appendix(code),
            case.n(target),
            case.say(f"tính trên mẫu số {case.n(then)}", f"on the denominator {case.n(then)}"),
            case.say(
                f"Mẫu số đổi từ {case.n(now)} thành {case.n(then)} (năm {year}): không làm gì thêm,"
                f" chỉ số đã từ {case.n(case.value(code))} thành {case.n(still, 3)}"
                + (f", cao hơn mục tiêu {case.n(target)}." if below else "."),
                f"The denominator goes from {case.n(now)} to {case.n(then)} ({year}): with nothing"
                f" done the value goes from {case.n(case.value(code))} to {case.n(still, 3)}"
                + (f", above the target {case.n(target)}." if below else "."),
            ),
            case.say(
                f"Tính lại mục tiêu trên mẫu số {case.n(then)}; nêu cả số lượng tuyệt đối.",
                f"Work the target out on {case.n(then)} again; state the count as well.",
            ),
            gain(case, code, still),
            case.say(
                f"{case.at_bounds()}; không làm gì thêm. Mẫu số của các tỉnh khác cũng đổi, nên mốc"
                " sẽ dịch theo",
                f"{case.at_bounds()}; with nothing done. Other provinces' denominators change too,"
                " so the bounds will move",
            ),
        )


def open_base(case: Case) -> Iterator[Finding]:
    """PA306: a target on an indicator of which it is not known what it is divided by."""
    for code, target in case.targets.items():
        if not base_is_open(case, code):
            continue
        highest = case.n(case.value(code, "highest"))
        yield Finding(
            "PA306",
            "note",
            code,
            case.appendix(code),
            case.n(target),
            unit_of(case, code) if case.lang == "vi" else _unit_en(case, code),
            case.say(
                f"Chưa rõ con số được chia cho gì (cao nhất nước {highest}, tỉnh"
                f" {case.n(case.value(code))}): có thể không phải tỷ lệ trong tỉnh.",
                f"It is not known what the figure is divided by (country's highest {highest},"
                f" here {case.n(case.value(code))}): it may be no share within the province.",
            ),
            case.say(
                "Hỏi cơ quan công bố trước khi đặt mục tiêu.",
                "Ask the publisher before setting a target.",
            ),
        )


def label_against_figures(case: Case) -> Iterator[Finding]:
    """PA307: the label says percent, the figures are ratios."""
    for code, target in case.targets.items():
        if not labelled_otherwise(case, code):
            continue
        as_labelled = max(target / 100.0, case.value(code))
        yield Finding(
            "PA307",
            "note",
            code,
            case.appendix(code),
            case.say("nhãn (%)", "label (%)"),
            case.say("tỷ số", "ratio"),
            case.say(
                f"Nhãn ghi % nhưng số in là tỷ số: {case.n(target)} là {case.n(target * 100)}%.",
                f"The label says % but the figures are ratios: {case.n(target)} is"
                f" {case.n(target * 100)}%.",
            ),
            case.say(
                f"Ghi {case.n(target)} lần, hoặc {case.n(target * 100)}%.",
                f"Write a ratio of {case.n(target)}, or {case.n(target * 100)}%.",
            ),
            difference(case, code, as_labelled, target),
            case.say(
                f"{case.at_bounds()}; nếu chỉ làm đến {case.n(target)}%",
                f"{case.at_bounds()}; if only {case.n(target)}% is aimed at",
            ),
        )


def _unit_en(case: Case, code: str) -> str:
    return str(case.fw.table.loc[code].get("unit_en", ""))


RULES = (
    denominator_changes,
    open_base,
    label_against_figures,
)
