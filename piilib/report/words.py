"""Words that sections share: kinds of data, sources, names of things."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from piilib.data.effort_tables import YEARS, effort_unit
from piilib.report.block import Html, notice, paragraphs
from piilib.report.chart import OKABE_ITO
from piilib.report.numbers import number
from piilib.report.prepare import Diagnostic
from piilib.report.simulated import marked, sheet_source
from piilib.report.table import Column

#: What a colour means, the same on every chart.
COLOURS: Final = {
    "accent": OKABE_ITO[0],
    "bad": OKABE_ITO[1],
    "good": OKABE_ITO[2],
    "muted": "#9aa5b1",
    "light": "#d9dee4",
}

_KINDS = {
    "scoreboard": ("Bảng xếp hạng đã công bố", "Published scoreboard"),
    "completed": (
        "Bảng xếp hạng đã công bố; phần chưa công bố là khoảng ước lượng",
        "Published scoreboard; what was not published is an estimated interval",
    ),
    "sheet": ("Phiếu số liệu của tỉnh", "The province's sheet"),
    "plan": ("Kế hoạch của tỉnh", "The province's plan"),
    "inferred": (
        "Phiếu số liệu của tỉnh; cách tính suy luận từ phiếu",
        "The province's sheet; method inferred from it",
    ),
    "judgement": (
        "Phiếu số liệu của tỉnh; cách tính suy luận; công sức theo bảng giả định effort.csv",
        "The province's sheet; inferred method; efforts assumed in effort.csv",
    ),
}


def kind(d: Diagnostic, name: str) -> str:
    """Say which kind of data a figure rests on."""
    file = Path(d.effort_file).name or "effort.csv"
    return d.say(*_KINDS[name]).replace("effort.csv", file)


def source(d: Diagnostic, name: str = "sheet") -> str:
    """Name the document behind a figure; what rests on simulated data begins with their mark."""
    if name == "plan" and d.plan is not None:
        return marked(d.plan.source, d.lang, d.simulated)
    if d.simulated:
        return sheet_source("", d.lang, True)
    if name == "sheet" and d.sheet is not None:
        return d.sheet.source
    return d.say(
        f"Kết quả PII {d.year} do báo chí và các tỉnh công bố (địa chỉ ở mục Nguồn)",
        f"PII {d.year} results as published by press and provinces (addresses under Sources)",
    )


def sources(d: Diagnostic, *names: str) -> str:
    """Name several documents, one that is part of another only once."""
    named = [source(d, name) for name in names]
    return "; ".join(
        a for a in dict.fromkeys(named) if not any(a != b and b.startswith(a) for b in named)
    )


def n(d: Diagnostic, x: float, decimals: int = 2, *, signed: bool = False) -> str:
    """Format a number in the report's language."""
    return number(x, decimals, d.lang, signed=signed)


def value(d: Diagnostic, x: float, least: int = 2) -> str:
    """Format an indicator's value with as many decimals as it needs (two as printed), or more."""
    if np.isnan(x):
        return "–"
    decimals = 2 if abs(x) >= 0.1 or x == 0 else 3
    if abs(x * 100 - round(x * 100)) < 1e-9:
        decimals = 2
    return number(x, max(decimals, least), d.lang)


def label(d: Diagnostic, code: str, *, short: bool = False) -> str:
    """Code and name of a node, once where they are the same."""
    name = d.node(code, short=short)
    return code if name == code else f"{code} {name}"


def at_bounds(d: Diagnostic) -> str:
    """Say at which bounds a gain is counted."""
    return d.say(f"theo mốc {d.year}", f"at {d.year} bounds")


def gain_label(d: Diagnostic) -> str:
    """Name what the gains on an axis are: net of the drift where that is known."""
    if d.before is None:
        return d.say(f"Điểm PII tăng thêm, {at_bounds(d)}", f"Index points, {at_bounds(d)}")
    return d.say("Điểm PII tăng thêm, vượt xu hướng chung", "Index points, net of the common drift")


#: Million VND in one lot of money.
_LOT = 100.0


def unit(d: Diagnostic) -> str:
    """Name the unit of effort in short: difficulty-weighted years, or money with a cost table."""
    return _money(d) or d.say("năm quy đổi", "weighted years")


def spent(d: Diagnostic) -> str:
    """Name the unit of effort behind an amount that is spent."""
    return _money(d) or d.say("năm công sức", "years of effort")


def one_lot(d: Diagnostic) -> str:
    """Name the effort for which points are told: "one year of effort"."""
    if costs(d):
        return f"{lot(d):.0f} {_money(d)}"
    return d.say("một năm công sức", "one year of effort")


def weighted(d: Diagnostic) -> str:
    """Name the unit of effort in full."""
    return _money(d) or d.say("năm công sức quy đổi", "weighted years of effort")


def per_unit(d: Diagnostic) -> str:
    """Head a column of points for as much effort as `lot` says."""
    money = f"{lot(d):.0f} {_money(d)}"
    return d.say("Điểm/ ", "Points/ ") + (money if costs(d) else d.say("năm", "year"))


def lot(d: Diagnostic) -> float:
    """Amount of effort for which points are told: a year, or 100 million VND."""
    return _LOT if costs(d) else 1.0


def _money(d: Diagnostic) -> str:
    return d.say("triệu đồng", "million VND") if costs(d) else ""


def costs(d: Diagnostic) -> bool:
    """Whether effort is counted in money."""
    return d.base is not None and effort_unit(d.base.effort) != YEARS


def measure(d: Diagnostic) -> str:
    """Say what a net gain is: beyond the common drift, or at the year's bounds if that is all."""
    if d.before is None:
        return at_bounds(d)
    return d.say("vượt xu hướng chung", "beyond the common drift")


def net_column(d: Diagnostic, key: str = "net", decimals: int = 2) -> tuple[Column, ...]:
    """Give the column of gains net of the common drift; nothing where one year alone is known."""
    if d.before is None:
        return ()
    heading = d.say("Vượt xu hướng chung", "Net of drift")
    return (Column(key, heading, "signed", decimals=decimals),)


def no_sheet(d: Diagnostic) -> Html:
    """Say that the province's sheet is missing, and how to supply it."""
    return notice(
        d.say(
            f"Chưa có phiếu số liệu PII {d.year} của {d.name} nên chưa phân tích được nguyên nhân"
            f" và đòn bẩy. Để bổ sung: pii template sheet --province {d.key} --year {d.year} lập "
            "một tệp Excel có sẵn mức thấp và cao nhất cả nước (nếu đã công bố); điền 52 giá trị "
            f"của tỉnh, rồi chạy pii report --province {d.key} --year {d.year} --data TỆP.",
            f"The PII {d.year} sheet of {d.name} is not in hand, so causes and levers cannot be"
            f" shown. To supply it: pii template sheet --province {d.key} --year {d.year} writes "
            "an Excel file with the country's lowest and highest (where published); fill in the "
            f"province's 52 values, then pii report --province {d.key} --year {d.year} --data "
            "FILE.",
        ),
        "warning",
    )


def needs_sheet(d: Diagnostic) -> Html:
    """Say, in a later section, that it needs the sheet that is missing."""
    return paragraphs(
        d.say(
            f"Mục này cần phiếu số liệu PII {d.year} của {d.name} (cách bổ sung: xem phần tóm"
            " tắt).",
            f"This section needs the PII {d.year} sheet of {d.name} (see the summary for how to "
            "supply it).",
        )
    )


def no_plan(d: Diagnostic) -> Html:
    """Say that the province's plan is missing."""
    return notice(
        d.say(
            f"Chưa có kế hoạch nâng cao PII của {d.name} trong dữ liệu nên chưa đối chiếu được mục "
            "tiêu.",
            f"The PII plan of {d.name} is not in the data, so its targets cannot be compared.",
        ),
        "warning",
    )


def pillars(d: Diagnostic) -> list[str]:
    """Codes of the pillars."""
    level = d.fw.table["level"]
    return [str(code) for code in level.index[level == "pillar"]]


def subpillars(d: Diagnostic) -> list[str]:
    """Codes of the sub-pillars."""
    level = d.fw.table["level"]
    return [str(code) for code in level.index[level == "subpillar"]]


def step_text(d: Diagnostic, code: str) -> str:
    """Say what one step on a lever asks: from where to where, in its own unit."""
    assert d.levers is not None
    row = d.levers.loc[code]
    unit = str(d.fw.table.at[code, f"unit_{d.lang}"])
    sign = float(d.fw.table.at[code, "direction"])
    end = row["value"] + sign * row["step"]
    if row["count"] == row["count"] and row["natural_size"] > 0:
        things = row["step"] / row["natural_size"]
        if abs(things - round(things)) < 0.06 and round(things) >= 1 and row["count"] < 200:
            now = round(float(row["count"]))
            natural = str(d.fw.table.at[code, f"natural_unit_{d.lang}"])
            return d.say(
                f"từ {now} lên {now + round(things)} ({natural.removeprefix('một ')})",
                f"from {now} to {now + round(things)} ({natural.removeprefix('one ')})",
            )
    least = _decimals(row["value"], end)
    return d.say(
        f"từ {value(d, row['value'])} {_way(d, sign)} {value(d, end, least)} {unit}",
        f"from {value(d, row['value'])} to {value(d, end, least)} {unit}",
    ) + _if_moved(d, row["needed"], end, sign, least)


def _decimals(start: float, end: float) -> int:
    """Count the decimals with which two ends differ by what they differ by, to a tenth of it.

    Examples
    --------
    >>> _decimals(45.28, 49.28), _decimals(0.66, 0.664), _decimals(0.11, 0.125)
    (2, 3, 3)
    """
    step = end - start
    off = {k: abs(round(end, k) - round(start, k) - step) for k in (2, 3, 4)}
    return next((k for k in (2, 3) if off[k] <= 0.1 * abs(step)), 4)


def _way(d: Diagnostic, sign: float) -> str:
    return d.say("lên" if sign > 0 else "xuống", "to")


def _if_moved(d: Diagnostic, needed: float, end: float, sign: float, least: int) -> str:
    """Say where the step ends if the country's bounds move on, where that is farther."""
    if sign * (needed - end) < 0.005:
        return ""
    return d.say(
        f" ({value(d, needed, least)} nếu mốc dịch chuyển như năm qua)",
        f" ({value(d, needed, least)} if bounds move as last year)",
    )
