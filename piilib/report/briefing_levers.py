"""Slides on the best levers, on gain against effort and on the chance of the goal."""

from __future__ import annotations

from piilib.report.block import Html, bullets
from piilib.report.briefing_standing import sources_of
from piilib.report.briefing_text import point, speaker, texts
from piilib.report.lever_chart import levers_chart
from piilib.report.lever_section import best, levers_text, past_record, short_table
from piilib.report.numbers import listing
from piilib.report.outlook_section import chance_sentence, goal_of, outlook_chart, outlook_text
from piilib.report.prepare import Diagnostic
from piilib.report.table import Column, Table
from piilib.report.words import at_bounds, label, measure, n, net_column, step_text, unit, weighted

#: Levers on their slide.
FIRST = 3


def _levers(count: int) -> str:
    return "lever" if count == 1 else f"{count} levers"


def first_levers(d: Diagnostic) -> Html:
    """Say what the first levers give together."""
    if d.levers is None or best(d).empty:
        return Html()
    first = best(d, FIRST)
    gain, net = (n(d, first[c].sum(), signed=True) for c in ("gain", "net"))
    cost = n(d, first["effort"].sum(), 1)
    drift = f" ({measure(d)}: {net})" if d.before is not None else ""
    return Html("\n").join(
        [
            point(
                d.say(
                    f"{len(first)} đòn bẩy đầu, mỗi đòn bẩy một bước: {gain} điểm PII "
                    f"{at_bounds(d)}{drift}, tốn {cost} {weighted(d)}",
                    f"The first {_levers(len(first))}, one step each: {gain} index points "
                    f"{at_bounds(d)}{drift} for {cost} {weighted(d)}",
                )
            ),
            speaker(
                *(one.text for one in texts(levers_text(d))),
                past_record(d, FIRST) or "",
                sources_of(d, "sheet"),
            ),
        ]
    )


def first_levers_table(d: Diagnostic) -> Table | Html:
    """Tabulate the first levers: who leads, what a step asks and gives, how sure.

    Examples
    --------
    >>> from piilib.report.prepare import prepare
    >>> str(first_levers_table(prepare("lang-son", 2024, "en")))  # nothing without a sheet
    ''
    """
    if d.levers is None or best(d).empty:
        return Html()
    full = short_table(d, FIRST)
    assert isinstance(full, Table)
    rows = [
        {
            **row,
            "name": label(d, str(code), short=True),
            "lead": d.agency(str(row["lead"])),
            "ask": step_text(d, str(code)),
        }
        for code, row in best(d, FIRST).iterrows()
    ]
    return Table(
        key="first-levers",
        caption=d.say(
            f"{len(rows)} đòn bẩy cho nhiều điểm PII nhất trên công sức",
            f"The {_levers(len(rows))} that give most PII for their effort",
        ),
        columns=(
            Column("name", d.say("Chỉ số", "Indicator")),
            Column("lead", d.say("Chủ trì", "Lead")),
            Column("ask", d.say("Một bước đòi hỏi", "What one step asks")),
            Column(
                "gain", d.say(f"Điểm PII, mốc {d.year}", f"PII points, {d.year} bounds"), "signed"
            ),
            *net_column(d),
            Column("effort", d.say(f"Công sức ({unit(d)})", f"Effort ({unit(d)})"), "number", 1),
            Column("p_top", d.say("Trong 10 đầu", "In best ten"), "percent", 0),
            Column("group", d.say("Nhóm", "Group"), align="center"),
        ),
        rows=rows,
        source=full.source,
        kind=full.kind,
        lang=d.lang,
        note=d.say(
            "Trong 10 đầu: xác suất thuộc mười đòn bẩy tốt nhất khi bước và độ khó bị nghi ngờ. "
            "Nhóm A từ 70%, B từ 40%, C thấp hơn.",
            "In best ten: probability of being among the best ten levers when steps and "
            "difficulties are doubted. Group A from 70%, B from 40%, C below.",
        ),
    )


def effort(d: Diagnostic) -> Html:
    """Say how much of the gain the first levers bring, for how much of the effort."""
    chart = levers_chart(d)
    if isinstance(chart, Html):
        return Html()
    robust = [
        str(code) for code in d.levers.index[d.levers["robust"] & d.levers["eligible"]]
    ] if d.levers is not None else []  # fmt: skip
    said = [
        d.say(
            "Càng lên cao càng nhiều điểm, càng sang trái càng ít công sức.",
            "Higher is more points, further left is less effort.",
        ),
        d.say(
            f"Vững ở mọi mức nghi ngờ: {listing(robust, d.lang)}.",
            f"Robust at every strength of doubt: {listing(robust, d.lang)}.",
        )
        if robust
        else d.say(
            "Không đòn bẩy nào vững ở mọi mức nghi ngờ.",
            "No lever is robust at every strength of doubt.",
        ),
        d.say(
            "Trong cùng một nhóm, số liệu không đủ để phân hạng hơn kém.",
            "Within a group the data do not support an order.",
        ),
    ]
    return Html("\n").join([point(chart.title), bullets(said), speaker(chart.alt, sources_of(d))])


def chance(d: Diagnostic) -> Html:
    """Say how likely the rank goal is, and which score it needs."""
    if not d.outlooks:
        return Html()
    chart = outlook_chart(d)
    assert not isinstance(chart, Html)
    said = [one.text for one in texts(outlook_text(d))]
    shown = len(d.scenarios) + (goal_of(d) is not None)
    return Html("\n").join(
        [
            point(_chance_point(d) or chart.title),
            bullets(_shorter(d, said[:shown])),
            speaker(
                chance_sentence(d), *said[:shown], *said[shown:], sources_of(d, "scoreboard")
            ),
        ]
    )  # fmt: skip


def _chance_point(d: Diagnostic) -> str:
    """Give doing nothing and the plan, side by side."""
    goal = goal_of(d)
    if goal is None:
        return ""
    sentence = chance_sentence(d)
    return sentence.split(";")[0].rstrip(".")


def _shorter(d: Diagnostic, said: list[str]) -> list[str]:
    """Leave the error of the simulation to the notes."""
    ends = d.say("; sai số mô phỏng", "; error of the simulation")
    return [text.split(ends)[0] + ")." if ends in text else text for text in said]
