"""The mark on everything made from simulated data."""

from __future__ import annotations

from typing import Final

from piilib.report.block import Html, notice
from piilib.report.numbers import Lang

#: Words that stand in sources, across figures, and on every page, on screen and on paper.
MARKS: Final[dict[Lang, str]] = {"vi": "SỐ LIỆU MÔ PHỎNG", "en": "SIMULATED DATA"}


def marked(source: str, lang: Lang, simulated: bool) -> str:
    """Put the mark before the source of a figure, where it rests on simulated data."""
    return f"{MARKS[lang]}. {source}" if simulated else source


def sheet_source(source: str, lang: Lang, simulated: bool) -> str:
    """Name the document behind a sheet; a simulated one is named in the page's language.

    Examples
    --------
    >>> sheet_source("Số liệu mô phỏng (simulated)", "en", True)
    "SIMULATED DATA. piilib's demonstration data"
    """
    own = {"vi": "Bộ số liệu trình diễn của piilib", "en": "piilib's demonstration data"}
    return marked(own[lang] if simulated else source, lang, simulated)


def mark_in(text: str) -> str:
    """Return the mark that stands in a text; empty where there is none.

    Examples
    --------
    >>> mark_in(marked("piilib", "en", True)), mark_in("piilib")
    ('SIMULATED DATA', '')
    """
    return next((mark for mark in MARKS.values() if mark in text), "")


def simulated_notice(lang: Lang, simulated: bool) -> Html:
    """Say at the head of a page that its figures are nobody's; nothing where they are real."""
    if not simulated:
        return Html()
    said = {
        "vi": "Mọi con số trên trang này được tạo ngẫu nhiên để trình diễn, không phải số liệu của"
        " tỉnh, thành phố nào, và không dùng để kết luận hay trích dẫn. Chữ “công bố” trên trang"
        " nghĩa là: được coi như đã công bố trong bộ số liệu mô phỏng.",
        "en": "Every figure on this page was drawn at random for demonstration; it is not any"
        " province's, and nothing may be concluded or quoted from it. “Published” here means: taken"
        " as published in the simulated data.",
    }
    return notice(f"{MARKS[lang]}. {said[lang]}", "warning")
