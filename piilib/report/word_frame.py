"""What stands around a paper by Decree 30/2020/NĐ-CP: its head, its end and what a user fills in.

No number, day, recipient or signatory is made up: each is a row of dots or words in brackets.
"""

from __future__ import annotations

from typing import Final

from piilib.report.html_blocks import Run
from piilib.report.numbers import Lang
from piilib.report.word_parts import cell_xml, paragraph, room, table_xml, words
from piilib.report.word_widths import measure

__all__ = ["closing", "opening"]

_SAID: Final[dict[Lang, dict[str, str]]] = {
    "vi": {
        "state": "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "motto": "Độc lập - Tự do - Hạnh phúc",
        "above": "[CƠ QUAN CHỦ QUẢN]",
        "agency": "[CƠ QUAN BAN HÀNH]",
        "number": "Số: ……/BC-……",
        "day": "ngày …… tháng …… năm ……",
        "type": "BÁO CÁO",
        "recipients": "Nơi nhận:",
        "copies": "- ……………;\n- ……………;\n- Lưu: VT, ……",
        "signatory": "[QUYỀN HẠN, CHỨC VỤ CỦA NGƯỜI KÝ]",
        "signature": "[Chữ ký, dấu]",
        "name": "[Họ và tên]",
    },
    "en": {
        "state": "SOCIALIST REPUBLIC OF VIET NAM",
        "motto": "Independence - Freedom - Happiness",
        "above": "[SUPERIOR BODY]",
        "agency": "[ISSUING BODY]",
        "number": "No.: ……/BC-……",
        "day": "day …… month …… year ……",
        "type": "REPORT",
        "recipients": "Recipients:",
        "copies": "- ……………;\n- ……………;\n- File: ……",
        "signatory": "[AUTHORITY AND POSITION OF THE SIGNATORY]",
        "signature": "[Signature, seal]",
        "name": "[Full name]",
    },
}
_LEFT: Final = 0.42  # share of the width that the left column of head and end takes
_NUMBER, _NAME = 26, 24  # half points: 13 and 12


def opening(title: str, lang: Lang, place: str, agency: str) -> list[str]:
    """Write the head of a paper: issuing body, state, number, day, type and subject.

    Parameters
    ----------
    title : str
        The subject.
    lang : {"vi", "en"}
    place : str
        Where it is issued; empty: dots.
    agency : str
        The issuing body; empty: its place in brackets.

    Returns
    -------
    list of str
        XML of a table without lines and of paragraphs.

    Examples
    --------
    >>> "REPORT" in "".join(opening("A", "en", "Cao Bang", ""))
    True
    """
    said = _SAID[lang]
    left, right = _halves()
    body = agency.upper() or said["agency"]
    issuing = _line(said["above"], _NAME) + _line(body, _NAME, bold=True) + _rule(left, body, 0.4)
    state = (
        _line(said["state"], _NAME, bold=True)
        + _line(said["motto"], _NUMBER, bold=True)
        + _rule(right, said["motto"], 1.0)
    )
    where = place or "……………"
    number = _line(said["number"], _NUMBER)
    day = _line(f"{where}, {said['day']}", _NUMBER, italic=True)
    head = table_xml([_two(issuing, state), _two(number, day)], (left, right), grid=False)
    gap = '<w:spacing w:before="180" w:after="0"/>'
    return [
        head,
        paragraph("Title", words([Run(said["type"])]), gap),
        paragraph("Title", words([Run(title)])),
        _rule(sum(_halves()), title, 0.25, (60, 60)),
    ]


def closing(lang: Lang) -> list[str]:
    """Write the end of a paper: recipients and signature, to be filled in.

    Examples
    --------
    >>> "Recipients" in "".join(closing("en"))
    True
    """
    said = _SAID[lang]
    left, right = _halves()
    flush = '<w:jc w:val="left"/>'
    recipients = paragraph(
        "HeaderBlock",
        words([Run(said["recipients"], bold=True, italic=True)], None, _size(24)),
        flush,
    ) + "".join(
        paragraph("HeaderBlock", words([Run(copy)], None, _size(22)), flush)
        for copy in said["copies"].split("\n")
    )
    space = '<w:spacing w:before="600" w:after="600"/>'
    signature = (
        _line(said["signatory"], _NUMBER, bold=True)
        + paragraph("HeaderBlock", words([Run(said["signature"], italic=True)]), space)
        + _line(said["name"], _NUMBER, bold=True)
    )
    table = table_xml([_two(recipients, signature)], (left, right), grid=False)
    return [paragraph("Normal", "", "<w:keepNext/>"), table, paragraph("Gap")]


def _halves() -> tuple[int, int]:
    total = room(False)[0]
    left = round(total * _LEFT)
    return left, total - left


def _two(left: str, right: str) -> str:
    cells = "".join(cell_xml(w, part) for w, part in zip(_halves(), (left, right), strict=True))
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>"


def _size(half_points: int) -> str:
    return f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'


def _line(text: str, half_points: int, *, bold: bool = False, italic: bool = False) -> str:
    return paragraph("HeaderBlock", words([Run(text, bold, italic)], None, _size(half_points)))


def _rule(width: int, text: str, share: float, gap: tuple[int, int] = (20, 60)) -> str:
    """Draw a line below words, as long as a share of them, in the middle of `width`."""
    bold = 1.08 * 13 * 20
    longest = min(measure(text) * bold, width - 220)
    side = round((width - 220 - longest * share) / 2)
    before, after = gap
    spacing = f'<w:spacing w:before="{before}" w:after="{after}" w:line="120" w:lineRule="exact"/>'
    return paragraph("Rule", "", f'{spacing}<w:ind w:left="{side}" w:right="{side}"/>')
