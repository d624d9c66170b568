"""What a column's heading says: its role, its year and the province or node that it is about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from piilib.data.document_numbers import fold, tidy
from piilib.data.lookup import data_dir
from piilib.data.read import read_rows
from piilib.errors import DataError

#: Roles whose cells are numbers.
VALUES = ("value", "lowest", "highest", "target", "rank", "target_rank", "of")
#: Roles that need a year.
DATED = ("value", "lowest", "highest", "target", "rank", "target_rank")
#: Roles of the columns that say what a row is about.
LABELS = ("code", "stt", "name")
_TEXTS = ("lead", "coordinating")

_EXACT = {
    "stt": r"stt|tt|so tt|so thu tu|no\.?|row|#",
    "code": r"ma|ma so|ma chi so|ma hieu|ky hieu|code|chi so so",
    "year": r"nam|year",
    "of": r"of|tong so (tinh|dia phuong|don vi)",
    "province": r"key|province( vi)?|(ten )?(cac )?(tinh|dia phuong)(, ?(tinh|thanh pho|dia phuong)"
    r"| ?[/,] ?(thanh pho|tp))?|tinh thanh|don vi hanh chinh",
    "": r"unit|unit vi|dvt|don vi( tinh)?|address|source|nguon|status|quote|short|remark",
    "rank": r"hang",
}
_NAME = re.compile(
    r"(ten |cac )?X([ /,&-]+(va )?(ten |cac )?X)*".replace(
        "X",
        r"(tru cot|nhom chi so|tieu tru cot|chi so thanh phan|chi so|chi tieu|noi dung|tieu chi"
        r"|indicators?|sub-?pillars?|pillars?|names?|name vi|name en|nodes?)",
    )
)
#: Words that settle a role wherever they stand; none of them by itself means the unit's own value.
_STRONG = {
    "highest": r"\b(cao nhat|lon nhat|max|maximum|highest|largest)\b",
    "lowest": r"\b(thap nhat|nho nhat|min|minimum|lowest|smallest)\b",
    "target": r"\b(muc tieu|chi tieu|phan dau|target)\b|\bke hoach( nam)? 20[0-9]{2}\b",
    "rank": r"\b(xep hang|thu hang|xep thu|vi thu|rank|ranking)\b",
    "lead": r"\b(chu tri|dau moi|lead)\b",
    "coordinating": r"\b(phoi hop|coordinating|coordination)\b",
    "": r"\b(trung binh|binh quan|average|mean|median|chenh lech|thay doi|tang|giam|so voi|so sanh"
    r"|change|difference|vung|khu vuc|ghi chu|nguon|notes?|source|giai phap"
    r"|don vi tinh|trong so|weight|text)\b",
}
_NATION = re.compile(r"\b(ca nuoc|toan quoc|quoc gia|national)\b")
_OWN = re.compile(
    r"\b(cua tinh|gia tri|diem so|diem|ket qua|hien trang|thuc hien|dat duoc|value|own|score|pii)\b"
)
_YEAR = re.compile(r"(?<![0-9])20[0-9]{2}(?![0-9])")
_NODE = re.compile(
    r"(?:tru cot|pillar)\s+([1-7])\b|([1-7])\.\s+\D|(?:nhom chi so )?([1-7]\.[1-9])\b"
)
_IS_DATE = re.compile(
    r"ngày\s+[0-9]{1,2}\s+tháng\s+[0-9]{1,2}\s+năm\s+20[0-9]{2}"
    r"|[0-9]{1,2}[/.-][0-9]{1,2}[/.-]20[0-9]{2}|[0-9]+/20[0-9]{2}/\S+"
    r"|giai đoạn\s+20[0-9]{2}\s*[-–]\s*20[0-9]{2}",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Column:
    """A column of a table, by its heading.

    Attributes
    ----------
    index : int
        Its place in the grid, from 0.
    role : str
        "value", "lowest", "highest", "target", "rank", "target_rank", "of", "lead",
        "coordinating", "code", "stt", "name", "province", "year"; "" for any other, "?" where the
        heading says two things at once.
    years : tuple of int
        The years that the heading states.
    provinces : frozenset of str
        Keys of the provinces that it names.
    node : str
        The pillar that it names, on a scoreboard.
    heading, place : str
        The heading as it is printed, super-heading first, and the cell of its last row.
    """

    index: int
    role: str
    years: tuple[int, ...]
    provinces: frozenset[str]
    node: str
    heading: str
    place: str

    @property
    def year(self) -> int | None:
        """The one year stated; None where there is none.

        Raises
        ------
        DataError
            If the heading states several.
        """
        if len(self.years) > 1:
            raise DataError(
                f"{self.heading!r} in {self.place}, which states {len(self.years)} years",
                "one year in the heading of a column",
                column=self.role,
            )
        return self.years[0] if self.years else None


def years_in(text: str) -> tuple[int, ...]:
    """Return the years of a text, ascending; those of full dates and of periods do not count.

    Examples
    --------
    >>> years_in("Năm 2023 và 2024, kèm theo Kế hoạch ngày 28 tháng 10 năm 2025")
    (2023, 2024)
    """
    return tuple(sorted({int(year) for year in _YEAR.findall(_IS_DATE.sub(" ", tidy(text)))}))


@lru_cache(maxsize=8)
def _spellings(folder: Path) -> tuple[re.Pattern[str], dict[str, str]]:
    rows = read_rows(folder / "names.csv", ["key", "spelling"])
    known = {tidy(row["spelling"]).casefold(): row["key"] for row in rows}
    long = sorted((name for name in known if len(name) > 5 or " " in name), key=len, reverse=True)
    names = [*long, "huế", "hue"]
    known |= {"huế": "hue", "hue": "hue"}
    return re.compile(r"(?<!\w)(" + "|".join(map(re.escape, names)) + r")(?!\w)"), known


def provinces_in(text: str, data: str | Path | None = None) -> frozenset[str]:
    """Return the keys of the provinces that a text names.

    Examples
    --------
    >>> sorted(provinces_in("PHỤ LỤC CỦA TỈNH CAO BẰNG, so với TP. Hà Nội"))
    ['cao-bang', 'ha-noi']
    """
    pattern, known = _spellings(data_dir(data))
    return frozenset(known[name] for name in pattern.findall(tidy(text).casefold()))


def exact_role(text: str) -> str | None:
    """Return the role of a heading that consists of one known word; None for any other."""
    text = re.sub(r"\s*[:*]$", "", fold(text))
    for role, words in _EXACT.items():
        if re.fullmatch(words, text):
            return role
    return "name" if _NAME.fullmatch(text) else None


def _strong(text: str) -> frozenset[str]:
    exact = exact_role(text)
    if exact is not None and not (exact == "name" and _YEAR.search(text)):
        return frozenset({exact})
    folded = fold(text)
    found = frozenset(role for role, words in _STRONG.items() if re.search(words, folded))
    if _NATION.search(folded) and not found:
        return frozenset({""})
    return found


def is_heading(text: str) -> bool:
    """Tell whether a cell's text can be a heading: short, with a word or a year that headings use.

    Examples
    --------
    >>> is_heading("Giá trị cao nhất"), is_heading("Năm 2023"), is_heading("Sở Tư pháp")
    (True, True, False)
    """
    folded = fold(text)
    if not folded or len(folded) > 90:
        return False
    bare_year = re.fullmatch(r"(nam )?20[0-9]{2}", folded)
    return bool(_strong(text) or _OWN.search(folded) or bare_year)


def role_of(stack: Sequence[str], named: bool = False) -> str:
    """Decide the role of a column from its stacked headings, the lowest last.

    Parameters
    ----------
    stack : sequence of str
        The headings, from the top.
    named : bool
        Whether they name a province, so that a column without another word holds its values.

    Returns
    -------
    str
        See `Column`; "?" where the words contradict each other.

    Examples
    --------
    >>> role_of(["Kết quả năm 2023", "Cao nhất"]), role_of(["Mục tiêu năm 2026", "Xếp hạng"])
    ('highest', 'target_rank')
    >>> role_of(["Thấp nhất", "2024"]), role_of(["Năm 2024"]), role_of(["Cao nhất/thấp nhất"])
    ('lowest', 'value', '?')
    """
    above: frozenset[str] = frozenset()
    for text in reversed(stack):
        found = _strong(text)
        if above == {"rank"} and "target" in found:
            return "target_rank"
        if above:
            continue
        above = found
    if above == {"rank", "target"}:
        return "target_rank"
    if len(above) == 1:
        return next(iter(above))
    if above:
        return "" if "" in above else "?"
    folded = [fold(text) for text in stack]
    own = any(_OWN.search(text) or re.fullmatch(r"(nam )?20[0-9]{2}", text) for text in folded)
    return "value" if own or named else ""


def column_of(
    index: int, stack: Sequence[str], place: str, data: str | Path | None = None
) -> Column:
    """Read the stacked headings of a column.

    Examples
    --------
    >>> column_of(4, ["Kết quả năm 2023", "Điểm của tỉnh Cao Bằng"], "A1").provinces
    frozenset({'cao-bang'})
    """
    joined = " / ".join(stack)
    years = next((found for text in reversed(stack) if (found := years_in(text))), ())
    provinces = provinces_in(joined, data)
    role = role_of(stack, bool(provinces))
    match = _NODE.search(fold(stack[-1])) if stack else None
    node = next(filter(None, match.groups()), "") if match else ""
    if node and role in ("", "name"):
        role = "value"
    return Column(index, role, years, provinces, node, joined, place)
