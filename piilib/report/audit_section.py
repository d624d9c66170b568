"""The findings of a plan's audit: in words, and in tables by severity."""

from __future__ import annotations

import pandas as pd

from piilib.analysis.audit.finding import SEVERITIES
from piilib.report.block import Html, bullets, paragraphs
from piilib.report.plan_section import levels_sentence, missing
from piilib.report.prepare import Diagnostic
from piilib.report.proposal_section import proposal_worth
from piilib.report.table import Column, Estimate, Table
from piilib.report.words import at_bounds, kind, label, n, source

#: Findings shown in the province's diagnostic; the audit's own page shows all.
SHORT = 12


def audit_text(d: Diagnostic) -> Html:
    """Count the findings and name the dearest."""
    empty = missing(d)
    if empty is not None:
        return empty
    table = d.audit
    if table.empty:
        return paragraphs(
            d.say("Không thấy gì cần sửa trong kế hoạch.", "Nothing to mend was found in the plan.")
        )
    return paragraphs(_counts(d, table), _dearest(d, table), _overlap(d))


def severity_word(d: Diagnostic, severity: str, count: int = 2) -> str:
    """Name a severity, in the number asked for."""
    vi = {"error": "lỗi", "warning": "cảnh báo", "note": "lưu ý"}
    en = {"error": "error", "warning": "warning", "note": "note"}
    return d.say(vi[severity], en[severity] + ("" if count == 1 else "s"))


def _counts(d: Diagnostic, table: pd.DataFrame) -> str:
    parts = []
    for severity in SEVERITIES:
        count = int((table["severity"] == severity).sum())
        if count:
            parts.append(f"{count} {severity_word(d, severity, count)}")
    rules = table["rule"].nunique()
    return d.say(
        f"Soát xét tự động: {rules} quy tắc có phát hiện, gồm {', '.join(parts)}.",
        f"The audit: {rules} rules found something, {', '.join(parts)}.",
    )


def _dearest(d: Diagnostic, table: pd.DataFrame) -> str:
    """Name the targets that cost most, each once."""
    single = table[(table["pii_points"] < -0.005) & table["rule"].str.startswith("PA1")]
    first = single.drop_duplicates("code").head(5)
    if first.empty:
        return ""
    said = "; ".join(
        f"{row.code} ({n(d, row.pii_points, signed=True)})" for row in first.itertuples()
    )
    return d.say(
        f"Mục tiêu đáng lo nhất xét về độ lớn (chưa kể đổi định nghĩa, số liệu), tính bằng điểm PII"
        f" mất đi hoặc được tính mà khó có: {said}.",
        f"Targets of most concern for their size (changes of definition and data apart), in index "
        f"points lost, or counted on and hard to reach: {said}.",
    )


def _overlap(d: Diagnostic) -> str:
    return d.say(
        "Điểm của các phát hiện chồng lên nhau, không cộng lại được.",
        "Points of different findings overlap and must not be added up.",
    )


def audit_table(d: Diagnostic, severity: str | None = None, count: int = SHORT) -> Table | Html:
    """Tabulate findings, the dearest first: those of one severity, or the first ones of any."""
    if missing(d) is not None or d.audit.empty:
        return paragraphs("")
    table = d.audit
    if severity is None:
        found = table.head(count)
        caption = d.say(
            f"{len(found)} phát hiện mất nhiều điểm nhất trong {len(table)}",
            f"The {len(found)} of {len(table)} findings that cost most points",
        )
    else:
        found = table[table["severity"] == severity]
        word = severity_word(d, severity, len(found))
        caption = f"{len(found)} {word}"
    if found.empty:
        return paragraphs("")
    return Table(
        key=f"audit-{severity or 'first'}",
        caption=caption,
        columns=(
            Column("rule", d.say("Mã", "Code")),
            *((Column("severity", d.say("Mức", "Severity")),) if severity is None else ()),
            Column("place", d.say("Chỗ", "Place")),
            Column("message", d.say("Phát hiện", "Finding")),
            Column("points", d.say("Điểm PII", "PII points"), "estimate", narrow=0.02),
            Column("mend", d.say("Đề nghị sửa", "Suggested change")),
        ),
        rows=[_row(d, row) for _, row in found.iterrows()],
        source=source(d, "plan"),
        kind=kind(d, "plan"),
        lang=d.lang,
        note=d.say(
            f"Điểm PII {at_bounds(d)}, trung vị và khoảng; số âm: mất đi, hoặc được tính mà khó có;"
            " số dương: thêm được; – là không quy ra điểm. Các dòng chồng lên nhau, không cộng "
            "lại được.",
            f"PII points {at_bounds(d)}, median and interval; negative: lost, or counted on and "
            "hard to reach; positive: to be gained; – where none can be stated. Rows overlap "
            "and must not be added up.",
        ),
    )


def _row(d: Diagnostic, row: pd.Series) -> dict[str, object]:
    message = str(row["message"])
    if row["condition"]:
        message += f" [{row['condition']}]"
    return {
        "rule": row["rule"],
        "severity": severity_word(d, str(row["severity"]), 1),
        "place": row["place"],
        "message": message,
        "points": Estimate(row["pii_points"], row["pii_low"], row["pii_high"]),
        "mend": row["mend"],
    }


def audit_summary(d: Diagnostic) -> Html:
    """Give the audit's own page its first screen: counts, dearest, what follows for the plan."""
    empty = missing(d)
    if empty is not None:
        return empty
    return Html("\n").join(
        [
            paragraphs(levels_sentence(d)),
            audit_text(d),
            bullets(_follows(d)),
            paragraphs(proposal_worth(d)),
        ]
    )


def _follows(d: Diagnostic) -> list[str]:
    """Say what each kind of finding asks of the plan's owner; only what was found."""
    table = d.audit
    asks = (
        ("PA10[1-8]", "Mục tiêu cần sửa", "Targets to mend"),
        ("PA109", "Mục tiêu khác vượt nhịp độ thường", "Other targets beyond the usual pace"),
        ("PA2", "Mục tiêu các cấp chưa khớp nhau", "Goals of the levels that do not agree"),
        ("PA3", "Số liệu gốc cần làm rõ", "Figures to be made clear"),
        ("PA4", "Phần lời và phụ lục khác nhau", "Text and appendix that differ"),
        ("PA5", "Phân công cần thống nhất", "Assignments to be settled"),
        ("PA6", "Chưa khớp với văn bản khác", "Not in line with other decisions"),
    )
    table = table[table["severity"] != "note"]
    codes = {rules: set(table.loc[table["rule"].str.match(rules), "code"]) for rules, *_ in asks}
    codes["PA109"] -= codes["PA10[1-8]"]  # each target once
    items = []
    for rules, vi, en in asks:
        if order := [c for c in d.fw.table.index if c in codes[rules]]:
            items.append(f"{d.say(vi, en)} ({len(order)}): {', '.join(order)}.")
    return items


def agencies_conflicts(d: Diagnostic) -> Table | Html:
    """Tabulate what the plan says of agencies, where it does not agree with itself."""
    if missing(d) is not None:
        return paragraphs("")
    found = d.audit[d.audit["rule"].str.startswith("PA5")]
    if found.empty:
        return paragraphs(
            d.say("Phân công không có mâu thuẫn.", "No assignment contradicts another.")
        )
    order = {code: i for i, code in enumerate(d.fw.table.index)}
    found = found.sort_values("code", key=lambda codes: codes.map(order), kind="stable")
    return Table(
        key="audit-agencies",
        caption=d.say("Phân công cơ quan còn mâu thuẫn", "Assignments of agencies in conflict"),
        columns=(
            Column("node", d.say("Chỉ số", "Indicator")),
            Column("found", d.say("Đang ghi", "As it stands")),
            Column("expected", d.say("Đối chiếu", "Against")),
            Column("message", d.say("Phát hiện", "Finding")),
            Column("mend", d.say("Đề nghị sửa", "Suggested change")),
        ),
        rows=[
            {
                **row.to_dict(),
                "node": d.say("cả kế hoạch", "the plan")
                if row["code"] == d.fw.root
                else label(d, str(row["code"]), short=True),
            }
            for _, row in found.iterrows()
        ],
        source=source(d, "plan"),
        kind=kind(d, "plan"),
        lang=d.lang,
    )


def audit_method(d: Diagnostic) -> Html:
    """Say how findings are made, and what their points are."""
    return bullets(
        [
            d.say(
                "Mỗi quy tắc có mã: PA1 mục tiêu chỉ số, PA2 các cấp mục tiêu, PA3 số liệu gốc, PA4"
                " phần lời và phụ lục, PA5 phân công, PA6 văn bản khác. Quy tắc đọc kế hoạch và "
                "các phiếu số liệu; thiếu cột nào thì quy tắc dựa vào cột đó không chạy.",
                "Every rule has a code: PA1 indicator targets, PA2 levels of goals, PA3 the figures"
                " they rest on, PA4 text and appendix, PA5 assignments, PA6 other decisions. Rules "
                "read the plan and the sheets; one whose column is missing stays silent.",
            ),
            d.say(
                f"Hậu quả tính bằng điểm PII {at_bounds(d)}: điểm công bố + (mô hình sau − mô hình "
                "trước), trung vị và khoảng 90% trên 200 hiệu chỉnh; khi tùy cách tính thì là "
                "khoảng giữa hai cách tính. Điều kiện ghi trong ngoặc vuông.",
                f"Consequences are index points {at_bounds(d)}: published score + (model after − "
                "model before), median and 90% interval over 200 calibrations; where they depend on"
                " the method, the range between two. Conditions stand in square brackets.",
            ),
            d.say(
                "Lỗi: phải sửa trước khi ban hành; cảnh báo: cần giải trình; lưu ý: nên biết.",
                "Error: to be mended before issue; warning: to be explained; note: good to know.",
            ),
        ]
    )
