"""Slide of the decisions asked for: those of the report's first screen, and what they lead to."""

from __future__ import annotations

import numpy as np

from piilib.report.block import Html, bullets
from piilib.report.briefing_chance import needed_gain
from piilib.report.briefing_levers import named
from piilib.report.briefing_plan import to_mend
from piilib.report.briefing_standing import sources_of
from piilib.report.briefing_text import footed, point, speaker
from piilib.report.lever_section import PROPOSED, best
from piilib.report.numbers import listing, percent
from piilib.report.outlook_section import goal_of
from piilib.report.plan_section import rank_goal
from piilib.report.prepare import CONFIDENCE, Diagnostic
from piilib.report.summary import plan_review
from piilib.report.words import kind, n, source, weighted


def decisions(d: Diagnostic) -> Html:
    """List the decisions asked for.

    Examples
    --------
    >>> from piilib.report.prepare import prepare
    >>> said = decisions(prepare("lang-son", 2024, "en"))
    >>> "Charge one agency with obtaining the PII 2024 sheet of Lang Son" in said
    True
    """
    asked = [_sheet(d), *_first_steps(d), _budget(d), _mend(d), _goal(d), _result(d)]
    asked = [text for text in asked if text]
    if not asked:
        return Html()
    return Html("\n").join(
        [
            point(d.say(f"Xin quyết định {len(asked)} việc", f"Decisions asked for: {len(asked)}")),
            bullets(asked),
            speaker(*_cautions(d), sources_of(d, *_used(d))),
            footed(*_rests(d)),
        ]
    )


def _cautions(d: Diagnostic) -> list[str]:
    if d.sheet is None:
        return []
    return [
        d.say(
            "Công sức là giả định, cách tính chính thức là suy luận: thứ tự đòn bẩy là căn "
            "cứ để thảo luận, không thay cho thẩm định của cơ quan chủ trì.",
            "Efforts are assumptions and the official method is inferred: the order of "
            "levers is a basis for discussion and does not replace the lead agencies' "
            "appraisal.",
        ),
        d.say(
            "Các đòn bẩy là những đòn bẩy ở trang đầu của báo cáo chẩn đoán.",
            "The levers are those on the first screen of the diagnostic.",
        ),
    ]


def _used(d: Diagnostic) -> list[str]:
    """Name the documents that the decisions rest on."""
    used = ["sheet"] if d.sheet is not None else []
    used += ["plan"] if d.plan is not None else []
    return [*used, "scoreboard"] if d.outlooks or not used else used


def _rests(d: Diagnostic) -> list[str]:
    """Name kind of data and documents, as at the foot of a table."""
    kinds = {"sheet": "judgement", "plan": "plan", "scoreboard": "scoreboard"}
    return [f"{kind(d, kinds[name])} · {source(d, name)}" for name in _used(d)]


def _sheet(d: Diagnostic) -> str:
    if d.sheet is not None:
        return ""
    return d.say(
        f"Giao một cơ quan thu thập phiếu số liệu PII {d.year} của {d.name} ({len(d.fw.indicators)}"
        " chỉ số), để phân tích được nguyên nhân và đòn bẩy.",
        f"Charge one agency with obtaining the PII {d.year} sheet of {d.name} "
        f"({len(d.fw.indicators)} indicators), so that causes and levers can be told.",
    )


def _first_steps(d: Diagnostic) -> list[str]:
    if d.levers is None:
        return []
    groups = best(d, PROPOSED).groupby("lead", sort=False).groups
    names = {str(lead): named(d, map(str, codes)) for lead, codes in groups.items() if lead}
    return [
        d.say(
            f"{d.agency(lead)} đưa một bước của {what} vào chương trình năm tới.",
            f"{d.agency(lead)} puts one step of {what} into next year's programme.",
        )
        for lead, what in names.items()
    ]


def _budget(d: Diagnostic) -> str:
    if not d.portfolios or d.portfolios["budget"].table.empty:
        return ""
    found = d.portfolios["budget"]
    both = [str(code) for code in found.table.index if code in best(d, PROPOSED).index]
    held = d.say(
        f"; gồm cả {listing(both, d.lang)} nêu trên",
        f"; {listing(both, d.lang)} named above {'is' if len(both) == 1 else 'are'} among them",
    )
    return d.say(
        f"Bố trí {n(d, d.budget, 0)} {weighted(d)} cho danh mục {len(found.table)} chỉ số "
        f"({n(d, found.net, signed=True)} điểm{held if both else ''}).",
        f"Set aside {n(d, d.budget, 0)} {weighted(d)} for the portfolio of {len(found.table)} "
        f"indicators ({n(d, found.net, signed=True)} points{held if both else ''}).",
    )


def _mend(d: Diagnostic) -> str:
    """Ask for the report's review of the plan, and for its errors to be mended."""
    if d.plan is None or d.sheet is None:
        return ""
    wrong, codes = int((d.audit["severity"] == "error").sum()), to_mend(d)["code"].tolist()
    review = plan_review(d)
    if not wrong:
        return review
    some = d.say(", trước hết ", ", first ") + listing(codes, d.lang) if codes else ""
    mend = d.say(
        f"Sửa {wrong} lỗi của kế hoạch{some}.",
        f"Mend {wrong} error{'' if wrong == 1 else 's'} of the plan{some}.",
    )
    return f"{mend} {review}".strip()


def _goal(d: Diagnostic) -> str:
    """Ask whether the rank goal is kept, with its chance by the plan and what 80 % takes."""
    goal = goal_of(d)
    if goal is None or "plan" not in d.outlooks:
        return ""
    chance = percent(float(d.outlooks["plan"].probability(goal)), 0, d.lang)
    more = needed_gain(d, goal)
    takes = ""
    if np.isfinite(more):
        gain, level = n(d, more), percent(CONFIDENCE, 0, d.lang)
        takes = d.say(
            f"; muốn {level} cần thêm {gain} điểm so với không làm gì",
            f"; {level} takes {gain} points more than by doing nothing",
        )
    return d.say(
        f"Giữ hay đặt lại mục tiêu hạng {rank_goal(d)}: theo kế hoạch khả năng khoảng {chance}"
        f"{takes}.",
        f"Keep or reset the goal of rank {rank_goal(d)}: by the plan its chance is about {chance}"
        f"{takes}.",
    )


def _result(d: Diagnostic) -> str:
    """Ask for the result of the next edition where it is out and not in the data."""
    if d.later is None or d.simulated:
        return ""
    table = d.later.table
    if d.key in table.index and table.loc[d.key, ["score", "rank"]].notna().any():
        return ""
    if d.key not in table.index:
        return ""
    return d.say(
        f"Bổ sung kết quả PII {d.later.year} của {d.name} vào dữ liệu: đã công bố nhưng chưa có ở "
        "đây.",
        f"Add the PII {d.later.year} result of {d.name} to the data: it is out, and not here.",
    )
