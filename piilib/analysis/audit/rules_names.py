"""Rules on names and denominators of the text against the appendix (PA405 and PA406)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from piilib.analysis.audit.case import Case
from piilib.analysis.audit.consequence import difference
from piilib.analysis.audit.finding import Finding, Points
from piilib.analysis.audit.wording import (
    denominator_of,
    differing,
    normal,
    parts,
    words,
)
from piilib.analysis.calibration import unit_size


def name_differs(case: Case) -> Iterator[Finding]:
    """PA405: text and appendix name an indicator or group differently."""
    for code, place, said in _names(case):
        (counted, _), (other, _) = (parts(normal(x)) for x in (case.cell(code, "name"), said))
        if any(differing(counted, other)):
            yield _name_finding(case, "PA405", "note", code, place, said, Points(), "")


def denominator_differs(case: Case) -> Iterator[Finding]:
    """PA406: text and appendix divide by different things."""
    for code, place, said in _names(case):
        (_, base), (_, other) = (parts(normal(x)) for x in (case.cell(code, "name"), said))
        if not base or not other or words(base) == words(other):
            continue
        points = _other_base(case, code, base, other)
        condition = case.say(
            f"{case.at_bounds()}; nếu mục tiêu được hiểu theo mẫu số của phần lời",
            f"{case.at_bounds()}; if the target is read on the text's denominator",
        )
        known = not np.isnan(points.middle)
        yield _name_finding(
            case,
            "PA406",
            "warning",
            code,
            place,
            said,
            points,
            condition if known else "",
        )


def _names(case: Case) -> list[tuple[str, str, str]]:
    """Every (code, place, name) of the text beside a name of the appendix, each name once."""
    found = []
    for name in case.fw.table.index:
        code, seen = str(name), set()
        for column, place in (("name_text", "place_text"), ("name_lead_text", "place_lead_text")):
            said = case.cell(code, column)
            if case.cell(code, "name") and said and normal(said) not in seen:
                seen.add(normal(said))
                found.append((code, case.text(code, place), said))
    return found


def _name_finding(
    case: Case,
    rule: str,
    severity: str,
    code: str,
    place: str,
    said: str,
    points: Points,
    condition: str,
) -> Finding:
    named = case.cell(code, "name")
    what = case.say(
        "Mẫu số" if rule == "PA406" else "Tên", "Denominator" if rule == "PA406" else "Name"
    )
    return Finding(
        rule,
        severity,
        code,
        f"{place}; {case.appendix(code)}",
        said,
        named,
        case.say(
            f"{what} ở phần lời khác phụ lục: phần lời ghi “{said}”, phụ lục ghi “{named}”.",
            f"{what} of the text differs from the appendix: the text has “{said}”, the appendix"
            f" “{named}”.",
        ),
        case.say("Dùng tên của phụ lục.", "Use the appendix's name."),
        points,
        condition,
    )


def _other_base(case: Case, code: str, base: str, other: str) -> Points:
    """Points if the target is meant on the text's denominator; never below today's value."""
    if code not in case.targets:
        return Points()
    context = case.context(case.now.year)
    sizes = [unit_size(denominator_of(x) or "", context) for x in (base, other)]
    if sizes[0] is None or sizes[1] is None or sizes[0] == sizes[1]:
        return Points()
    target = case.targets[code]
    meant = max(target / sizes[1][0] * sizes[0][0], case.value(code))
    return difference(case, code, meant, target)


RULES = (
    name_differs,
    denominator_differs,
)
