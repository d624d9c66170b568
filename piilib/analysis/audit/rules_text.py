"""Rules on a plan's text against its appendix: PA401 to PA404, PA407, PA408."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np

from piilib.analysis.audit.case import Case, cell_of
from piilib.analysis.audit.consequence import difference, node_weight, score_of
from piilib.analysis.audit.finding import Finding, Points
from piilib.analysis.audit.rules_data import score_at
from piilib.analysis.audit.scale import unit_of
from piilib.data.sheet import Sheet

#: A score "above 85" is met by a year whose score lies no further above it.
_WIDTH = 10.0


def target_differs(case: Case) -> Iterator[Finding]:
    """PA401: text and appendix give different targets."""
    for name in case.fw.table.index:
        code = str(name)
        text, appendix = case.figure(code, "target_text"), case.figure(code, "target")
        if np.isnan([text, appendix]).any() or abs(text - appendix) < 1e-9:
            continue
        if code in case.base.column:
            points = difference(case, code, text, appendix)
        else:
            points = Points(*[node_weight(case, code) * (text - appendix)] * 3)
        yield Finding(
            "PA401",
            "error",
            code,
            f"{case.text(code)}; {case.appendix(code)}",
            case.n(text),
            case.n(appendix),
            case.say(
                f"Phần lời ghi {case.n(text)}, phụ lục ghi {case.n(appendix)}.",
                f"The text says {case.n(text)}, the appendix {case.n(appendix)}.",
            ),
            case.say("Thống nhất một con số.", "Agree on one figure."),
            points,
            case.say(
                f"{case.at_bounds()}; theo phần lời so với phụ lục",
                f"{case.at_bounds()}; by the text against the appendix",
            ),
        )


def score_not_given(case: Case) -> Iterator[Finding]:
    """PA402: the text asks for a score that the appendix's target does not give."""
    for code, asked in _asked(case):
        if code not in case.targets:
            continue
        got = score_of(case, code, case.targets[code])
        if np.isnan(got.high) or got.high >= asked:
            continue
        needed = _value_for(case, code, asked)
        yield Finding(
            "PA402",
            "error",
            code,
            f"{case.text(code)}; {case.appendix(code)}",
            case.n(case.targets[code]),
            f"≥ {case.n(needed)}" if case.good(code) > 0 else f"≤ {case.n(needed)}",
            case.say(
                f"Phần lời yêu cầu trên {case.n(asked)} điểm, nhưng mục tiêu"
                f" {case.n(case.targets[code])} chỉ cho {case.n(got.middle, 1)}; cần khoảng"
                f" {case.n(needed)}.",
                f"The text asks for more than {case.n(asked)} points, but the target"
                f" {case.n(case.targets[code])} gives {case.n(got.middle, 1)}; about"
                f" {case.n(needed)} is needed.",
            ),
            case.say(
                "Sửa điểm yêu cầu hoặc mục tiêu cho khớp.",
                "Make the score asked for and the target agree.",
            ),
            _weighted(case, code, got, asked),
            case.say(
                f"{case.at_bounds()}; điểm của mục tiêu so với điểm yêu cầu",
                f"{case.at_bounds()}; score of the target against the score asked for",
            ),
        )


def _asked(case: Case) -> list[tuple[str, float]]:
    """List the indicators of which the text asks for a score, with it."""
    found = [(code, case.figure(code, "score_text")) for code in case.fw.indicators]
    return [(code, asked) for code, asked in found if not np.isnan(asked)]


def _weighted(case: Case, code: str, score: Points, asked: float) -> Points:
    """Index points of a score less the score asked for."""
    weight = node_weight(case, code)
    return Points(*(weight * (x - asked) for x in (score.middle, score.low, score.high)))


def _value_for(case: Case, code: str, score: float) -> float:
    """Value that gives a score at the printed bounds and caps of the latest sheet; two decimals."""
    low, high = case.value(code, "lowest"), case.value(code, "highest")
    high = float(np.fmin(high, float(case.fw.table.loc[code].get("cap", np.nan))))
    share = score / 100.0 if case.good(code) > 0 else 1.0 - score / 100.0
    return round(low + share * (high - low), 2)


def not_to_be_kept(case: Case) -> Iterator[Finding]:
    """PA403: a score or first rank that the text would keep and the latest sheet does not show."""
    for code, asked in _asked(case):
        now = score_of(case, code)
        first = case.figure(code, "rank_text") == 1
        not_first = first and _is_behind(case.now, case, code)
        short = not np.isnan(now.high) and now.high < asked
        if not short and not not_first:
            continue
        years = _years_with(case, code, asked)
        yield Finding(
            "PA403",
            "warning",
            code,
            case.text(code),
            case.n(now.middle, 1),
            f"> {case.n(asked)}" + (case.say(", hạng 1", ", rank 1") if first else ""),
            _kept_message(case, code, now.middle, asked, not_first, years),
            case.say(
                f"Ghi là “khôi phục”, hoặc bỏ khỏi danh sách duy trì năm {case.now.year}.",
                f"Call it “to be regained”, or take it off the list of {case.now.year}.",
            ),
            _weighted(case, code, now, asked) if short else Points(),
            case.say(
                f"{case.at_bounds()}; điểm hiện nay so với điểm cần duy trì",
                f"{case.at_bounds()}; today's score against the score to be kept",
            )
            if short
            else "",
        )


def _kept_message(
    case: Case, code: str, now: float, asked: float, not_first: bool, years: list[int]
) -> str:
    year, best = case.now.year, cell_of(case.now, code, _best_column(case, code))
    first = case.figure(code, "rank_text") == 1
    earlier = [
        str(sheet.year)
        for sheet in case.sheets
        if sheet.year in years
        and sheet is not case.now
        and not (first and _is_behind(sheet, case, code))
    ]
    past = case.say(
        f" Chỉ đúng với năm {', '.join(earlier)}." if earlier else "",
        f" It is true of {', '.join(earlier)} only." if earlier else "",
    )
    rank = case.say(
        f" Không phải hạng nhất: {case.n(case.value(code))}, tốt nhất nước {case.n(best)}.",
        f" Not first: {case.n(case.value(code))}, the country's best is {case.n(best)}.",
    )
    kept = case.say(
        f"Cần duy trì {'hạng nhất với ' if first else ''}trên {case.n(asked)} điểm, năm {year} là"
        f" {case.n(now, 1)}.",
        f"{'The first rank with more' if first else 'More'} than {case.n(asked)} points"
        f" {'is' if first else 'are'} to be kept; {year} has {case.n(now, 1)}.",
    )
    return kept + (rank if not_first else "") + past


def _best_column(case: Case, code: str) -> str:
    return "highest" if case.good(code) > 0 else "lowest"


def _is_behind(sheet: Sheet, case: Case, code: str) -> bool:
    """Tell whether a unit's value is not the country's best in a sheet."""
    return cell_of(sheet, code) != cell_of(sheet, code, _best_column(case, code))


def _score(case: Case, sheet: Sheet, code: str) -> float:
    """Score in a sheet's year: the latest as the calibrations have it, others as printed."""
    drawn = score_of(case, code).middle if sheet is case.now else np.nan
    return score_at(case, sheet, code, cell_of(sheet, code), True) if np.isnan(drawn) else drawn


def _years_with(case: Case, code: str, asked: float) -> list[int]:
    """Years whose score is above what is asked, by no more than `_WIDTH`."""
    scores = {sheet.year: _score(case, sheet, code) for sheet in case.sheets}
    return [year for year, x in scores.items() if asked <= x <= asked + _WIDTH]


def no_such_year(case: Case) -> Iterator[Finding]:
    """PA404: the score to be kept is that of no year: perhaps another indicator's."""
    if case.before is None:
        return
    for code, asked in _asked(case):
        if _years_with(case, code, asked):
            continue
        siblings = case.fw.children(str(case.fw.table.at[code, "parent"]))
        others = [
            f"{other} ({year})"
            for other in siblings
            if other != code
            for year in _years_with(case, other, asked)
        ]
        scores = "; ".join(
            f"{sheet.year}: {case.n(_score(case, sheet, code), 1)}" for sheet in case.sheets
        )
        hint = case.say(
            f" Khớp với {', '.join(others)}: có thể nhầm mã." if others else "",
            f" It fits {', '.join(others)}: perhaps a wrong code." if others else "",
        )
        yield Finding(
            "PA404",
            "warning",
            code,
            case.text(code),
            f"> {case.n(asked)}",
            scores,
            case.say(
                f"Mức “trên {case.n(asked)} điểm” không gần điểm của năm nào ({scores}).{hint}",
                f"“More than {case.n(asked)} points” is near no year's score ({scores}).{hint}",
            ),
            case.say("Kiểm tra mã và điểm.", "Check code and score."),
        )


def raw_values_as_points(case: Case) -> Iterator[Finding]:
    """PA407: the text calls all targets "points" though they are values in many units."""
    row = case.goal("unit of the text's targets")
    if row is None or str(row.get("printed", "")) != "điểm":
        return
    codes = [
        code
        for code in case.targets
        if not np.isnan(case.figure(code, "target_text"))
        and not unit_of(case, code).startswith("điểm")
    ]
    if not codes:
        return
    yield Finding(
        "PA407",
        "note",
        case.fw.root,
        str(row.get("place", "")),
        case.say("“điểm”", "“points”"),
        case.say("đơn vị của chỉ số", "the indicator's unit"),
        case.say(
            f"Phần lời ghi mọi mục tiêu là “điểm”, nhưng {len(codes)} mục tiêu là giá trị có đơn vị"
            " khác.",
            f"The text calls every target “points”, but {len(codes)} are values in other units.",
        ),
        case.say("Ghi đơn vị của từng chỉ số.", "State the unit of each indicator."),
    )


def section_twice(case: Case) -> Iterator[Finding]:
    """PA408: a section number stands twice."""
    row = case.goal("section numbers")
    numbers = (
        [] if row is None else [part.strip() for part in str(row.get("printed", "")).split(",")]
    )
    for number, times in Counter(numbers).items():
        if times > 1:
            yield Finding(
                "PA408",
                "note",
                case.fw.root,
                number,
                f"{number} × {times}",
                case.say("mỗi số một lần", "each number once"),
                case.say(
                    f"Số mục {number} dùng {times} lần: trích dẫn không rõ mục nào.",
                    f"Section number {number} is used {times} times: references are ambiguous.",
                ),
                case.say("Đánh số lại.", "Renumber."),
            )


RULES = (
    target_differs,
    score_not_given,
    not_to_be_kept,
    no_such_year,
    raw_values_as_points,
    section_twice,
)
