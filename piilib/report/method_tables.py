"""What the sheets say of the method: fits, treatments, readings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from piilib.data.lookup import is_simulated
from piilib.index.reconcile import reconcile
from piilib.report.block import Html, bullets
from piilib.report.method_data import READINGS_WORDS, MethodCheck
from piilib.report.numbers import interval, listing
from piilib.report.simulated import sheet_source, simulated_notice
from piilib.report.table import Column, Table


def summary(m: MethodCheck) -> Html:
    """Say what was tested and what was merely fitted, never the second without the first."""
    return Html("\n").join([simulated_notice(m.lang, is_simulated(m.folder)), _tested(m)])


def _tested(m: MethodCheck) -> Html:
    tested, fitted = m.found.tested, m.found.fitted
    return bullets(
        [
            m.say(
                f"Phiếu của {m.name} ({m.years}) in {tested['total']} điểm nhóm; min-max thuần túy "
                f"cho đúng {tested['plain']}, và {tested['no_free_number']} khi thêm những thay đổi"
                " không cần số tự do nào.",
                f"The sheets of {m.name} ({m.years}) print {tested['total']} sub-pillar scores; "
                f"plain min-max gives {tested['plain']} of them, and {tested['no_free_number']} "
                "with changes that need no free number.",
            ),
            m.say(
                f"{fitted['explained']} trên {tested['total']} điểm khớp với ít thay đổi nhất, "
                f"trong đó {tested['no_free_number']} không dùng số tự do; phần còn lại dựa vào "
                f"{fitted['free_numbers']} mức trần chọn cho khớp của {fitted['indicators']} chỉ "
                "số, nên không phải là bằng chứng.",
                f"{fitted['explained']} of {tested['total']} fit with the fewest changes, of which "
                f"{tested['no_free_number']} with no free number; the others rest on "
                f"{fitted['free_numbers']} numbers chosen to fit for {fitted['indicators']} "
                "indicators and are no evidence.",
            ),
            *_certain(m),
        ]
    )


def _certain(m: MethodCheck) -> list[str]:
    table = m.found.indicators
    sure = table[(table["status"] == "tested") & (table["treatment"] != "none")]
    if sure.empty:
        return []
    words = []
    for code in sure.index:
        kinds = dict.fromkeys(m.found.sets.loc[m.found.sets["code"] == code, "treatment"])
        either = m.say(" hoặc ", " or ").join(m.kinds(str(kind)) for kind in kinds)
        words.append(f"{code} ({either})")
    names = listing(words, m.lang)
    return [m.say(f"Chắc nhất: {names}.", f"Most certain: {names}.")]


def reconcile_table(m: MethodCheck) -> Table:
    """Every sub-pillar-year: published, what plain min-max allows, and what explains it."""
    rows = []
    adopted = {}
    if m.official:
        adopted = {s.year: reconcile(s, "official", m.folder) for s in m.sheets}
    for (group, year), row in m.found.groups.iterrows():
        fits = ""
        if year in adopted and group in adopted[year].index:
            fits = (
                m.say("khớp", "fits") if adopted[year].at[group, "fits"] else m.say("không", "no")
            )
        rows.append(
            {
                "group": f"{group} {m.fw.table.at[group, f'short_{m.lang}']}",
                "year": str(year),
                "published": row["published"],
                "plain": (row["low"], row["high"]),
                "status": m.status(str(row["status"])),
                "free": row["free_numbers"],
                "adopted": fits or None,
            }
        )
    return method_table(
        m,
        "sub-pillar-years",
        m.say(f"{len(rows)} điểm nhóm và cách giải thích", f"{len(rows)} scores and their account"),
        (
            Column("group", m.say("Nhóm", "Sub-pillar")),
            Column("year", m.say("Năm", "Year")),
            Column("published", m.say("Công bố", "Published"), "number"),
            Column("plain", m.say("Min-max thuần túy", "Plain min-max"), "interval"),
            Column("status", m.say("Giải thích", "Account")),
            Column("free", m.say("Số tự do", "Free numbers"), "number", 0),
            Column("adopted", m.say("Cách tính báo cáo dùng", "Method of the reports")),
        ),
        rows,
        m.say(
            "Một số tự do phục vụ nhiều năm được đếm ở năm đầu. Cách tính báo cáo dùng có nhiều "
            "mức trần hơn mức tối thiểu, vì còn tính đến lời văn của kế hoạch và sự giống nhau "
            "giữa hai năm.",
            "A free number that serves several years is counted in the first. The method of the "
            "reports has more caps than needed, as it heeds the plan's text and likeness of years.",
        ),
    )


def readings_table(m: MethodCheck) -> Table:
    """Count the fits under other readings of the printed figures."""
    rows = [
        {
            "reading": m.say(*READINGS_WORDS[name]),
            "plain": counts["plain"],
            "reversed": counts["reversed"],
            "total": counts["total"],
        }
        for name, counts in m.counts.items()
    ]
    return method_table(
        m,
        "readings",
        m.say("Số điểm nhóm khớp theo cách đọc số in", "Fits by the reading of printed figures"),
        (
            Column("reading", m.say("Cách đọc", "Reading")),
            Column("plain", m.say("Min-max thuần túy", "Plain min-max"), "number", 0),
            Column("reversed", m.say("Thêm 4.1.2 đảo chiều", "With 4.1.2 reversed"), "number", 0),
            Column("total", m.say("Trên tổng số", "Of"), "number", 0),
        ),
        rows,
    )


def treatments_table(m: MethodCheck) -> Table:
    """List the indicators that are not plain for certain: what is possible, what ruled out."""
    rows = []
    for code, row in m.found.indicators.iterrows():
        if row["status"] == "tested" and row["treatment"] == "none":
            continue
        yearly = m.found.treatments.loc[code]
        rows.append(
            {
                "code": f"{code} {m.fw.table.at[code, f'short_{m.lang}']}",
                "status": m.status(str(row["status"])),
                "treatment": m.kinds(str(row["treatment"])),
                **{str(year): _cap(m, yearly, year) for year in yearly.index},
                "ruled_out": m.kinds(str(row["ruled_out"])) or None,
                "impossible": m.kinds(str(row["impossible"])) or None,
            }
        )
    return method_table(
        m,
        "treatments",
        m.say("Chỉ số không chắc là min-max thuần túy", "Indicators not plain for certain"),
        (
            Column("code", m.say("Chỉ số", "Indicator")),
            Column("status", m.say("Mức độ", "Status")),
            Column("treatment", m.say("Ưu tiên", "Preferred")),
            *(
                Column(str(s.year), m.say(f"Trần {s.year}", f"Cap {s.year}"), align="right")
                for s in m.sheets
            ),
            Column("ruled_out", m.say("Không khớp khi ít thay đổi nhất", "Fits in no least set")),
            Column("impossible", m.say("Bị bác bỏ hẳn", "Refuted outright")),
        ),
        rows,
        m.say(
            "Trần: khoảng của mọi số khớp khi các số khác tự do; * là chỉ biết cùng với chỉ số khác"
            " trong nhóm. Ưu tiên là quy ước: ít thay đổi nhất, giống nhau giữa các năm.",
            "Cap: interval of all numbers that fit, other numbers being free; * known only jointly "
            "with others of its group. Preferred is a convention: fewest changes, "
            "alike over years.",
        ),
    )


def _cap(m: MethodCheck, yearly: pd.DataFrame, year: object) -> str | None:
    row = yearly.loc[year]
    if row["treatment"] not in ("cap", "floor"):
        return None
    star = "*" if row["joint"] else ""
    return interval(row["cap_low"], row["cap_high"], 2, m.lang) + star


def method_table(
    m: MethodCheck,
    key: str,
    caption: str,
    columns: Sequence[Column],
    rows: Sequence[Mapping[str, object]],
    note: str | None = None,
) -> Table:
    """Set a table with the words for what was inferred from a sheet."""
    return Table(
        key=key,
        caption=caption,
        columns=columns,
        rows=rows,
        source=sheet_source(m.sheets[-1].source, m.lang, is_simulated(m.folder)),
        kind=m.say(
            "Phiếu số liệu của tỉnh; cách tính suy luận từ phiếu",
            "The province's sheet; method inferred from it",
        ),
        lang=m.lang,
        note=note,
    )
