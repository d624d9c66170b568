"""Names of worksheets: short, unlike one another, and never cut inside a word or a phrase."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from piilib.report.numbers import Lang
from piilib.report.table import Table

__all__ = ["sheet_names"]

#: A spreadsheet takes no longer name.
LONGEST: Final = 31
#: Tables that share a heading with others, or whose heading is long: by key, in both languages.
_SHORT: Final[dict[str, tuple[str, str]]] = {
    "position-data": ("Vị thế", "Position"),
    "profile-table": ("Bảy trụ cột", "Seven pillars"),
    "published-pillars": ("Trụ cột đã công bố", "Published pillars"),
    "pillar-intervals-table": ("Khoảng của trụ cột", "Pillar intervals"),
    "reconcile-table": ("Đối chiếu", "Reconciliation"),
    "change-table": ("Thay đổi", "Change"),
    "levers-table": ("Đòn bẩy, một bước", "Levers, one step"),
    "curves-data": ("Đường điểm–công sức", "Gain curves"),
    "reach-table": ("Tới mục tiêu, cao nhất", "To goal and best"),
    "one-more": ("Thêm một đơn vị", "One more unit"),
    "agencies-table": ("Cơ quan chủ trì", "Lead agencies"),
    "scorecards": ("Phiếu từng cơ quan", "Agency scorecards"),
    "plan-targets": ("Mục tiêu kế hoạch", "Plan targets"),
    "frontier-data": ("Điểm theo công sức", "Points for effort"),
    "portfolio-table": ("Danh mục", "Portfolio"),
    "outlook-data": ("Phân bố thứ hạng", "Distribution of rank"),
    "outlook-table": ("Xác suất thứ hạng", "Chances of the rank"),
    "drivers-table": ("Yếu tố quyết định", "What decides the rank"),
    "audit-first": ("Phát hiện nặng nhất", "Gravest findings"),
    "audit-error": ("Lỗi", "Errors"),
    "audit-warning": ("Cảnh báo", "Warnings"),
    "audit-note": ("Lưu ý", "Notes"),
    "audit-agencies": ("Phân công", "Assignments"),
    "levels-table": ("Bốn cấp mục tiêu", "Four levels of goals"),
    "feasibility-table": ("Trong tầm không", "Within reach"),
    "proposal-table": ("Đề nghị từng chỉ số", "Proposal by indicator"),
    "proposal-groups": ("Đề nghị từng nhóm", "Proposal by group"),
    "assumptions": ("Giả định công sức", "Effort assumptions"),
}
_FORBIDDEN: Final = str.maketrans(dict.fromkeys("[]:*?/\\", " ") | {"'": "’"})
#: Words that no name ends with.
_JOINING: Final = {
    *("và", "hoặc", "của", "từ", "cho", "theo", "với", "các", "những", "một", "là"),
    *("and", "or", "of", "the", "a", "an", "for", "by", "with", "to", "what", "in"),
}


def sheet_names(tables: Sequence[tuple[str, Table]]) -> list[str]:
    """Name the worksheets of tables, in order.

    Parameters
    ----------
    tables : sequence of (heading, Table)
        The heading that the table stands under.

    Returns
    -------
    list of str
        A number, then the table's short name where it has one; else its heading, or its caption
        where other tables have the same heading. 31 signs at most, cut between words.

    Examples
    --------
    >>> table = Table("x", "Scores of the country's sixty-three provinces", [], [], "", "", "en")
    >>> sheet_names([("Results: 2024", table)])
    ['1 Results']
    >>> sheet_names([("Results", table), ("Results", table)])[0]
    '1 Scores of the country’s'
    """
    heads = [heading.partition(":")[0] for heading, _ in tables]
    return [
        _cut(number, _words(table, head, heads.count(head) > 1))
        for number, (head, (_, table)) in enumerate(zip(heads, tables, strict=True), 1)
    ]


def _words(table: Table, heading: str, shared: bool) -> str:
    if table.key in _SHORT:
        lang: Lang = table.lang
        return _SHORT[table.key][0 if lang == "vi" else 1]
    return table.caption if shared else heading


def _cut(number: int, text: str) -> str:
    """Keep the words that there is room for; a name that is cut ends where a phrase may end."""
    words = text.translate(_FORBIDDEN).split()
    kept = [str(number)]
    for word in words:
        if len(" ".join([*kept, word])) > LONGEST:
            break
        kept.append(word)
    cut = len(kept) <= len(words)
    if cut and len(kept) > 5 and kept[-2].lower() in _JOINING:  # half of what is joined
        kept.pop()
    while cut and len(kept) > 2 and kept[-1].lower() in _JOINING:
        kept.pop()
    return " ".join(kept).rstrip(" ’,;–-")
