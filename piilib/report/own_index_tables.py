"""Tables of a user's own index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from piilib.analysis.correlation import cronbach_alpha, pca
from piilib.analysis.preparation import imputed_cells
from piilib.analysis.statistics import statistics
from piilib.errors import DataError
from piilib.index.framework_file import framework_template
from piilib.report.block import Html, paragraphs
from piilib.report.index_words import node_label, node_name
from piilib.report.numbers import number
from piilib.report.own_index import OwnIndex
from piilib.report.own_index_text import missing, source
from piilib.report.table import Column, Format, Table

#: Rows that a page shows of a long table.
MOST = 100
_FLAGS = {
    "outlier": ("lệch nhiều", "skewed"),
    "many_missing": ("thiếu nhiều", "many missing"),
    "many_same": ("nhiều giá trị trùng", "many alike"),
}


def template_table(s: OwnIndex) -> Table | Html:
    """Show the framework to fill in, where none was given."""
    if "framework" in s.files:
        return Html()
    table = framework_template(s.panel if s.panels else None)
    names = ["code", "parent", "weight", "direction", f"name_{s.lang}"]
    return own_table(
        s,
        "framework-template",
        s.say("Khung chỉ số để điền", "The framework to fill in"),
        [(name, name, "text", 0) for name in names],
        table[names].astype(str).to_dict("records"),
        note=s.say(
            "Cột weight: trọng số trong nhóm; direction: 1 là càng cao càng tốt, -1 là càng thấp "
            "càng tốt; parent: mã của nhóm chứa nó.",
            "weight: within the group; direction: 1 where more is better, -1 where less is; "
            "parent: the code of its group.",
        ),
    )


def statistics_table(s: OwnIndex) -> Table | Html:
    """Describe each indicator, with the flags for outliers and missing values."""
    if not s.panels:
        return missing(s)
    table = statistics(s.screening.panel, s.fw)
    rows = [
        {
            "code": code,
            "name": node_name(s.fw, str(code), s.lang),
            **row[["n", "missing", "skewness", "kurtosis"]].to_dict(),
            **{name: _short(row[name], s) for name in ("min", "median", "max")},
            "flag": _flags(s, row),
        }
        for code, row in table.iterrows()
    ]
    return own_table(
        s,
        "statistics",
        s.say("Từng chỉ số", "Each indicator"),
        [
            ("code", s.say("Mã", "Code"), "text", 0),
            ("name", s.say("Tên", "Name"), "text", 0),
            ("n", s.say("Số đơn vị", "Units"), "number", 0),
            ("missing", s.say("Thiếu", "Missing"), "number", 0),
            ("min", s.say("Thấp nhất", "Lowest"), "figure", 0),
            ("median", s.say("Trung vị", "Median"), "figure", 0),
            ("max", s.say("Cao nhất", "Highest"), "figure", 0),
            ("skewness", s.say("Độ lệch", "Skewness"), "number", 2),
            ("kurtosis", s.say("Độ nhọn", "Kurtosis"), "number", 2),
            ("flag", s.say("Lưu ý", "Flag"), "text", 0),
        ],
        rows,
        note=s.say(
            "Độ lệch và độ nhọn (vượt trội) là ước lượng mẫu loại 2; lệch nhiều: |độ lệch| > 2 và "
            "độ nhọn > 3,5.",
            "Skewness and excess kurtosis are the sample ones (type 2); skewed: |skewness| > 2 and "
            "kurtosis > 3.5.",
        ),
    )


def _flags(s: OwnIndex, row: pd.Series) -> str:
    return ", ".join(s.say(*words) for flag, words in _FLAGS.items() if row[flag])


def preparation_table(s: OwnIndex) -> Table | Html:
    """List the units left out and the cells filled; nothing where there are none."""
    if not s.panels:
        return Html()
    out = s.screening.table.query("~kept")
    filled = imputed_cells(s.screening.panel, s.panel)
    rows = [
        {"unit": str(unit), "what": s.say("bỏ: thiếu số liệu", "left out: too few values")}
        for unit in out.index
    ] + [
        {
            "unit": str(row["unit"]),
            "what": node_label(s.fw, str(row["indicator"]), s.lang),
            "value": _short(float(row["value"]), s),
        }
        for _, row in filled.iterrows()
    ]
    if not rows:
        return Html()
    return own_table(
        s,
        "preparation",
        s.say("Đơn vị bỏ ra và ô được điền", "Units left out and cells filled"),
        [
            ("unit", s.say("Đơn vị", "Unit"), "text", 0),
            ("what", s.say("Chỉ số", "Indicator"), "text", 0),
            ("value", s.say("Giá trị điền vào (ước đoán)", "Filled with (a guess)"), "text", 0),
        ],
        rows[:MOST],
        note=s.say(
            f"Cách điền: {s.imputation}; tất cả {len(rows)} dòng, in {min(len(rows), MOST)}.",
            f"Imputation: {s.imputation}; {len(rows)} rows, {min(len(rows), MOST)} printed.",
        ),
    )


def _short(x: float, s: OwnIndex) -> str:
    """Write a value of any size with four significant digits."""
    if not np.isfinite(x):
        return "–"
    places = 0 if x == 0 else 3 - int(np.floor(np.log10(abs(x))))
    return number(x, int(np.clip(places, 0, 8)), s.lang)


def treatment_table(s: OwnIndex) -> Table | Html:
    """Say what treatment did to each indicator that it touched."""
    if not s.panels:
        return missing(s)
    report = s.result.treatment_report
    touched = report[report["applied"] != "none"]
    if touched.empty:
        return paragraphs(s.say("Không chỉ số nào bị xử lý.", "No indicator was treated."))
    rows = [
        {
            **row.to_dict(),
            "code": node_label(s.fw, str(code), s.lang),
            "applied": s.word(str(row["applied"])),
            "units": ", ".join(map(str, row["units"])) or None,
        }
        for code, row in touched.iterrows()
    ]
    return own_table(
        s,
        "treatment",
        s.say("Chỉ số đã xử lý ngoại lệ", "Indicators whose outliers were treated"),
        [
            ("code", s.say("Chỉ số", "Indicator"), "text", 0),
            ("applied", s.say("Cách xử lý", "Treatment"), "text", 0),
            ("points", s.say("Số điểm", "Points"), "number", 0),
            ("units", s.say("Đơn vị", "Units"), "text", 0),
            ("skewness_before", s.say("Độ lệch trước", "Skewness before"), "number", 2),
            ("skewness_after", s.say("sau", "after"), "number", 2),
            ("kurtosis_before", s.say("Độ nhọn trước", "Kurtosis before"), "number", 2),
            ("kurtosis_after", s.say("sau", "after"), "number", 2),
        ],
        rows,
    )


def consistency_table(s: OwnIndex) -> Table | Html:
    """Cronbach's alpha and the first principal component of each group."""
    if not s.panels:
        return missing(s)
    alpha = cronbach_alpha(s.result.scores, s.fw)
    rows = [
        {
            "node": node_label(s.fw, node, s.lang),
            "members": len(codes),
            "alpha": float(alpha[node]),  # type: ignore[index]
            "share": _first_component(s, node),
        }
        for node, codes in s.fw.groups
    ]
    return own_table(
        s,
        "consistency",
        s.say("Mỗi nhóm có đo một thứ không?", "Does each group measure one thing?"),
        [
            ("node", s.say("Nhóm", "Group"), "text", 0),
            ("members", s.say("Thành phần", "Members"), "number", 0),
            ("alpha", s.say("Alpha của Cronbach", "Cronbach's alpha"), "number", 2),
            ("share", s.say("Thành phần chính thứ nhất", "First component"), "percent", 0),
        ],
        rows,
        note=s.say(
            "Alpha từ 0,7 thường được coi là nhất quán; âm là các thành phần triệt tiêu nhau. Cột "
            "cuối: phần phương sai của nhóm mà một trục giải thích.",
            "Alpha of 0.7 or more usually counts as consistent; below 0 the members offset one "
            "another. Last column: share of the group's variance on one axis.",
        ),
    )


def _first_component(s: OwnIndex, node: str) -> float:
    if len(s.fw.children(node)) < 2:
        return np.nan
    try:
        return float(pca(s.result.scores, s.fw, node).table["share"].iloc[0])
    except DataError:  # a member that does not vary, or fewer than three complete units
        return np.nan


def own_table(
    s: OwnIndex,
    key: str,
    caption: str,
    columns: Sequence[tuple[str, str, Format | Literal["figure"], int]],
    rows: Sequence[Mapping[Any, Any]],
    kind: str = "",
    note: str | None = None,
) -> Table:
    """Set a table with the words for a user's own panel."""
    own = s.say("Bảng số liệu của người dùng", "The user's own panel")
    return Table(
        key,
        caption,
        [
            Column(name, heading, "text", align="right")
            if form == "figure"
            else Column(name, heading, form, decimals)
            for name, heading, form, decimals in columns
        ],
        rows,
        source=source(s) if s.panels else "piilib",
        kind=kind or (own if s.panels else s.say("Mẫu", "Template")),
        lang=s.lang,
        note=note,
    )
