"""The last slide: sources and caveats, with method, versions and command in its notes."""

from __future__ import annotations

from piilib.report.block import Html, bullets
from piilib.report.briefing_standing import sources_of
from piilib.report.briefing_text import point, speaker, texts
from piilib.report.closing import caveats, foot, method, press_addresses
from piilib.report.prepare import Diagnostic
from piilib.report.words import sources


def rests_on(d: Diagnostic) -> Html:
    """Name the sources and the caveats; method, versions and command stand in the notes."""
    names = ["scoreboard"]
    names += ["sheet"] if d.sheet is not None else []
    names += ["plan"] if d.plan is not None else []
    said = [one.text for one in texts(caveats(d))]
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
            bullets([d.say("Nguồn: ", "Sources: ") + sources(d, *names) + ".", *kept]),
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
