"""The last slide: sources and caveats, with method, versions and command in its notes."""

from __future__ import annotations

from piilib.report.block import Html, bullets
from piilib.report.briefing_standing import sources_of
from piilib.report.briefing_text import point, speaker, texts
from piilib.report.closing import caveats, foot, method, press_addresses
from piilib.report.lever_section import best
from piilib.report.numbers import listing
from piilib.report.prepare import Diagnostic
from piilib.report.words import at_bounds, source


def rests_on(d: Diagnostic) -> Html:
    """Name the sources and the caveats; method, versions and command stand in the notes."""
    names = ["scoreboard"]
    names += ["sheet"] if d.sheet is not None else []
    names += ["plan"] if d.plan is not None else []
    used = list(dict.fromkeys(source(d, name) for name in names))
    said = [one.text for one in texts(caveats(d))]
    said[1] = _bounds(d)
    kept = said[:3] if d.sheet is not None else said[3:4]
    made, command, whose = [one.text for one in texts(foot(d))]
    return Html("\n").join(
        [
            point(
                d.say(
                    "Con số là căn cứ để thảo luận: cách tính là suy luận, công sức là giả định",
                    "The figures are a basis for discussion: the method is inferred, efforts are "
                    "assumed",
                )
                if d.sheet is not None
                else d.say(
                    "Con số lấy từ kết quả đã công bố; phần chưa công bố là khoảng ước lượng",
                    "Figures are published results; what was not published is an estimated "
                    "interval",
                )
            ),
            bullets([d.say("Nguồn: ", "Sources: ") + "; ".join(used) + ".", *kept]),
            speaker(
                sources_of(d, *names),
                *said,
                *(one.text for one in texts(method(d))),
                *(one.text for one in texts(press_addresses(d))),
                made,
                f"{command} --format slides --format pptx",
                whose,
            ),
        ]
    )


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
