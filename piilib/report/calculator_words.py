"""What the calculator of a report says, in the report's language."""

from __future__ import annotations

from piilib.report.prepare import Diagnostic
from piilib.report.words import at_bounds, lot, one_lot, unit, weighted


def static_words(d: Diagnostic) -> dict[str, str]:
    """Give the text that stands on the page and on paper, with the script or without.

    Examples
    --------
    >>> from piilib.report.prepare import prepare
    >>> static_words(prepare("lang-son", 2024, "en"))["static"][:31]
    'The calculator works in the HTM'
    """
    return {
        "static": d.say(
            "Máy tính chạy ngay trong tệp HTML, không cần mạng, khi mở trên trình duyệt có "
            "JavaScript. Khi không có JavaScript, màn hình còn bảng giá trị hiện nay; bản in "
            "không có máy tính.",
            "The calculator works in the HTML file itself, without a network, in a browser with "
            "JavaScript. Without it the screen shows the tables of today's values; a print has "
            "no calculator.",
        ),
        "note": _note(d),
    }


def _note(d: Diagnostic) -> str:
    drift = d.say(
        " “Nếu mốc dịch chuyển”: mốc thấp nhất và cao nhất của các chỉ số đã đổi nhích thêm một"
        " năm như năm vừa qua, giá trị dừng ở mức đã nhập.",
        " “If bounds move”: the lowest and highest of the changed indicators move on by a year"
        " like the last, while the values end where you set them.",
    )
    return d.say(
        f"Điểm mới = điểm công bố + thay đổi theo cách tính suy luận, {at_bounds(d)}: trung vị và "
        "khoảng 90% trên các lần hiệu chuẩn; giá trị vượt mức trần không thêm điểm."
        f"{drift if d.before is not None else ''} {_rank_note(d)} Công sức ({weighted(d)}) tính "
        "riêng từng chỉ số, ít nhất một bước; mục Danh mục còn tính giá gấp đôi của bước thứ hai "
        "trong năm và cho mua phần lẻ của bước sau nên có thể khác. Đây là phép thử trên giấy, "
        "không phải dự báo.",
        f"New score = published score + change by the inferred method, {at_bounds(d)}: median and "
        "90% interval over the calibrations; values beyond a cap add nothing."
        f"{drift if d.before is not None else ''} {_rank_note(d)} Effort ({weighted(d)}) is "
        "counted for each indicator by itself, one step at least; the Portfolio section also "
        "doubles the price of a year's second step and sells parts of later steps, so it may "
        "differ. This is a trial on paper, no forecast.",
    )


def _rank_note(d: Diagnostic) -> str:
    return d.say(
        f"Hạng là hạng của PII {d.year} nếu mọi địa phương khác giữ nguyên điểm; là khoảng 90% ở "
        "nơi điểm của họ chưa công bố.",
        f"The rank is that of PII {d.year} if every other unit keeps its score; a 90% interval "
        "where their scores were not published.",
    )


def script_words(d: Diagnostic) -> dict[str, object]:
    """Give the words of the script; what stands in braces is filled in there.

    Examples
    --------
    >>> from piilib.report.prepare import prepare
    >>> words = script_words(prepare("cao-bang", 2023, "en", draws=100))
    >>> words["portfolio"], words["per"]
    ('Portfolio of 10 years', 'Index points per year of effort, at 2023 bounds')
    """
    return {"lang": d.lang, "lot": lot(d)} | _results(d) | _controls(d) | _scenario(d)


def _results(d: Diagnostic) -> dict[str, object]:
    year, per = d.year, one_lot(d).removeprefix("one ").removeprefix("một ")
    drift = d.before is not None
    return {
        "to": d.say(" đến ", " to "),
        "interval": d.say("khoảng 90%", "90% interval"),
        "index": d.say(f"PII, {at_bounds(d)}", f"Index, {at_bounds(d)}"),
        "drift": d.say("PII, nếu mốc dịch chuyển như năm qua", "Index, if bounds move as last year")
        if drift
        else "",
        "rank": d.say(
            f"Hạng PII {year} nếu các địa phương khác giữ nguyên điểm",
            f"Rank of PII {year} if all others keep their scores",
        ),
        "effort": d.say(f"Công sức ({unit(d)})", f"Effort ({unit(d)})"),
        "per": d.say(
            f"Điểm PII mỗi {per}, {at_bounds(d)}", f"Index points per {per}, {at_bounds(d)}"
        ),
        "perDrift": d.say(
            f"Điểm PII mỗi {per}, nếu mốc dịch chuyển", f"Index points per {per}, if bounds move"
        ),
        "bar": d.say(
            "PII {score} ({gain}) · hạng {rank} · công sức {effort}",
            "Index {score} ({gain}) · rank {rank} · effort {effort}",
        ),
        "alone": d.say(
            f"Riêng chỉ số này: {{gain}} điểm PII; công sức {{effort}} ({unit(d)}); {{per}} điểm "
            f"mỗi {per}.",
            f"This one alone: {{gain}} index points; effort {{effort}} ({unit(d)}); {{per}} points "
            f"per {per}.",
        ),
    }


def _controls(d: Diagnostic) -> dict[str, object]:
    years = f"{d.budget:.0f} {unit(d)}" if lot(d) != 1.0 else f"{d.budget:.0f}"
    plan = "" if d.plan is None else str(d.plan.year)
    return {
        "presets": d.say("Đặt sẵn:", "Presets:"),
        "today": d.say("Hiện nay", "Today"),
        "plan": d.say(f"Kế hoạch {plan}", f"Plan {plan}"),
        "portfolio": d.say(f"Danh mục {years} năm công sức", f"Portfolio of {years} years")
        if lot(d) == 1.0
        else d.say(f"Danh mục {years}", f"Portfolio of {years}"),
        "try": d.say("Giá trị thử", "Value to try"),
        "new": d.say("Điểm mới", "New score"),
        "field": d.say("Giá trị thử của {name}", "Value to try for {name}"),
        "slider": d.say("Thanh trượt: {name}", "Slider: {name}"),
        "back": d.say("Trả lại", "Reset"),
        "backLong": d.say("Trả lại giá trị hiện nay của {name}", "Reset {name} to today's value"),
        "missing": d.say("Chưa có giá trị nên không thử được.", "No value, so nothing to try."),
        "wrong": d.say(
            "Đây không phải là số. Viết như {example} (dấu phẩy thập phân). Kết quả vẫn tính với "
            "{kept}.",
            "This is no number. Write it like {example} (decimal point). Results still use {kept}.",
        ),
        "above": d.say(
            "Trên mức cao nhất cả nước: phần vượt không thêm điểm.",
            "Above the country's highest: the excess adds nothing.",
        ),
        "below": d.say("Dưới mức thấp nhất cả nước.", "Below the country's lowest."),
    }


def _scenario(d: Diagnostic) -> dict[str, object]:
    return {
        "keep": d.say("Kịch bản:", "Scenario:"),
        "copy": d.say("Chép thành chữ", "Copy as text"),
        "print": d.say("In", "Print"),
        "link": d.say("Chép liên kết", "Copy a link"),
        "save": d.say("Lưu tệp", "Save a file"),
        "open": d.say("Mở tệp…", "Open a file…"),
        "changed": d.say("Đã đổi {count} chỉ số", "Indicators changed: {count}"),
        "table": d.say("Các chỉ số đã đổi", "The indicators changed"),
        "heads": [
            d.say("Chỉ số", "Indicator"),
            str(d.year),
            d.say("Giá trị thử", "Value tried"),
            d.say("Điểm PII, riêng chỉ số này", "Index points, this one alone"),
            d.say(f"Công sức ({unit(d)})", f"Effort ({unit(d)})"),
            d.say(f"Điểm mỗi {_per(d)}", f"Points per {_per(d)}"),
        ],
        "title": d.say(
            f"{d.name}, PII {d.year}: nếu đổi giá trị chỉ số",
            f"{d.name}, PII {d.year}: if indicators had other values",
        ),
        "line": d.say(
            f"- {{name}}: {{today}} → {{x}}; riêng chỉ số này {{gain}} điểm PII; công sức {{spent}}"
            f" ({unit(d)})",
            f"- {{name}}: {{today}} → {{x}}; this one alone {{gain}} index points; effort {{spent}}"
            f" ({unit(d)})",
        ),
        "unchanged": d.say("Chưa đổi chỉ số nào.", "No indicator was changed."),
        "reopen": d.say(
            "Để mở lại, thêm vào cuối địa chỉ của báo cáo:",
            "To reopen, add to the report's address:",
        ),
        "caveat": d.say(
            f"Phép thử bằng máy tính của piilib, {at_bounds(d)}; không phải dự báo, không phải kết "
            "quả công bố.",
            f"A trial with piilib's calculator, {at_bounds(d)}; no forecast and no published "
            "result.",
        ),
    } | _answers(d)


def _per(d: Diagnostic) -> str:
    return one_lot(d).removeprefix("one ").removeprefix("một ")


def _answers(d: Diagnostic) -> dict[str, object]:
    return {
        "copied": d.say("Đã chép kịch bản.", "The scenario was copied."),
        "linked": d.say("Đã chép liên kết.", "The link was copied."),
        "byHand": d.say(
            "Trình duyệt không cho chép; hãy chép đoạn chữ đang được chọn.",
            "The browser does not allow copying; copy the selected text by hand.",
        ),
        "saved": d.say("Đã lưu kịch bản thành tệp.", "The scenario was saved as a file."),
        "opened": d.say("Đã mở kịch bản.", "The scenario was opened."),
        "refused": d.say(
            "Không mở: không phải kịch bản của báo cáo này ({of}). Kết quả giữ nguyên.",
            "Not opened: no scenario of this report ({of}). Results are unchanged.",
        ),
    }
