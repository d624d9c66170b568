"""What stays open: other accounts, how a conclusion would change, coverage of intervals."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

import piilib
from piilib.index.framework import INFERRED_YEARS
from piilib.report.block import Html, notice, paragraphs
from piilib.report.closing import digest
from piilib.report.method_data import MethodCheck
from piilib.report.method_tables import method_table
from piilib.report.numbers import listing, number
from piilib.report.table import Column, Table

_TOP = 10
#: What `make calibration` measured last.
_MEASURED = Path(__file__).parent / "measured" / "calibration.csv"


def open_table(m: MethodCheck) -> Table | Html:
    """List the groups that more than one set of changes explains."""
    rows = []
    for group, sets in m.found.sets.groupby("group", sort=False):
        count = int(sets["set"].nunique())
        if count < 2:
            continue
        shown = [
            " + ".join(_departure(m, row) for _, row in one.iterrows())
            for _, one in list(sets.groupby("set", sort=False))[:4]
        ]
        rows.append(
            {
                "group": f"{group} {m.fw.table.at[group, f'short_{m.lang}']}",
                "count": count,
                "sets": "; ".join(dict.fromkeys(shown)) + (" …" if count > 4 else ""),
            }
        )
    if not rows:
        return paragraphs(m.say("Không nhóm nào còn bỏ ngỏ.", "No group is left open."))
    return method_table(
        m,
        "open",
        m.say("Nhóm có nhiều cách giải thích", "Groups with more than one account"),
        (
            Column("group", m.say("Nhóm", "Sub-pillar")),
            Column("count", m.say("Số cách", "Accounts"), "number", 0),
            Column("sets", m.say("Những cách đầu tiên", "The first of them")),
        ),
        rows,
    )


def _departure(m: MethodCheck, row: pd.Series) -> str:
    years = row["years"]
    when = "" if len(years) == len(m.sheets) else f" ({', '.join(map(str, years))})"
    return f"{row['code']} {m.kinds(str(row['treatment']))}{when}"


def open_text(m: MethodCheck) -> Html:
    """Name the indicators of which the sheets say nothing."""
    table = m.found.indicators
    codes = [str(code) for code in table.index[table["status"] == "not identified"]]
    if not codes:
        return Html()
    names = listing(codes, m.lang)
    return paragraphs(
        m.say(
            f"Không xác định được từ phiếu (giá trị in bằng mức thấp nhất hoặc quá thô): {names}.",
            f"Not identified by the sheets (printed level with the lowest, or too coarse): "
            f"{names}.",
        )
    )


_METHODS = {
    "official": ("cách tính báo cáo dùng", "method of the reports"),
    "minimal": ("ít thay đổi nhất", "fewest changes"),
    "reversed": ("không có trần nào", "no caps at all"),
}


def alternatives_table(m: MethodCheck) -> Table | Html:
    """Compare the first levers under the methods that could be meant."""
    if not m.official:
        return _no_caps(m)
    rows = []
    first = _best(m.levers["official"])
    for name, table in m.levers.items():
        best = _best(table)
        rows.append(
            {
                "method": m.say(*_METHODS[name]),
                "levers": ", ".join(best[:5]),
                "common": len(set(best) & set(first)),
                "gain": float(table.loc[best[:5], "gain"].sum()),
            }
        )
    return method_table(
        m,
        "alternatives",
        m.say(
            "Kết luận đổi thế nào theo cách tính còn có thể",
            "How the conclusion changes with the methods that are still possible",
        ),
        (
            Column("method", m.say("Cách tính", "Method")),
            Column("levers", m.say("Năm đòn bẩy đầu", "First five levers")),
            Column(
                "common",
                m.say(f"Chung trong {_TOP} đầu", f"In common, first {_TOP}"),
                "number",
                0,
            ),
            Column("gain", m.say("Điểm PII của năm đòn bẩy", "Points of the five"), "signed"),
        ),
        rows,
        m.say(
            f"Một bước mỗi đòn bẩy, theo mốc {m.sheets[-1].year}; trung vị của các bộ hiệu chỉnh.",
            f"One step each, at {m.sheets[-1].year} bounds; medians over calibrations.",
        ),
    )


def _best(table: pd.DataFrame) -> list[str]:
    good = table[table["eligible"] & (table["net"] > 0)]
    return [str(code) for code in good.index[:_TOP]]


def alternatives_text(m: MethodCheck) -> Html:
    """Name the levers that stand among the first under every method."""
    if not m.official:
        return Html()
    lists = [_best(table) for table in m.levers.values()]
    always = [code for code in lists[0] if all(code in other for other in lists[1:])]
    names = listing(always, m.lang)
    return paragraphs(
        m.say(
            f"{len(always)} chỉ số nằm trong {_TOP} đòn bẩy đầu theo mọi cách tính: {names}.",
            f"{len(always)} indicators are among the first {_TOP} levers under every method: "
            f"{names}.",
        )
        if always
        else m.say(
            f"Không chỉ số nào nằm trong {_TOP} đòn bẩy đầu theo mọi cách tính.",
            f"No indicator is among the first {_TOP} levers under every method.",
        )
    )


def _no_caps(m: MethodCheck) -> Html:
    years = listing([str(year) for year in INFERRED_YEARS], m.lang)
    return notice(
        m.say(
            f"Mức trần mới được suy luận cho {years}, nên chưa so sánh được đòn bẩy.",
            f"Caps have been inferred for {years} only, so levers cannot be compared.",
        )
    )


_REMOVALS = {
    "score": ("điểm", "score"),
    "score and rank": ("điểm và hạng", "score and rank"),
    "score, rank and regional mean": (
        "điểm, hạng và trung bình vùng",
        "score, rank and regional mean",
    ),
    "as published": ("như đã công bố", "as published"),
    "pillars of a province": (
        "mọi điểm trụ cột, đầu vào, đầu ra của một tỉnh (2023, 2024)",
        "every pillar, input and output score of a province (2023, 2024)",
    ),
}


def calibration_text(m: MethodCheck) -> Html:
    """Say what the coverage of the completed scores is measured on."""
    return paragraphs(
        m.say(
            "Khoảng của những điểm chưa công bố (bức tranh cả nước) được kiểm tra bằng cách giấu "
            "đi từng điểm đã công bố, và trên các bảng điểm mô phỏng có cùng kiểu thiếu số liệu. "
            "Chỉ giấu điểm mà giữ hạng thì chưa phải là kiểm tra. Điểm trụ cột thường được công bố "
            "vì nó cao nhất hoặc thấp nhất, nên tỷ lệ chứa ở dòng trụ cột thấp hơn mức danh nghĩa "
            "cũng chưa cho thấy khoảng quá hẹp.",
            "The intervals of unpublished scores (national overview) are checked by holding back "
            "each published score, and on simulated scoreboards with the same pattern of missing "
            "figures. Holding back a score but not its rank is no check. Pillar scores are often "
            "published because they are highest or lowest, so that a coverage below the level in "
            "the row of pillars does not yet show intervals that are too narrow.",
        )
    )


def calibration_table(m: MethodCheck) -> Table:
    """Coverage and width of the intervals of completed scores, as measured."""
    table = pd.read_csv(_MEASURED)
    boards = number(float(table["scoreboards"].iloc[0]), 0, m.lang)
    rows = [
        {
            "rests": m.say("đã công bố", "published")
            if row["rests_on"] == "published"
            else m.say("mô phỏng", "simulated"),
            "removal": m.say(*_REMOVALS[str(row["removal"])]),
            "level": float(row["level"]),
            "count": int(row["count"]),
            "coverage": float(row["coverage"]),
            "ends": f"{_percent(row['low'])}–{_percent(row['high'])}%",
            "width": float(row["median_width"]),
        }
        for _, row in table.iterrows()
    ]
    return Table(
        key="calibration",
        caption=m.say(
            f"Khoảng có chứa điểm thật không (PII {table['year'].iloc[0]})",
            f"Do the intervals hold the true score (PII {table['year'].iloc[0]})",
        ),
        columns=(
            Column("rests", m.say("Dựa trên", "Rests on")),
            Column("removal", m.say("Giấu đi", "Held back")),
            Column("level", m.say("Khoảng", "Interval"), "percent", 0),
            Column("count", m.say("Số lần", "Count"), "number", 0),
            Column("coverage", m.say("Chứa điểm thật", "Coverage"), "percent", 1),
            Column("ends", m.say("Khoảng tin cậy 95%", "95% interval"), align="right"),
            Column("width", m.say("Độ rộng trung vị", "Median width"), "number", 1),
        ),
        rows=rows,
        source="calibration.csv",
        kind=m.say("Bảng xếp hạng đã công bố; mô phỏng", "Published scoreboard; simulated"),
        lang=m.lang,
        note=m.say(
            f"{boards} bảng điểm mô phỏng; số lần là số điểm chưa công bố trong tất cả các bảng, "
            "khoảng tin cậy tính trên các bảng. Chạy lại: make calibration.",
            f"{boards} simulated scoreboards; the count is of unpublished scores in all of them, "
            "the 95% interval over scoreboards. To measure again: make calibration.",
        ),
    )


def _percent(x: object) -> str:
    return f"{100 * float(str(x)):.0f}"


def foot(m: MethodCheck) -> Html:
    """Version, inputs with hashes, seed, and whose page it is not."""
    files = list(dict.fromkeys(s.file for s in m.sheets if s.file is not None))
    files += [m.folder / f"{name}.csv" for name in ("framework", "treatments", "effort")]
    inputs = ", ".join(f"{path.name} {digest(path)}" for path in files)
    return paragraphs(
        m.say(
            f"piilib {piilib.__version__}; hạt giống {m.seed}; số liệu đầu vào (sha256): {inputs}.",
            f"piilib {piilib.__version__}; seed {m.seed}; inputs (sha256): {inputs}.",
        ),
        m.say(
            "Soạn bằng piilib; không phải ấn phẩm của Bộ Khoa học và Công nghệ.",
            "Prepared with piilib; not a publication of the Ministry of Science and Technology.",
        ),
    )
