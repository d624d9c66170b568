"""Rules on the figures that targets rest on: units, reuse, leaps (PA301 to PA304)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from piilib.analysis.audit.case import Case, cell_of
from piilib.analysis.audit.comparison import (
    changes,
    rescaled_by,
    reused,
    written_in_old_unit,
)
from piilib.analysis.audit.consequence import difference, gain, node_weight
from piilib.analysis.audit.finding import Finding, Points
from piilib.data.sheet import Sheet
from piilib.index.normalisation import minmax


def definition_changed(case: Case) -> Iterator[Finding]:
    """PA301: the unit or definition changed between the last two sheets, under one name."""
    old = case.before
    if old is None:
        return
    for code in case.fw.indicators:
        seen = changes(case, old, code)
        if not seen:
            continue
        suspect = written_in_old_unit(case, code)
        points, condition = _reading(case, old, code, suspect)
        yield Finding(
            "PA301",
            "error" if suspect != 1.0 else "warning",
            code,
            case.appendix(code),
            _range(case, old, code),
            _range(case, case.now, code),
            _changed_message(case, old, code, seen, suspect),
            case.say(
                "Ghi rõ đơn vị và định nghĩa của mục tiêu; chưa so được hai năm.",
                "State the unit and definition of the target; the two years cannot be compared.",
            ),
            points,
            condition,
        )


def _range(case: Case, sheet: Sheet, code: str) -> str:
    low, high = (case.n(cell_of(sheet, code, c)) for c in ("lowest", "highest"))
    return f"{sheet.year}: {low} – {high}"


def _changed_message(
    case: Case, old: Sheet, code: str, seen: tuple[str, ...], suspect: float
) -> str:
    ranges = f"{_range(case, old, code)}; {_range(case, case.now, code)}"
    factor = case.n(rescaled_by(old, case.now, code))
    why = {
        "factor": (f"cùng số liệu, nhân {factor}", f"the same data times {factor}"),
        "ratio": ("hai đầu mốc chênh nhiều lần", "the bounds differ manifold"),
        "floor": ("mức thấp nhất lên gần mức cao nhất cũ", "the lowest is near the old highest"),
        "known": ("định nghĩa được ghi nhận là đã đổi", "the definition is known to have changed"),
    }
    words = "; ".join(case.say(*why[one]) for one in seen)
    text = case.say(
        f"Đơn vị hoặc cách tính đã đổi ({ranges}; {words}).",
        f"The unit or definition changed ({ranges}; {words}).",
    )
    if suspect == 1.0:
        return text
    target = case.targets[code]
    return text + case.say(
        f" Mục tiêu {case.n(target)} theo đơn vị cũ là {case.n(target * suspect)} theo đơn vị mới.",
        f" The target {case.n(target)}, read in the old unit, is {case.n(target * suspect)} in the"
        " new one.",
    )


def _reading(case: Case, old: Sheet, code: str, suspect: float) -> tuple[Points, str]:
    """Points between the two readings of a target: new definition less old."""
    if code not in case.targets:
        return Points(), ""
    target = case.targets[code]
    if suspect != 1.0:
        return difference(case, code, target, target * suspect), case.say(
            f"{case.at_bounds()}; theo đơn vị mới so với đơn vị cũ",
            f"{case.at_bounds()}; read in the new unit against the old",
        )
    gaps = [
        score_at(case, case.now, code, target, with_caps)
        - score_at(case, old, code, target, with_caps)
        for with_caps in (True, False)
    ]
    weight = node_weight(case, code)
    if np.isnan(gaps).any():
        return Points(), ""
    return Points(weight * gaps[0], weight * min(gaps), weight * max(gaps)), case.say(
        f"điểm của mục tiêu theo mốc {case.now.year} so với mốc {old.year}, có và không có trần",
        f"score of the target at {case.now.year} bounds against {old.year}, with and without caps",
    )


def score_at(case: Case, sheet: Sheet, code: str, value: float, with_caps: bool) -> float:
    """Score of a value at the printed bounds of a sheet, with or without its year's caps."""
    row = case.frameworks(sheet.year)[int(with_caps)].table.loc[code]
    low, high = cell_of(sheet, code, "lowest"), cell_of(sheet, code, "highest")
    top = np.fmin(high, float(row.get("cap", np.nan)))
    return float(
        minmax(np.array(value), np.array(low), np.array(top), int(row["direction"]), clip=True)
    )


def data_reused(case: Case) -> Iterator[Finding]:
    """PA302: the figures of two years are the same; nothing is gained until they are new."""
    old = case.before
    if old is None:
        return
    for code, target in case.targets.items():
        if not reused(old, case.now, code):
            continue
        same = rescaled_by(old, case.now, code) == 1.0
        figures = f"{case.n(cell_of(old, code))} ({old.year}), {case.n(case.value(code))}"
        yield Finding(
            "PA302",
            "warning",
            code,
            case.appendix(code),
            f"{figures} ({case.now.year})",
            case.say("số đo mới", "a new measurement"),
            case.say(
                f"Số liệu {case.now.year} dùng lại của {old.year}"
                + ("" if same else ", chỉ đổi đơn vị")
                + ": chưa có thêm điểm chừng nào chưa đo lại.",
                f"The figures of {case.now.year} are those of {old.year}"
                + ("" if same else ", in another unit")
                + ": nothing is gained until it is measured again.",
            ),
            case.say(
                "Hỏi kỳ đo tới; không tính điểm này vào mục tiêu trước đó.",
                "Ask when it is next measured; do not count these points before.",
            ),
            gain(case, code, target).turned,
            case.say(
                f"{case.at_bounds()}; điểm của mục tiêu, nếu chưa đo lại",
                f"{case.at_bounds()}; points of the target, if it is not measured again",
            ),
        )


def own_leap(case: Case) -> Iterator[Finding]:
    """PA303: the unit's own score leapt within a year, and may fall back."""
    old = case.before
    if old is None:
        return
    for code in case.fw.indicators:
        before, value = cell_of(old, code), case.value(code)
        rise = score_at(case, case.now, code, value, True) - score_at(case, old, code, before, True)
        if np.isnan(rise) or rise < case.limits.leap or changes(case, old, code):
            continue
        yield Finding(
            "PA303",
            "warning",
            code,
            case.appendix(code),
            f"{case.n(before)} → {case.n(value)}",
            case.say("căn cứ của số liệu", "grounds of the figure"),
            case.say(
                f"Chỉ số tăng vọt từ {case.n(before)} lên {case.n(value)} trong một năm"
                f" (+{case.n(rise, 0)} điểm thành phần): kiểm tra tử số, mẫu số.",
                f"It leapt from {case.n(before)} to {case.n(value)} in a year"
                f" (+{case.n(rise, 0)} score points): check numerator and denominator.",
            ),
            case.say(
                "Lưu hồ sơ minh chứng, dự phòng trường hợp giảm lại.",
                "Keep the evidence; allow for its falling back.",
            ),
            gain(case, code, before),
            case.say(
                f"{case.at_bounds()}; nếu trở lại mức năm {old.year}",
                f"{case.at_bounds()}; if it falls back to the value of {old.year}",
            ),
        )


def swapped_bounds(case: Case) -> Iterator[Finding]:
    """PA304: highest and lowest printed in each other's place (put right when read)."""
    for sheet in case.sheets:
        for code, printed in _swapped(case, sheet).items():
            low, high = (case.n(x) for x in printed)
            yield Finding(
                "PA304",
                "note",
                code,
                f"{case.appendix(code)}, {sheet.year}",
                case.say(f"cao nhất {high}, thấp nhất {low}", f"highest {high}, lowest {low}"),
                case.say(f"cao nhất {low}, thấp nhất {high}", f"highest {low}, lowest {high}"),
                case.say(
                    f"Năm {sheet.year} in mức cao nhất ({high}) và thấp nhất ({low}) đổi chỗ nhau.",
                    f"Highest ({high}) and lowest ({low}) of {sheet.year} are printed in each"
                    " other's place.",
                ),
                case.say("Đổi lại hai cột.", "Swap the two columns."),
            )


def _swapped(case: Case, sheet: Sheet) -> dict[str, tuple[float, float]]:
    """Find printed lowest and highest of indicators where they stand the wrong way round."""
    found = {}
    notes = case.optional("corrections")
    if "column" in notes.columns:
        here = notes[notes["year"] == str(sheet.year)]
        for code, rows in here.groupby("code"):
            printed = rows.set_index("column")["printed"]
            read = rows.set_index("column")["read_as"]
            if {"lowest", "highest"} <= set(printed.index):
                low, high = float(printed["lowest"]), float(printed["highest"])
                turned = (float(read["highest"]), float(read["lowest"]))
                if turned == (low, high) and low > high:
                    found[str(code)] = (low, high)
    for code in case.fw.indicators:
        low, high = (cell_of(sheet, code, c) for c in ("lowest", "highest"))
        if low > high:
            found[code] = (low, high)
    return found


RULES = (
    definition_changed,
    data_reused,
    own_leap,
    swapped_bounds,
)
