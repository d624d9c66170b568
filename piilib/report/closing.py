"""Method, assumptions, sources, caveats and the foot of the page."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import piilib
from piilib.data.tables import load_table
from piilib.report.block import Html, bullets, paragraphs
from piilib.report.inputs import own_digest, sheet_digest
from piilib.report.lever_section import best, past_record
from piilib.report.numbers import Lang, date, listing
from piilib.report.prepare import Diagnostic
from piilib.report.profile import region_mean
from piilib.report.simulated import sheet_source
from piilib.report.table import Column, Table
from piilib.report.words import at_bounds, label, n


def method(d: Diagnostic) -> Html:
    """Say how everything on the page was computed."""
    return bullets(
        [
            d.say(
                "Điểm chỉ số = 100 × (giá trị − thấp nhất nước) / (cao nhất nước − thấp nhất nước),"
                " đảo lại nếu càng thấp càng tốt, giới hạn trong 0–100. Nhóm là trung bình cộng các"
                " chỉ số có số liệu; trụ cột là trung bình các nhóm; đầu vào là trung bình trụ cột"
                " 1–5, đầu ra là trung bình trụ cột 6–7; PII là trung bình của đầu vào và đầu ra.",
                "Indicator score = 100 × (value − country's lowest) / (highest − lowest), reversed"
                " where less is better, limited to 0–100. A sub-pillar is the mean of its"
                " indicators that have data, a pillar the mean of its sub-pillars, the input the"
                " mean of pillars 1–5, the output of pillars 6–7, the PII the mean of input and"
                " output.",
            ),
            d.say(
                "Mỗi số in được hiểu là ± nửa đơn vị của chữ số cuối; “khớp” nghĩa là hai khoảng "
                "chạm nhau. Khi giá trị của tỉnh và mức thấp nhất in giống nhau (khác 0,00), tỉnh "
                "được hiểu là mức thấp nhất.",
                "A printed number means ± half a unit of its last digit; “fits” means that the"
                " intervals meet. Where the province's value and the lowest print alike (and are"
                " not 0.00) the province is read as the lowest.",
            ),
            d.say(
                "Điểm tăng = điểm công bố + (mô hình sau − mô hình trước), trung vị và khoảng 90%"
                " trên 200 hiệu chỉnh: giá trị trước làm tròn và mức trần được rút ngẫu nhiên, chỉ"
                " giữ các bộ cho đúng điểm nhóm đã công bố.",
                "Gains = published score + (model after − model before), median and 90% interval"
                " over 200 calibrations: unrounded values and caps are drawn and only sets that"
                " give the published sub-pillar scores are kept.",
            ),
            d.say(
                "Vượt xu hướng chung: mức thấp nhất và cao nhất dịch chuyển thêm một năm như năm"
                " vừa qua (giữ nguyên khi chỉ số đổi cách tính, là tốc độ tăng, dùng lại số liệu"
                " cũ, hoặc hai mức sẽ cắt nhau; mức trần suy luận giữ nguyên).",
                "Net of the common drift: the lowest and highest move on by another year like the "
                "last (unchanged where the definition changed, for growth rates, where data were "
                "reused or the bounds would cross; inferred caps stay).",
            ),
            d.say(
                "Công sức = độ khó × số bước, mỗi bước đắt dần theo phần đường còn lại"
                " [(1−u₀)/(1−u)]; ít nhất một bước. Xác suất thuộc mười chỉ số tốt nhất: rút lại"
                f" độ lớn bước và độ khó (log-chuẩn, σ = {n(d, 0.25)}; {n(d, 0.5, 1)};"
                f" {n(d, 0.8, 1)}) cùng hiệu chỉnh, {d.draws} lần, hạt giống {d.seed}.",
                "Effort = difficulty × steps, each step dearer as less way is left [(1−u₀)/(1−u)];"
                " at least one step. Probability of being among the best ten: step and difficulty"
                f" (lognormal, σ = {n(d, 0.25)}, {n(d, 0.5, 1)}, {n(d, 0.8, 1)}) and calibration"
                f" are redrawn {d.draws} times, seed {d.seed}.",
            ),
            d.say(
                "Xếp hạng: từ điểm chưa làm tròn, giảm dần; bằng điểm thì cùng nhận số nhỏ (1, 2,"
                " 2, 4).",
                "Ranks: from unrounded scores, descending; ties take the lowest number (1, 2,"
                " 2, 4).",
            ),
        ]
    )


def assumptions(d: Diagnostic) -> Table | Html:
    """Tabulate step, difficulty and lag of every indicator with the reason."""
    if d.base is None:
        return paragraphs("")
    table = d.base.effort
    return Table(
        key="assumptions",
        caption=d.say(
            "Giả định về công sức của 52 chỉ số (effort.csv, sửa được)",
            "Assumed efforts of the 52 indicators (effort.csv, can be edited)",
        ),
        columns=(
            Column("name", d.say("Chỉ số", "Indicator")),
            Column("kind", d.say("Loại", "Kind")),
            Column("step", d.say("Một bước", "One step"), "number", decimals=3),
            Column("unit", d.say("Đơn vị", "Unit")),
            Column("difficulty", d.say("Độ khó", "Difficulty"), "number", decimals=0),
            Column("lag_years", d.say("Trễ", "Lag"), "number", decimals=0),
            Column("reason", d.say("Lý do", "Reason")),
        ),
        rows=[
            {
                **row.to_dict(),
                "name": label(d, str(code), short=True),
                "kind": _kind_word(d, row["kind"]),
                "unit": row[f"step_unit_{d.lang}"],
                "reason": row[f"reason_{d.lang}"],
            }
            for code, row in table.iterrows()
        ],
        source="effort.csv",
        kind=d.say("Giả định của piilib", "Assumptions of piilib"),
        lang=d.lang,
    )


_KIND_WORDS = {
    "index": ("chỉ số tổng hợp", "composite"),
    "index-survey": ("điểm khảo sát", "survey score"),
    "index-exam": ("điểm thi", "exam mark"),
    "count-flow": ("đếm, hằng năm", "yearly count"),
    "count-stock": ("đếm, lũy kế", "running count"),
    "share": ("tỷ lệ", "share"),
    "amount": ("giá trị", "amount"),
    "growth": ("tốc độ tăng", "growth rate"),
    "excluded": ("loại trừ", "excluded"),
}


def _kind_word(d: Diagnostic, name: str) -> str:
    return d.say(*_KIND_WORDS[name])


def caveats(d: Diagnostic) -> Html:
    """Say what the page cannot tell."""
    items = [
        d.say(
            "Tài liệu phương pháp của Bộ Khoa học và Công nghệ chưa có trong tay: chiều của 4.1.2"
            " và các mức trần là suy luận từ phiếu của một tỉnh, có thể sai.",
            "The ministry's method paper is not in hand: the direction of 4.1.2 and the caps are "
            "inferred from one province's sheet and may be wrong.",
        ),
        _bounds(d),
        d.say(
            "Độ lớn bước và độ khó là phán đoán, không phải số đo; hãy sửa effort.csv theo thực tế "
            "của tỉnh rồi chạy lại.",
            "Steps and difficulties are judgements, not measurements: edit effort.csv to the "
            "province's experience and run again.",
        ),
        d.say(
            "So sánh giữa các địa phương chỉ là tương đối và không phải mục đích chính của bộ"
            " chỉ số.",
            "Comparison between provinces is only relative and not the main purpose of the index.",
        ),
    ]
    record = past_record(d) if d.levers is not None else None
    return bullets([*items, record] if record else items)


def _bounds(d: Diagnostic) -> str:
    """Say what counting at this year's bounds means, and for which levers it is not the more."""
    since = d.say(
        " Từ PII 2025 cả nước có 34 đơn vị: mốc, mức trần và thang điểm đều khác.",
        " Since PII 2025 there are 34 units: bounds, caps and scale differ.",
    )
    return (
        d.say(
            f"Mốc của năm sau chưa biết và thường tăng, nên con số “{at_bounds(d)}” thường là mức "
            f"cao{_narrowed(d)}.",
            f"Next year's bounds are unknown and tend to rise, so figures “{at_bounds(d)}” are "
            f"mostly on the high side{_narrowed(d)}.",
        )
        + since
    )


def _narrowed(d: Diagnostic) -> str:
    """Name the first levers that give more beyond the common drift: their range has narrowed."""
    if d.levers is None or d.before is None:
        return ""
    first = best(d)
    codes = [str(code) for code in first.index[first["net"] > first["gain"] + 0.005]]
    if not codes:
        return ""
    return d.say(
        f"; ngoại lệ trong {len(first)} đòn bẩy đầu: {listing(codes, d.lang)}, vượt xu hướng chung "
        "lại cho nhiều điểm hơn (như khi khoảng thấp nhất–cao nhất hẹp lại)",
        f"; exceptions among the first {len(first)} levers: {listing(codes, d.lang)}, worth more "
        "net of the common drift (as where the range from lowest to highest narrows)",
    )


def sources(d: Diagnostic) -> Table | Html:
    """Tabulate the documents that the page rests on."""
    table = load_table("sources", d.folder)
    return Table(
        key="sources",
        caption=d.say("Nguồn số liệu", "Sources"),
        columns=(
            Column("title", d.say("Tài liệu", "Document")),
            Column("publisher", d.say("Cơ quan", "Publisher")),
            Column("date", d.say("Ngày", "Date")),
            Column("address", d.say("Địa chỉ", "Address")),
            Column("hash", "sha256"),
        ),
        rows=[_told(row, d) for row in table.to_dict("records")],
        source="data/processed/sources.csv",
        kind=d.say("Danh mục nguồn", "List of sources"),
        lang=d.lang,
    )


def _day(written: str, lang: Lang) -> str:
    try:
        return date(dt.date.fromisoformat(written), lang)
    except ValueError:
        return written


def _told(row: dict[Hashable, Any], d: Diagnostic) -> dict[str, str]:
    """Return a row in the page's language; a folder of one's own has one language."""
    named = {
        name: str((row.get(f"{name}_vi") if d.lang == "vi" else "") or row[name])
        for name in ("title", "publisher", "address")
    }
    return {**named, "date": _day(str(row["date"]), d.lang), "hash": str(row["sha256"])[:12]}


def press_addresses(d: Diagnostic) -> Html:
    """List the addresses of the published scores and of the regional mean on the page."""
    known = d.scoreboard.table.dropna(subset=["score"])
    if d.simulated:
        every = d.say("Điểm và hạng của mọi tỉnh, thành phố", "Scores and ranks of all provinces")
        return bullets([f"{every}: {sheet_source('', d.lang, True)}"])
    items = [
        f"{d.province(str(key))} {n(d, row['score'])}: {row['address']}"
        for key, row in known.iterrows()
    ]
    region = region_mean(d)
    if region is not None:
        name, mean, address = region
        items.append(f"{name} {n(d, mean)}: {address}")
    if d.later is not None and d.key in d.later.table.index:
        later = d.later.table.loc[d.key]
        if later[["score", "rank"]].notna().any():
            items.append(f"{d.name} {d.later.year} {n(d, later['score'])}: {later['address']}")
    return bullets(items)


def digest(path: Path) -> str:
    """First twelve hexadecimal digits of a file's sha256."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


#: Tables that a report reads besides the province's sheet.
INPUTS: tuple[str, ...] = ("framework", "treatments", "effort", "plan", "goals", "context")
INPUTS += ("scoreboard", "pillars", "regions")


def _inputs(d: Diagnostic) -> list[Path]:
    files = [d.folder / f"{name}.csv" for name in INPUTS]
    if d.effort_file:
        return [f for f in files if f.name != "effort.csv"] + [Path(d.effort_file)]
    return files


def foot(d: Diagnostic, page: str = "report") -> Html:
    """Version, inputs, seed, the command that makes the page again, and whose page it is not.

    Parameters
    ----------
    d : Diagnostic
    page : {"report", "audit"}
        The subcommand of pii that made it.
    """
    files = {path.name: own_digest(path, d.key) for path in _inputs(d)}
    if d.sheet is not None and d.sheet.file is not None:
        own = sheet_digest(d.sheet.file, d.key, d.year, d.folder)
        files = {d.sheet.file.name: own or "", **files}
    inputs = ", ".join(f"{name} {hash_[:12]}" for name, hash_ in files.items())
    command = f"pii {page} --province {d.key} --year {d.year} --lang {d.lang}"
    if page == "audit":
        command += " --format html"
    if d.data != "published":
        command += f" --data {Path(d.data).name}"
    if d.effort_file:
        command += f" --effort {Path(d.effort_file).name}"
    if d.seed:
        command += f" --seed {d.seed}"
    return paragraphs(
        d.say(
            f"piilib {piilib.__version__}; hạt giống {d.seed}; số liệu đầu vào (sha256; bảng xếp"
            f" theo tỉnh: chỉ các dòng của tỉnh này): {inputs}.",
            f"piilib {piilib.__version__}; seed {d.seed}; inputs (sha256; of tables by province:"
            f" this province's rows): {inputs}.",
        ),
        d.say(f"Lập lại báo cáo này: {command}", f"To make this report again: {command}"),
        d.say(
            "Soạn bằng piilib; không phải ấn phẩm của Bộ Khoa học và Công nghệ.",
            "Prepared with piilib; not a publication of the Ministry of Science and Technology.",
        ),
    )
