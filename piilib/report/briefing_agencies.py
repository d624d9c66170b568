"""Slides for the room: questions to each agency, and decisions asked for."""

from __future__ import annotations

import numpy as np
import pandas as pd

from piilib.analysis.agencies import EVERYBODY, agencies
from piilib.analysis.plan import plan_table
from piilib.report.block import Html, bullets
from piilib.report.briefing_invited import invited, others, role
from piilib.report.briefing_text import point, speaker
from piilib.report.lever_section import best
from piilib.report.numbers import listing, percent
from piilib.report.outlook_section import goal_of
from piilib.report.plan_section import rank_goal
from piilib.report.prepare import CONFIDENCE, Diagnostic
from piilib.report.table import Column, Table
from piilib.report.words import kind, label, lot, n, source, spent, step_text, value, weighted

#: Questions to one agency.
ASKED = 2
#: Indicators named in one question.
NAMED = 3


def questions(d: Diagnostic) -> Html:
    """Say to how many agencies the questions go, and how they are made."""
    if d.levers is None:
        return Html()
    count = len(_asked(d))
    who = "agency" if count == 1 else "agencies"
    how = (
        d.say(
            "Cơ quan chủ trì theo kế hoạch của tỉnh.",
            "Lead agencies are those of the province's plan.",
        )
        if d.plan is not None
        else d.say(
            "Chưa có kế hoạch trong dữ liệu: cơ quan chủ trì theo loại chung.",
            "The plan is not in the data: lead agencies are those of the general kind.",
        )
    )
    return Html("\n").join(
        [
            point(
                d.say(
                    f"{count} cơ quan chủ trì cần trả lời trước khi chốt chỉ tiêu",
                    f"{count} lead {who} should answer before the targets are settled",
                )
            ),
            speaker(
                d.say(
                    "Câu hỏi lập từ số liệu: mục tiêu làm giảm điểm, mục tiêu vượt nhịp độ, số liệu"
                    " thiếu hoặc dùng lại, bước tốt nhất của cơ quan, phần phụ thuộc cơ quan khác.",
                    "Questions are made from the data: targets that lower the score, targets beyond"
                    " the pace, values missing or used again, the agency's best step, what depends "
                    "on others.",
                ),
                how,
                d.say("Nguồn: ", "Source: ") + source(d, "plan" if d.plan else "sheet") + ".",
            ),
        ]
    )


def questions_table(d: Diagnostic) -> Table | Html:
    """Tabulate the questions, a row an agency.

    Examples
    --------
    >>> from piilib.report.prepare import prepare
    >>> str(questions_table(prepare("lang-son", 2024, "en")))  # nothing without a sheet
    ''
    """
    if d.levers is None:
        return Html()
    roles, found = invited(d), _asked(d)
    seminar = (Column("role", d.say("Hội thảo", "Seminar")),) if roles else ()
    return Table(
        key="questions",
        caption=d.say("Câu hỏi cho từng cơ quan chủ trì", "Questions to each lead agency"),
        columns=(
            Column("lead", d.say("Cơ quan", "Agency")),
            *seminar,
            Column("codes", d.say("Chủ trì", "Leads"), "number", 0),
            Column("asked", d.say("Câu hỏi", "Questions")),
        ),
        rows=[
            {
                "lead": d.agency(lead),
                "role": role(d, roles, lead),
                "codes": count,
                "asked": "\n".join(asked),
            }
            for lead, count, asked in found
        ],
        source=source(d, "plan" if d.plan is not None else "sheet"),
        kind=kind(d, "plan" if d.plan is not None else "judgement"),
        lang=d.lang,
        note=d.say("Chủ trì: số chỉ số.", "Leads: number of indicators.")
        + others(d, roles, {lead for lead, _, _ in found}),
    )


def _asked(d: Diagnostic) -> list[tuple[str, int, list[str]]]:
    """Return agency, number of indicators and questions; agencies without a question left out."""
    assert d.levers is not None
    found = []
    for lead, row in agencies(d.levers, d.folder, d.plan).iterrows():
        asked = [
            text
            for ask in (_harmful, _beyond, _not_measured, _step, _others)
            if (text := ask(d, row))
        ]
        if asked and str(lead):
            numbered = [f"({i}) {text}" for i, text in enumerate(asked[:ASKED], 1)]
            found.append((str(lead), int(row["indicators"]), numbered))
    return found


def _harmful(d: Diagnostic, row: pd.Series) -> str:
    if d.plan is None or not row["harmful"]:
        return ""
    names = listing(row["harmful"], d.lang)
    return d.say(
        f"Vì sao đặt mục tiêu {names}, khi theo cách tính suy luận đạt mục tiêu ấy làm giảm điểm?",
        f"Why the target of {names}, which by the inferred method lowers the score when met?",
    )


def _beyond(d: Diagnostic, row: pd.Series) -> str:
    """Ask about the targets that take most effort."""
    if d.plan is None or d.base is None or d.levers is None:
        return ""
    table = plan_table(d.base, d.plan, d.levers).loc[row["codes"]]
    table = table[table["target_effort"] > 2 * lot(d)]
    far = table.sort_values("target_effort", ascending=False, kind="stable").head(NAMED)
    if far.empty:
        return ""
    said = "; ".join(
        f"{code} {value(d, one['value'])} → {value(d, one['target'])} "
        f"({n(d, one['target_effort'], 0)})"
        for code, one in far.iterrows()
    )
    assert d.plan is not None
    return d.say(
        f"Mục tiêu {d.plan.year} sau dựa vào việc gì (trong ngoặc: {spent(d)} cần có): {said}?",
        f"On what do these {d.plan.year} targets rest (in brackets: {spent(d)} they ask for): "
        f"{said}?",
    )


def _not_measured(d: Diagnostic, row: pd.Series) -> str:
    assert d.sheet is not None
    now = d.sheet.table["value"].reindex(row["codes"])
    gone = [str(code) for code in now.index[now.isna()]][:NAMED]
    if gone:
        names = listing(gone, d.lang)
        return d.say(
            f"Khi nào cung cấp được số liệu {d.year} của {names}?",
            f"When can the {d.year} values of {names} be supplied?",
        )
    if d.plan is None:
        return ""
    reused = d.audit.loc[d.audit["rule"] == "PA302", "code"]
    again = [code for code in row["codes"] if code in set(reused)][:NAMED]
    if not again:
        return ""
    names = listing(again, d.lang)
    return d.say(
        f"Số liệu {names} dùng lại của năm trước: kỳ đo tới là khi nào?",
        f"The values of {names} are those of the year before: when is the next measurement?",
    )


def _step(d: Diagnostic, row: pd.Series) -> str:
    if not row["best_levers"]:
        return ""
    code = str(row["best_levers"][0])
    return d.say(
        f"Một bước của {code} là {step_text(d, code)}: cần văn bản, kinh phí gì, xong khi nào?",
        f"One step on {code} is {step_text(d, code)}: what does it need in rules and money, by "
        "when?",
    )


def _others(d: Diagnostic, row: pd.Series) -> str:
    for name, codes in row["depends_on"].items():
        if name != EVERYBODY:
            who, names = d.agency(name), listing(codes[:NAMED], d.lang)
            return d.say(
                f"Cần {who} làm gì cho {names}?", f"What must {who} do for {names}?"
            )  # fmt: skip
    return ""


def decisions(d: Diagnostic) -> Html:
    """List the decisions asked for."""
    asked = [text for text in (_sheet(d), *_first_steps(d), _budget(d), _mend(d), _goal(d)) if text]
    asked.append(_result(d))
    asked = [text for text in asked if text]
    if not asked:
        return Html()
    return Html("\n").join(
        [
            point(d.say(f"Xin quyết định {len(asked)} việc", f"Decisions asked for: {len(asked)}")),
            bullets(asked),
            speaker(
                d.say(
                    "Công sức là giả định, cách tính chính thức là suy luận: thứ tự đòn bẩy là căn "
                    "cứ để thảo luận, không thay cho thẩm định của cơ quan chủ trì.",
                    "Efforts are assumptions and the official method is inferred: the order of "
                    "levers is a basis for discussion and does not replace the lead agencies' "
                    "appraisal.",
                ),
                d.say("Nguồn: ", "Source: ")
                + source(d, "sheet" if d.sheet is not None else "scoreboard")
                + ".",
            ),
        ]
    )


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
    groups = best(d, NAMED).groupby("lead", sort=False).groups
    names = {
        str(lead): listing([label(d, str(code), short=True) for code in codes], d.lang)
        for lead, codes in groups.items()
        if lead
    }
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
    return d.say(
        f"Bố trí {n(d, d.budget, 0)} {weighted(d)} cho danh mục {len(found.table)} chỉ số "
        f"({n(d, found.net, signed=True)} điểm).",
        f"Set aside {n(d, d.budget, 0)} {weighted(d)} for the portfolio of {len(found.table)} "
        f"indicators ({n(d, found.net, signed=True)} points).",
    )


def _mend(d: Diagnostic) -> str:
    if d.plan is None or d.sheet is None:
        return ""
    wrong = d.audit.loc[d.audit["severity"] == "error", "code"]
    codes = [str(code) for code in wrong.unique() if code != d.fw.root]
    if not len(wrong):
        return ""
    first = f": {listing(codes[:NAMED], d.lang)}" if codes else ""
    some = d.say(", trước hết", ", first") if len(codes) > NAMED else ""
    return d.say(
        f"Sửa {len(wrong)} lỗi của kế hoạch{some}{first}.",
        f"Mend {len(wrong)} error{'' if len(wrong) == 1 else 's'} of the plan{some}{first}.",
    )


def _goal(d: Diagnostic) -> str:
    """Ask whether the rank goal is kept, with its chance by the plan and what 80 % takes."""
    goal = goal_of(d)
    if goal is None or "plan" not in d.outlooks:
        return ""
    chance = percent(float(d.outlooks["plan"].probability(goal)), 0, d.lang)
    more = d.outlooks["nothing"].needed_gain(goal, CONFIDENCE)
    takes = ""
    if np.isfinite(more):
        gain, level = n(d, max(more, 0.0), 1), percent(CONFIDENCE, 0, d.lang)
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
