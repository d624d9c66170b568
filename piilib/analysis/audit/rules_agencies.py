"""Rules on who answers for what, and on other decisions (PA501 to PA602)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from piilib.analysis.audit.case import Case
from piilib.analysis.audit.consequence import difference, gain
from piilib.analysis.audit.finding import Finding, Points
from piilib.analysis.audit.targets import proposed
from piilib.index.check import read_number

#: Word by which the note of an agency says that it is no more.
_GONE = "merged"


def lead_differs(case: Case) -> Iterator[Finding]:
    """PA501: text and appendix name different lead agencies."""
    for code in case.fw.indicators:
        lead, said = case.cell(code, "lead"), _several(case.cell(code, "lead_text"))
        if not lead or not said or usual(case, lead) in [usual(case, one) for one in said]:
            continue
        yield _who(
            case,
            "PA501",
            "warning",
            code,
            f"{case.text(code, 'place_lead_text')}; {case.appendix(code)}",
            "; ".join(said),
            lead,
            case.say(
                f"Phần lời giao {'; '.join(said)} chủ trì, phụ lục giao {lead}.",
                f"The text gives the lead to {'; '.join(said)}, the appendix to {lead}.",
            ),
            case.say("Giao một cơ quan chủ trì.", "Name one lead agency."),
        )


def _several(cell: str) -> list[str]:
    return [part for part in cell.split("; ") if part]


def usual(case: Case, name: str) -> str:
    """Return the usual name of an agency."""
    known = case.agencies
    return str(known.at[name, "name_vi"]) if name in known.index else name


def _who(
    case: Case,
    rule: str,
    severity: str,
    code: str,
    place: str,
    found: str,
    expected: str,
    message: str,
    mend: str,
) -> Finding:
    """Make a finding on an agency: at stake is what is within reach on the indicator."""
    points = Points()
    if code in case.targets:
        new = proposed(case, code)
        within_reach = gain(case, code, new.value) if new.reason != "unit" else Points()
        points = within_reach.turned if within_reach.middle > 0 else Points()
    condition = case.say(
        f"{case.at_bounds()}; phần điểm trong tầm của chỉ số, nếu không ai làm",
        f"{case.at_bounds()}; what is within reach of the indicator, if nobody sees to it",
    )
    known = not np.isnan(points.middle)
    return Finding(
        rule,
        severity,
        code,
        place,
        found,
        expected,
        message,
        mend,
        points,
        condition if known else "",
    )


def dissolved(case: Case) -> Iterator[Finding]:
    """PA502: an agency is named that has been merged into another."""
    for code in case.fw.indicators:
        for column, place in (
            ("lead", case.appendix(code)),
            ("lead_text", case.text(code, "place_lead_text")),
        ):
            for name in _several(case.cell(code, column)):
                note = str(case.agencies["note"].get(name, ""))
                if _GONE not in note:
                    continue
                yield _who(
                    case,
                    "PA502",
                    "error",
                    code,
                    place,
                    name,
                    usual(case, name),
                    case.say(
                        f"{name} không còn; nay là {usual(case, name)}.",
                        f"{name} no longer exists; it is now {usual(case, name)}.",
                    ),
                    case.say(f"Ghi {usual(case, name)}.", f"Write {usual(case, name)}."),
                )


def no_lead(case: Case) -> Iterator[Finding]:
    """PA503: the appendix names no lead agency for a target."""
    if not any(case.cell(code, "lead") for code in case.fw.indicators):
        return
    for code in case.targets:
        if not case.cell(code, "lead"):
            yield _who(
                case,
                "PA503",
                "error",
                code,
                case.appendix(code),
                "–",
                case.say("một cơ quan chủ trì", "a lead agency"),
                case.say(
                    "Phụ lục không giao cơ quan chủ trì.", "The appendix names no lead agency."
                ),
                case.say("Giao một cơ quan chủ trì.", "Name one lead agency."),
            )


def none_in_text(case: Case) -> Iterator[Finding]:
    """PA504: the text gives an indicator to no agency at all."""
    if not any(case.cell(code, "lead_text") for code in case.fw.indicators):
        return
    for code in case.targets:
        if case.cell(code, "lead_text") or case.cell(code, "review_text"):
            continue
        lead = case.cell(code, "lead")
        yield _who(
            case,
            "PA504",
            "warning",
            code,
            case.text(code, "place_lead_text"),
            "–",
            lead or case.say("một cơ quan", "an agency"),
            case.say(
                f"Phần lời không giao cho cơ quan nào (phụ lục: {lead or '–'}).",
                f"The text gives it to no agency (appendix: {lead or '–'}).",
            ),
            case.say(
                f"Ghi {lead or 'cơ quan chủ trì'} vào phần nhiệm vụ.",
                f"Put {lead or 'the lead agency'} into the section of tasks.",
            ),
        )


def two_leads(case: Case) -> Iterator[Finding]:
    """PA505: two agencies lead one indicator."""
    for code in case.fw.indicators:
        for column, place in (
            ("lead", case.appendix(code)),
            ("lead_text", case.text(code, "place_lead_text")),
        ):
            names = _several(case.cell(code, column))
            if len({usual(case, name) for name in names}) < 2:
                continue
            yield _who(
                case,
                "PA505",
                "warning",
                code,
                place,
                "; ".join(names),
                case.say("một cơ quan chủ trì", "one lead agency"),
                case.say(
                    f"Hai cơ quan cùng chủ trì: {'; '.join(names)}.",
                    f"Two agencies lead it: {'; '.join(names)}.",
                ),
                case.say(
                    "Một cơ quan chủ trì, cơ quan kia phối hợp.",
                    "Let one lead and the other assist.",
                ),
            )


def counts_differ(case: Case) -> Iterator[Finding]:
    """PA506: the text says that an agency leads so many indicators, the appendix has others."""
    goals = case.plan.goals
    if not {"agency", "value"} <= set(goals.columns):
        return
    for _, row in goals[goals["agency"].fillna("") != ""].iterrows():
        agency, stated = usual(case, str(row["agency"])), read_number(str(row["value"]))
        led, listed = (
            sum(
                agency in [usual(case, name) for name in _several(case.cell(code, column))]
                for code in case.fw.indicators
            )
            for column in ("lead", "lead_text")
        )
        if np.isnan(stated) or stated == led == listed:
            continue
        yield Finding(
            "PA506",
            "warning",
            case.fw.root,
            str(row.get("place", "")),
            case.n(stated),
            case.n(float(led)),
            case.say(
                f"{agency}: phần lời nêu {case.n(stated)} chỉ số và liệt kê {listed}, phụ lục giao"
                f" {led}.",
                f"{agency}: the text states {case.n(stated)} indicators and lists {listed}, the"
                f" appendix gives it {led}.",
            ),
            case.say("Đếm lại sau khi thống nhất phân công.", "Count again once leads agree."),
        )


def ahead_of_decision(case: Case) -> Iterator[Finding]:
    """PA601: the plan asks as much as another decision asks for a later year, or more."""
    for code, source, year, value, own in _decided(case):
        if case.plan.year >= year or not _as_much(case, code, own, value):
            continue
        better = ">" if own != value else "="
        yield _decision(
            case,
            "PA601",
            "warning",
            (code, source, year, value, own),
            case.say(
                f"Kế hoạch đặt {case.n(own)} cho năm {case.plan.year}; {source} đặt"
                f" {case.n(value)} cho năm {year}: sớm hơn {year - case.plan.year} năm"
                f"{' và cao hơn' if better == '>' and code != case.fw.root else ''}.",
                f"The plan has {case.n(own)} for {case.plan.year}; {source} has {case.n(value)} for"
                f" {year}: {year - case.plan.year} years earlier"
                f"{' and more' if better == '>' and code != case.fw.root else ''}.",
            ),
        )


def short_of_decision(case: Case) -> Iterator[Finding]:
    """PA602: what the plan leaves to do of another decision's target."""
    for code, source, year, value, own in _decided(case):
        if _as_much(case, code, own, value):
            continue
        yield _decision(
            case,
            "PA602",
            "note" if case.plan.year < year else "warning",
            (code, source, year, value, own),
            case.say(
                f"Kế hoạch đặt {case.n(own)} cho năm {case.plan.year}; {source} đặt"
                f" {case.n(value)} cho năm {year}; hiện nay {case.n(case.value(code))}.",
                f"The plan has {case.n(own)} for {case.plan.year}; {source} has {case.n(value)} for"
                f" {year}; today {case.n(case.value(code))}.",
            ),
        )


def _decided(case: Case) -> list[tuple[str, str, int, float, float]]:
    """Targets of other decisions on a node: code, source, year, their value, the plan's."""
    found = []
    table = case.optional("decisions")
    for _, row in table.iterrows() if "pii_code" in table.columns else ():
        code, value = str(row["pii_code"]), read_number(str(row["value"]))
        at_top = code == case.fw.root
        own = case.stated("rank") if at_top else case.targets.get(code, np.nan)
        if code and not np.isnan([value, own]).any():
            found.append((code, str(row["source"]), int(row["part"]), value, own))
    return found


def _as_much(case: Case, code: str, own: float, value: float) -> bool:
    """Tell whether the plan's target is as good as the decision's; of ranks less is better."""
    good = -1 if code == case.fw.root else case.good(code)
    return good * (own - value) >= -1e-9


def _decision(
    case: Case,
    rule: str,
    severity: str,
    decided: tuple[str, str, int, float, float],
    message: str,
) -> Finding:
    code, source, year, value, own = decided
    points = Points() if code == case.fw.root else difference(case, code, value, own)
    known = not np.isnan(points.middle)
    return Finding(
        rule,
        severity,
        code,
        f"{source}, {year}; {case.appendix(code)}",
        f"{case.n(own)} ({case.plan.year})",
        f"{case.n(value)} ({year})",
        message,
        case.say(
            "Nêu lộ trình từng năm, khớp với quyết định kia hoặc giải thích vì sao khác.",
            "Give a path by year that agrees with the other decision, or say why it differs.",
        ),
        points,
        case.say(
            f"{case.at_bounds()}; mức của quyết định kia so với mục tiêu",
            f"{case.at_bounds()}; the other decision's figure against the target",
        )
        if known
        else "",
    )


RULES = (
    lead_differs,
    dissolved,
    no_lead,
    none_in_text,
    two_leads,
    counts_differ,
    ahead_of_decision,
    short_of_decision,
)
