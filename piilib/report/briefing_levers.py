"""Slides on the best levers, and on gain against effort."""

from __future__ import annotations

from collections.abc import Iterable

from piilib.report.block import Html, bullets
from piilib.report.briefing_standing import sources_of
from piilib.report.briefing_text import point, speaker, texts
from piilib.report.lever_chart import levers_chart
from piilib.report.lever_section import PROPOSED, best, levers_text, past_record, short_table
from piilib.report.numbers import listing
from piilib.report.prepare import Diagnostic
from piilib.report.table import Column, Table
from piilib.report.words import at_bounds, label, measure, n, net_column, step_text, unit, weighted

#: Levers on their slide.
FIRST = 3


def named(d: Diagnostic, codes: Iterable[str]) -> str:
    """Join codes with their names in brackets, as names have commas of their own."""
    return listing([f"{code} ({d.node(code, short=True)})" for code in codes], d.lang)


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
            f"{len(rows)} đòn bẩy cho nhiều điểm PII nhất trên công sức{_of_report(d)}",
            f"The {_levers(len(rows))} that give most PII for their effort{_of_report(d)}",
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
            "Trong 10 đầu: xác suất thuộc mười đòn bẩy tốt nhất khi cho độ lớn bước và độ khó thay "
            "đổi ngẫu nhiên. Nhóm A từ 70%, B từ 40%, C thấp hơn.",
            "In best ten: probability of being among the best ten levers when steps and "
            "difficulties are drawn at random. Group A from 70%, B from 40%, C below.",
        ),
    )


def _of_report(d: Diagnostic) -> str:
    """Say which of the report's levers the slide shows, and where the others stand."""
    every = len(best(d, PROPOSED))
    if every <= FIRST:
        return ""
    return d.say(
        f" ({FIRST} trong {every} đòn bẩy của báo cáo; cả {every} ở trang đề nghị quyết định)",
        f" ({FIRST} of the report's {every}; all {every} stand among the decisions asked for)",
    )


def effort(d: Diagnostic) -> Html:
    """Say how much of the gain the first levers bring, for how much of the effort."""
    chart = levers_chart(d)
    if isinstance(chart, Html):
        return Html()
    said = [
        d.say(
            "Càng lên cao càng nhiều điểm, càng sang trái càng ít công sức; màu càng đậm, xác suất "
            "thuộc mười đòn bẩy tốt nhất càng cao.",
            "Higher is more points, further left is less effort; the darker, the likelier among "
            "the best ten levers.",
        ),
        _groups(d),
        _robust(d),
    ]
    return Html("\n").join([point(chart.title), bullets(said), speaker(chart.alt, sources_of(d))])


def _groups(d: Diagnostic) -> str:
    """Name the levers of the first groups; the chart of the office file has them at its points."""
    assert d.levers is not None
    parts = []
    for group, share in (("A", "70%"), ("B", "40%")):
        codes = [str(c) for c in d.levers.index[d.levers["group"] == group]]
        if codes:
            names = listing(codes, d.lang)
            parts.append(
                d.say(f"{group} (từ {share}): {names}", f"{group} (from {share}): {names}")
            )
    if not parts:
        return d.say(
            "Không đòn bẩy nào có xác suất ấy từ 40%: số liệu không đủ để phân hạng hơn kém.",
            "No lever has that chance from 40%: the data do not support an order.",
        )
    return d.say(
        f"Nhóm {'; '.join(parts)}. Trong cùng nhóm, số liệu không đủ để phân hạng hơn kém.",
        f"Group {'; '.join(parts)}. Within a group the data do not support an order.",
    )


def _robust(d: Diagnostic) -> str:
    """Name the levers that stay among the best however steps and difficulties are drawn."""
    assert d.levers is not None
    codes = [str(code) for code in d.levers.index[d.levers["robust"] & d.levers["eligible"]]]
    if not codes:
        return d.say(
            "Không đòn bẩy nào vững khi bước và độ khó thay đổi mạnh hay nhẹ.",
            "No lever is robust to weak and strong doubt about steps and difficulties.",
        )
    return d.say(
        f"Vững dù bước và độ khó thay đổi mạnh hay nhẹ: {listing(codes, d.lang)}.",
        f"Robust to weak and strong doubt about steps and difficulties: {listing(codes, d.lang)}.",
    )
