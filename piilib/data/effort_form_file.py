"""The layout of a form for effort: what stands in it before anybody fills it in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from piilib.data.natural_units import unit_size
from piilib.data.read import Row, read_rows
from piilib.errors import DataError

#: In the first cell of the form; the reader knows a form by it.
MARKER = "effort_form"
#: What the form's ``use`` may say, by what the table of efforts is then counted in.
USES = {"years": ("năm", "years"), "million VND": ("triệu đồng", "million VND")}


class Column(NamedTuple):
    """One column of the form: its key, its headings, how wide it is, whether it is to fill in."""

    key: str
    vi: str
    en: str
    width: int
    own: bool = False
    number: bool = False


COLUMNS = (
    Column("code", "Mã", "Code", 8),
    Column("name", "Chỉ số", "Indicator", 40),
    Column("unit", "Đơn vị đo", "Unit", 18),
    Column("kind", "Loại", "Kind", 13),
    Column("step", "Bước mặc định", "Default step", 10, number=True),
    Column("step_unit", "Đơn vị của bước", "Unit of the step", 22),
    Column("difficulty", "Độ khó mặc định", "Default difficulty", 10, number=True),
    Column("lag_years", "Độ trễ mặc định (năm)", "Default lag (years)", 10, number=True),
    Column("reason", "Lý do của mặc định", "Reason of the default", 60),
    Column("own_difficulty", "Độ khó tự chấm 1–5", "Own difficulty 1–5", 11, True, True),
    Column("own_step", "Bước tự chấm", "Own step", 11, True, True),
    Column("own_lag", "Độ trễ tự chấm (năm)", "Own lag (years)", 11, True, True),
    Column("natural_unit", "Một đơn vị tự nhiên", "One natural unit", 24),
    Column("natural_size", "Một đơn vị làm chỉ số tăng", "One unit adds", 12, number=True),
    Column("own_size", "Một đơn vị làm tăng (tự ghi)", "One unit adds (own)", 12, True, True),
    Column("cost", "Triệu đồng cho một đơn vị", "Million VND a unit", 12, True, True),
    Column("lead_time", "Từ chi đến có số liệu (năm)", "Lead time (years)", 12, True, True),
    Column("own_reason", "Lý do tự ghi", "Own reason", 50, True),
)
#: Cells above the table: key, and what stands beside it in Vietnamese and English.
HEAD = (
    ("who", "Người chấm", "Scored by"),
    ("department", "Đơn vị công tác", "Department"),
    ("date", "Ngày chấm (ngày/tháng/năm)", "Date (day/month/year)"),
    ("province", "Tỉnh", "Province"),
    ("year", "Năm của chỉ số", "Edition of the index"),
    ("use", "Tính theo (năm | triệu đồng)", "Count in (years | million VND)"),
)
TITLE = {
    "vi": "Phiếu chấm công sức để cải thiện từng chỉ số PII",
    "en": "Form for the effort of improving each PII indicator",
}
GUIDE_NAME = {"vi": "Hướng dẫn", "en": "Guide"}
GUIDE = {
    "vi": (
        ("Thang độ khó 1–5 [difficulty scale]", ""),
        ("1", "Một quyết định của một sở, bằng nguồn lực sẵn có"),
        ("2", "Một sở chủ trì, theo kế hoạch và kinh phí thường xuyên trong năm"),
        ("3", "Nhiều cơ quan phối hợp, hoặc doanh nghiệp và người dân phải thay đổi cách làm"),
        ("4", "Cần đầu tư hoặc nhân lực nhiều năm; phần lớn không do chính quyền tỉnh quyết định"),
        ("5", "Cơ cấu kinh tế hoặc xã hội; thay đổi sau nhiều kỳ kế hoạch"),
        ("Cách điền [how to fill in]", ""),
        ("Chung", "Chỉ điền ô màu vàng; ô để trống giữ giá trị mặc định. Không xoá dòng, không sửa"
         " các cột mặc định. Viết 2,5 hoặc 2.5; không viết 1.255 (một phẩy hay một nghìn?)."),
        ("who, date", "Người chấm và ngày chấm là bắt buộc."),
        ("kind", "growth và excluded không bao giờ là đòn bẩy, dù được chấm."),
        ("own_difficulty", "Số nguyên từ 1 đến 5 theo thang trên, cho một bước."),
        ("own_step", "Mức tăng thêm điển hình trong một năm, ngoài đà tăng chung của cả nước, tính"
         " bằng đơn vị của bước."),
        ("own_lag", "Số năm từ khi làm đến khi hiện ra trong số liệu."),
        ("own_size", "Một đơn vị tự nhiên (một đơn, một tổ chức, một điểm …) làm chỉ số tăng bao"
         " nhiêu, tính bằng đơn vị đo của chỉ số. Ví dụ một đơn trên 548.200 dân: 0,01824."),
        ("cost", "Triệu đồng cho một đơn vị tự nhiên. Chỉ số không có chi phí thì không được xét"
         " khi tính theo triệu đồng."),
        ("lead_time", "Số năm từ khi chi tiền đến khi có số liệu; để trống thì lấy độ trễ."),
        ("own_reason", "Nên ghi: người đọc báo cáo thấy lý do này thay cho lý do mặc định."),
        ("use", "Nếu phiếu có cả điểm tự chấm và chi phí, ghi rõ tính theo năm hay triệu đồng."),
    ),
    "en": (
        ("Scale of difficulty 1–5 [difficulty scale]", ""),
        ("1", "A decision of one department, with what it has"),
        ("2", "One department leads, within a year's plan and ordinary budget"),
        ("3", "Several agencies together, or enterprises and people must change what they do"),
        ("4", "Investment or people over years; mostly not for the province to decide"),
        ("5", "Structure of the economy or of society; several planning periods"),
        ("How to fill in [how to fill in]", ""),
        ("General", "Fill in the yellow cells only; an empty cell keeps the default. Delete no row"
         " and leave the default columns alone. Write 2.5 or 2,5, never 1.255 (one, or a"
         " thousand?)."),
        ("who, date", "Who scores and when must be given."),
        ("kind", "growth and excluded are never levers, whatever their score."),
        ("own_difficulty", "A whole number from 1 to 5 by the scale above, for one step."),
        ("own_step", "Typical progress of one year beyond the common drift of the country, in the"
         " unit of the step."),
        ("own_lag", "Years until what is done shows in the data."),
        ("own_size", "What one natural unit (an application, an organisation, a point …) adds to"
         " the indicator, in its unit. One application among 548,200 people: 0.01824."),
        ("cost", "Million VND for one natural unit. An indicator without a cost is left out where"
         " effort is counted in million VND."),
        ("lead_time", "Years from spending to data; the lag where empty."),
        ("own_reason", "Better given: readers see it in place of the default's reason."),
        ("use", "Where a form has both own scores and costs: which of them counts."),
    ),
}  # fmt: skip


def default_rows(
    folder: Path, province: str = "", year: int | None = None, lang: str = "vi"
) -> dict[str, dict[str, str]]:
    """Texts of the columns that come filled in, by indicator.

    Parameters
    ----------
    folder : Path
        The data folder: ``framework.csv``, ``effort.csv``, ``context.csv``.
    province, year
        Whose denominators turn one thing counted into the indicator's unit; without them that cell
        is empty for things counted.
    lang : {"vi", "en"}

    Returns
    -------
    dict
        Code to column to text; numbers with a decimal point.
    """
    facts = ["code", "level", f"name_{lang}", f"unit_{lang}", "denominator", "counted"]
    facts += [f"natural_unit_{lang}", "natural_size"]
    columns = ["code", "kind", "step", "difficulty", "lag_years", f"reason_{lang}"]
    columns += [f"step_unit_{lang}"]
    efforts = {row["code"]: row for row in read_rows(folder / "effort.csv", columns)}
    nodes = [r for r in read_rows(folder / "framework.csv", facts) if r["level"] == "indicator"]
    sizes = _natural_sizes(nodes, folder, province, year)
    return {
        node["code"]: _default(node, efforts[node["code"]], sizes[node["code"]], lang)
        for node in nodes
        if node["code"] in efforts
    }


def _default(node: Row, effort: Row, size: str, lang: str) -> dict[str, str]:
    return {
        **{key: effort[key] for key in ("code", "kind", "step", "difficulty", "lag_years")},
        "name": node[f"name_{lang}"],
        "unit": node[f"unit_{lang}"],
        "step_unit": effort[f"step_unit_{lang}"],
        "reason": effort[f"reason_{lang}"],
        "natural_unit": node[f"natural_unit_{lang}"],
        "natural_size": size,
    }


def _natural_sizes(
    nodes: Sequence[Row], folder: Path, province: str, year: int | None
) -> dict[str, str]:
    """Tell what one natural unit adds to each indicator, as text; empty where not known."""
    # Late: that module gives tables of efforts too, which may be read from forms.
    from piilib.data.tables import load_context

    if bool(province) != (year is not None):
        raise DataError(f"a province {province!r} and the year {year}", "both or neither")
    context = load_context(province, year, folder) if year is not None else None
    sizes = {}
    for node in nodes:
        text = node["natural_size"]
        if node["counted"] == "true":
            size = None if context is None else unit_size(node["denominator"], context)
            text = "" if size is None else f"{size[0]:.6g}"
        sizes[node["code"]] = text
    return sizes


def form_lines(
    folder: Path, lang: str, province: str = "", year: int | None = None
) -> list[list[str]]:
    """Cells of an empty form as text, a list a line: the head, the headings, the indicators."""
    if lang not in TITLE:
        raise DataError(f"the language {lang!r}", "'vi' or 'en'")
    spot = 1 if lang == "vi" else 2
    given = {"province": province, "year": "" if year is None else str(year)}
    lines = [[f"{TITLE[lang]} [{MARKER}]"]]
    lines += [[f"{words[spot]} [{words[0]}]", given.get(words[0], "")] for words in HEAD]
    lines.append([f"{column[spot]} [{column.key}]" for column in COLUMNS])
    for row in default_rows(folder, province, year, lang).values():
        lines.append([row.get(column.key, "") for column in COLUMNS])
    return lines
