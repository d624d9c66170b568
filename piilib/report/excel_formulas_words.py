"""Words of the worksheets that recompute the index."""

from __future__ import annotations

from typing import Final

import numpy as np

from piilib.report.numbers import Lang, interval
from piilib.report.prepare import Diagnostic
from piilib.report.words import source

#: Names of the two worksheets.
NAMES: Final[dict[Lang, tuple[str, str]]] = {
    "vi": ("Tính lại PII", "Tính lại điểm nhóm"),
    "en": ("Recompute PII", "Recompute groups"),
}
#: Headings in both languages, and widths.
INDICATORS: Final = (
    ("Mã", "Code", 8),
    ("Chỉ số", "Indicator", 40),
    ("Đơn vị", "Unit", 24),
    ("Giá trị {year} (sửa được)", "Value {year} (can be edited)", 12),
    ("Thấp nhất nước", "Country's lowest", 11),
    ("Cao nhất nước", "Country's highest", 11),
    ("Chiều (1; −1: càng thấp càng tốt)", "Direction (1; −1: less is better)", 12),
    ("Mức trần (suy luận)", "Cap (inferred)", 12),
    ("Mốc trên để tính điểm", "Upper bound used", 12),
    ("Điểm 0–100", "Score 0–100", 10),
    ("Do làm tròn: từ", "Rounding: from", 10),
    ("Do làm tròn: đến", "Rounding: to", 10),
    ("Trọng số trong nhóm", "Weight in its group", 10),
    ("Giá trị mới (nhập vào đây)", "New value (type here)", 12),
    ("Điểm với giá trị mới", "Score with the new value", 11),
    ("Tăng thêm, điểm PII", "Gain, index points", 11),
    ("Mức trần có thể: từ", "Cap may be: from", 10),
    ("Mức trần có thể: đến", "Cap may be: to", 10),
)
GROUPS: Final = (
    ("Mã", "Code", 8),
    ("Trụ cột, nhóm", "Pillar, sub-pillar", 42),
    ("Trọng số trong cấp trên", "Weight in its group", 10),
    ("Tính lại từ giá trị các chỉ số", "Recomputed from indicator values", 13),
    ("Công bố", "Published", 10),
    ("Chênh lệch so với công bố", "Difference from published", 11),
    ("Do làm tròn giá trị: từ", "Rounding of values: from", 11),
    ("Do làm tròn giá trị: đến", "Rounding of values: to", 11),
    ("Tính lại từ cấp ngay dưới (*)", "Recomputed from the level below (*)", 13),
    ("Điểm dùng cho cấp trên", "Score used one level up", 11),
    ("Chênh lệch của (*)", "Difference of (*)", 11),
    ("Làm tròn cho phép (*): từ", "Rounding allows (*): from", 11),
    ("Làm tròn cho phép (*): đến", "Rounding allows (*): to", 11),
    ("Số tự do (mức trần)", "Free numbers (caps)", 10),
    ("Công bố khớp (*)?", "Published fits (*)?", 11),
    ("Tỷ trọng trong PII", "Share of the index", 10),
    ("Với giá trị mới", "With the new values", 11),
    ("Tăng thêm", "Gain", 10),
)
_EVIDENCE: Final = {
    "tested": ("đã kiểm chứng", "tested"),
    "fitted": ("chọn cho khớp", "fitted"),
    "joint": ("xác định cùng chỉ số khác", "fixed only together with another"),
}


def titles(d: Diagnostic) -> tuple[str, str]:
    """Title the two worksheets."""
    return (
        d.say(
            f"Tính lại PII {d.year} của {d.name} từ 52 chỉ số, bằng công thức",
            f"PII {d.year} of {d.name} recomputed from the indicators, by formulas",
        ).replace("52", str(len(d.fw.indicators))),
        d.say(
            f"Điểm nhóm, trụ cột và PII {d.year} của {d.name}, bằng công thức",
            f"Sub-pillars, pillars and PII {d.year} of {d.name}, by formulas",
        ),
    )


def summary(d: Diagnostic) -> tuple[str, str, str, str]:
    """Name the four figures above the indicators."""
    return (
        d.say(f"PII {d.year} công bố", f"PII {d.year} published"),
        d.say("PII tính lại từ cột D dưới đây", "PII recomputed from column D below"),
        d.say("PII với giá trị mới", "PII with the new values"),
        d.say("Tăng thêm", "Gain"),
    )


def rounding(d: Diagnostic, low: float, high: float) -> str:
    """Say beside the two figures of the index why they need not be the same."""
    range_ = interval(low, high, 2, d.lang)
    return d.say(
        "Giá trị và mốc in ra đã làm tròn, nên PII tính lại từ chúng có thể khác số công bố: theo"
        f" số đã in, làm tròn cho phép {range_} (trang “{NAMES['vi'][1]}”, cột G và H).",
        "Printed values and bounds are rounded, so the PII recomputed from them can differ from"
        f" the published: as printed, rounding allows {range_} (sheet “{NAMES['en'][1]}”, columns"
        " G and H).",
    )


def fits(d: Diagnostic) -> tuple[str, str]:
    """Say that a published score is within rounding, or is not."""
    return d.say("khớp", "fits"), d.say("không khớp", "does not fit")


def notes(d: Diagnostic, number: int) -> list[str]:
    """Explain a worksheet, below it."""
    return _indicator_notes(d) if number == 0 else _group_notes(d)


def _indicator_notes(d: Diagnostic) -> list[str]:
    return [
        d.say(
            "Điểm = 100 × (giá trị − thấp nhất) / (mốc trên − thấp nhất), giới hạn trong 0–100;"
            " chiều −1 thì lấy 100 trừ đi. Mốc trên là số nhỏ hơn trong mức cao nhất nước và mức"
            " trần. Ô trống là không có số liệu: chỉ số đó không tính vào nhóm.",
            "Score = 100 × (value − lowest) / (upper bound − lowest), limited to 0–100; with"
            " direction −1, 100 minus that. The upper bound is the smaller of the country's highest"
            " and the cap. An empty cell means no data: its indicator does not count in its group.",
        ),
        d.say(
            "Ô vàng: nhập được. Ô xanh: công thức. Ô cam: piilib suy luận từ phiếu, không phải do"
            " Bộ công bố; ghi chú trong ô nói rõ mức tin cậy.",
            "Yellow: type here. Blue: formulas. Orange: inferred by piilib from the sheet, not"
            " published by the Ministry; the note in the cell says how sure it is.",
        ),
        d.say(
            f"Giá trị mới được tính theo mốc {d.year}, các chỉ số khác giữ nguyên. Tăng thêm của"
            " từng dòng cộng lại bằng mức tăng của PII khi không chỉ số nào thêm hay mất số liệu."
            " Mức tăng trong báo cáo là trung vị trên các hiệu chỉnh của phần làm tròn và mức trần,"
            " nên có thể lệch với bảng này.",
            f"New values are scored at the bounds of {d.year}, all else unchanged. The gains of the"
            " rows add up to that of the index where no indicator gains or loses its data. Gains in"
            " the report are medians over calibrations of rounding and caps, and so may differ"
            " from this table.",
        ),
        d.say(
            "Điểm do làm tròn (từ, đến): giá trị và mốc in ra được hiểu là ± nửa đơn vị của chữ số"
            " cuối; hai cột này tính từ số đã công bố và không đổi khi sửa.",
            "Score within rounding (from, to): printed values and bounds mean ± half a unit of the"
            " last digit; these two columns are of the published figures and stay as they are.",
        ),
        d.say(
            "Mức trần có thể (từ, đến): số liệu chỉ cho biết mức trần nằm trong khoảng này; cột H"
            " là một số trong khoảng, chọn để tính.",
            "Cap may be (from, to): the data only tell that the cap lies in this range; column H is"
            " one number of it, chosen to reckon with.",
        ),
        d.say(f"Nguồn: {source(d)}.", f"Source: {source(d)}."),
    ]


def _group_notes(d: Diagnostic) -> list[str]:
    return [
        d.say(
            "Mỗi điểm là trung bình có trọng số của cấp dưới có điểm. Cột D đi thẳng từ giá trị các"
            " chỉ số lên đến PII; nó lệch điểm công bố vì giá trị in ra đã làm tròn (0,02 có thể là"
            " 0,015 đến 0,025): cột G và H cho biết làm tròn đó cho phép điểm từ đâu đến đâu.",
            "Every score is the weighted mean of the scores below it that are there. Column D goes"
            " from the indicator values straight up to the index; it differs from the published"
            " score because the printed values are rounded (0.02 may be 0.015 to 0.025): columns G"
            " and H give the range that this rounding allows.",
        ),
        d.say(
            "Cột I và J có ba chữ số thập phân: số nằm đúng giữa hai cách làm tròn (như 25,345) thì"
            " báo cáo làm tròn về chữ số chẵn (25,34), còn bảng tính làm tròn lên (25,35).",
            "Columns I and J have three decimals: a number right between two roundings (such as"
            " 25.345) is rounded to the even digit in the report (25.34), and up by a spreadsheet"
            " (25.35).",
        ),
        d.say(
            "(*) Kiểm tra từng bậc: nhóm tính từ chỉ số; trụ cột và PII tính từ điểm đã công bố"
            " của cấp ngay dưới (thiếu thì từ điểm tính lại). Công bố “khớp” khi điểm công bố, với"
            " sai số làm tròn của nó, chạm khoảng mà làm tròn cho phép. Điểm nhóm có số tự do khớp"
            " nhờ mức trần được chọn cho khớp, nên không phải là bằng chứng.",
            "(*) One step at a time: sub-pillars from indicators; pillars and the index from the"
            " published scores right below (where there is none, from the recomputed). A published"
            " score “fits” if, within its own rounding, it meets the interval that rounding allows."
            " A sub-pillar with free numbers fits by caps chosen to fit, and is no evidence.",
        ),
        d.say(f"Nguồn: {source(d)}.", f"Source: {source(d)}."),
    ]


def remarks(d: Diagnostic, code: str) -> dict[str, str]:
    """Explain what is inferred about an indicator, by the column of the cell.

    Examples
    --------
    >>> from piilib.report.prepare import prepare
    >>> d = prepare("cao-bang", 2024, "en", draws=100)
    >>> list(remarks(d, "4.1.2")), list(remarks(d, "6.1.1")), remarks(d, "1.1.1")
    (['G'], ['H'], {})
    """
    row, found = d.fw.table.loc[code], {}
    word, _, _ = str(row.get("evidence", "")).partition(":")
    sure = d.say(*_EVIDENCE[word]) if word in _EVIDENCE else ""
    more = f" ({sure})" if sure else ""
    if row["direction"] < 0:
        found["G"] = d.say(
            f"Suy luận từ phiếu số liệu{more}: càng thấp càng tốt. Chưa có tài liệu phương pháp của"
            " Bộ để đối chiếu.",
            f"Inferred from the sheet{more}: less is better. The Ministry's method paper is not in"
            " hand.",
        )
    if not np.isnan(row.get("cap", np.nan)):
        range_ = interval(row["cap_low"], row["cap_high"], 2, d.lang)
        found["H"] = d.say(
            f"Mức trần do piilib suy luận từ phiếu số liệu{more}; mọi số trong khoảng {range_} đều"
            " phù hợp. Không phải số chính thức.",
            f"Cap inferred by piilib from the sheet{more}; any number in {range_} would do. It is"
            " not an official figure.",
        )
    elif row.get("unidentified", "") == "true":
        found["H"] = d.say(
            "Có thể có mức trần, nhưng phiếu số liệu không xác định được; ở đây tính không trần.",
            "There may be a cap, but the sheet does not tell; none is used here.",
        )
    return found
