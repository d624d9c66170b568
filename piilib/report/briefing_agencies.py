"""Slides for the room: questions to each agency."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from piilib.analysis.agencies import EVERYBODY, agencies
from piilib.analysis.plan import plan_table
from piilib.report.block import Html
from piilib.report.briefing_invited import invited, others, role
from piilib.report.briefing_standing import sources_of
from piilib.report.briefing_text import point, speaker
from piilib.report.numbers import listing
from piilib.report.prepare import Diagnostic
from piilib.report.table import Column, Table
from piilib.report.words import kind, lot, n, source, spent, step_text, value

#: Questions to one agency.
ASKED = 2
#: Indicators named in one question, and how many may be named before some stand for all.
NAMED, MANY = 3, 6


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
                sources_of(d, "plan" if d.plan is not None else "sheet", "sheet"),
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
    gone = [str(code) for code in now.index[now.isna()]]
    if gone:
        names = _some(d, gone)
        return d.say(
            f"Khi nào cung cấp được số liệu {d.year} của {names}?",
            f"When can the {d.year} values of {names} be supplied?",
        )
    if d.plan is None:
        return ""
    reused = d.audit.loc[d.audit["rule"] == "PA302", "code"]
    again = [str(code) for code in row["codes"] if code in set(reused)]
    if not again:
        return ""
    names = _some(d, again)
    return d.say(
        f"Số liệu {names} dùng lại của năm trước: kỳ đo tới là khi nào?",
        f"The values of {names} are those of the year before: when is the next measurement?",
    )


def _some(d: Diagnostic, codes: Sequence[str]) -> str:
    """Name indicators: all of them, or how many there are and the first."""
    if len(codes) <= MANY:
        return listing(codes, d.lang)
    first = listing(codes[:NAMED], d.lang)
    return d.say(
        f"{len(codes)} chỉ số (trong đó {first})", f"{len(codes)} indicators (among them {first})"
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
            who, names = d.agency(name), _some(d, codes)
            return d.say(
                f"Cần {who} làm gì cho {names}?", f"What must {who} do for {names}?"
            )  # fmt: skip
    return ""
