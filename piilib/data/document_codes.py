"""Which node of the tree a row of a document is about: codes, also mangled ones, and names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from piilib.data.document_numbers import fold
from piilib.data.grid import Cell
from piilib.data.lookup import data_dir
from piilib.data.read import read_rows
from piilib.errors import DataError

#: The row that prints ranks instead of values.
RANK_ROW = "RANK"

_KINDS = (
    (1, r"tru cot|pillar"),
    (2, r"nhom chi so|tieu tru cot|nhom|sub-?pillar"),
    (3, r"chi so thanh phan|chi so|indicator"),
)
_KIND = re.compile(
    "|".join(f"(?P<k{depth}>{words})" for depth, words in _KINDS).join((r"(?:", r")\s*(?:so\s+)?"))
)
_CODE = re.compile(r"([0-9]{1,2}(?:\.[0-9]{1,2}){0,3})[.:)]?(?:\s+|$|[-–]\s*)")
_DOTTED = re.compile(r"([0-9]{1,2}(?:\.[0-9]{1,2}){1,3})\.?")
_COMMAS = re.compile(r"[0-9](?:,[0-9]){1,2}")
_DATE = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[ T]00:00(?::00)?)?")
_DAY = re.compile(r"([0-9]{1,2})[/-]([0-9]{1,2})(?:[/-]([0-9]{2}|[0-9]{4}))?")
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7"}
_SPECIAL = {
    "PII": r"(tong ket qua|tong diem|tong cong|diem tong|tong|(diem )?(chi so )?pii"
    r"|chi so doi moi sang tao cap dia phuong|total|overall|pii score)( pii)?( ?\(.*\))?",
    RANK_ROW: r"(xep hang|thu hang|vi tri|rank|ranking)( (chung|pii|toan quoc|ca nuoc))?"
    r"( ?\(.*\))?",
    "IN": r"(chi so |diem )?(dau vao|input)( doi moi sang tao)?|input sub-?index",
    "OUT": r"(chi so |diem )?(dau ra|output)( doi moi sang tao)?|output sub-?index",
}


@dataclass(frozen=True)
class Tree:
    """The codes of the official tree, and what else names them.

    Attributes
    ----------
    levels : dict
        Level of every code, tree order.
    names : dict
        Code by folded name, Vietnamese and English.
    percent : frozenset
        The indicators whose values are percentages.
    """

    levels: dict[str, str]
    names: dict[str, str]
    percent: frozenset[str]

    @property
    def indicators(self) -> list[str]:
        """The codes of the indicators, tree order."""
        return [code for code, level in self.levels.items() if level == "indicator"]


def load_tree(data: str | Path | None = None) -> Tree:
    """Read the official tree.

    Examples
    --------
    >>> tree = load_tree()
    >>> len(tree.indicators), tree.names["chinh sach ho tro doanh nghiep"]
    (52, '1.1.3')
    """
    columns = ["code", "level", "name_vi", "name_en", "unit_vi"]
    rows = read_rows(data_dir(data) / "framework.csv", columns)
    names = {fold(row[name]): row["code"] for row in rows for name in ("name_en", "name_vi")}
    return Tree(
        levels={row["code"]: row["level"] for row in rows},
        names=names,
        percent=frozenset(row["code"] for row in rows if "%" in row["unit_vi"]),
    )


@dataclass(frozen=True)
class Label:
    """What a row says of its node.

    Attributes
    ----------
    codes : tuple of str
        The codes that it may mean; none where the row is not about a node.
    cell : Cell
        The cell that says so.
    mended : bool
        Whether the code had to be reconstructed (a date, a number, a comma).
    confirmed : bool
        Whether a second cell of the row says the same.
    """

    codes: tuple[str, ...]
    cell: Cell
    mended: bool = False
    confirmed: bool = False


def label_of(
    codes: Sequence[Cell], numbers: Sequence[Cell], names: Sequence[Cell], tree: Tree
) -> Label | None:
    """Read what a row is about.

    Parameters
    ----------
    codes, numbers, names : sequence of Cell
        Its cells in columns of codes, of running numbers (a lone whole number is no code there,
        unless the name says the same) and of names.
    tree : Tree
        The official tree.

    Returns
    -------
    Label or None
        None where the row is about no node.

    Raises
    ------
    DataError
        If the code and the name, or two codes, disagree.

    Examples
    --------
    >>> tree = load_tree()
    >>> label_of([], [Cell("4", "A9")], [Cell("Chỉ số 1.2.1. Chi phí", "B9")], tree).codes
    ('1.2.1',)
    >>> label_of([Cell("2001-02-01", "A9")], [], [Cell("Chi phí", "B9")], tree).codes
    ('1.2.1', '2.1.1')
    """
    said = [one for cell in (*codes, *numbers) if (one := _from_code(cell))]
    named = [one for cell in names if (one := _from_name(cell, tree))]
    known = _by_name(names, tree)
    sure = [one for one in (*said, *named) if len(one.codes) == 1 and not _weak(one, numbers)]
    if sure:
        return _agreed([*sure, *([known] if known else [])], tree)
    unsure = [one for one in said if one.mended or not _weak(one, numbers)]
    if unsure:
        if known and known.codes[0] in unsure[0].codes:
            return Label(known.codes, unsure[0].cell, mended=True, confirmed=True)
        return unsure[0]
    return known


def _weak(label: Label, numbers: Sequence[Cell]) -> bool:
    """Whether it is a lone whole number in a column of running numbers."""
    return label.cell in numbers and re.fullmatch(r"[0-9]+", label.codes[0]) is not None


def _agreed(labels: Sequence[Label], tree: Tree) -> Label:
    """Return the one code that all say; a mended one counts like any other."""
    first = next((label for label in labels if not label.mended), labels[0])
    for other in labels:
        if other.codes != first.codes:
            raise DataError(
                f"{first.cell.text!r} ({first.codes[0]}) in {first.cell.place} beside "
                f"{other.cell.text!r} ({other.codes[0]}) in {other.cell.place}",
                "one code in a row, and the name that belongs to it",
                column="code",
            )
    if first.codes[0] not in (*tree.levels, RANK_ROW):
        raise DataError(
            f"{first.cell.text!r} in {first.cell.place}",
            "a code of the framework such as 3, 3.2 or 3.2.1",
            column="code",
        )
    mended = next((label.cell for label in labels if label.mended), None)
    return Label(first.codes, mended or first.cell, mended is not None, len(labels) > 1)


def _from_code(cell: Cell) -> Label | None:
    """Read a cell of codes or of running numbers."""
    text = fold(cell.text).strip(" .")
    if text.upper() in ("PII", "IN", "OUT"):
        return Label((text.upper(),), cell)
    if cell.numeric and re.fullmatch(r"[0-9]+\.[0-9]+", text):
        part = text.rstrip("0").rstrip(".")
        return Label((part,), cell, mended=part != text)
    if found := re.fullmatch(_CODE, text + " "):
        parts = found[1].split(".")
        if any(len(part) == 2 for part in parts[1:]):  # 1.10, as a number 1.1 may be shown
            return Label((".".join(p.rstrip("0") or "0" for p in parts),), cell, mended=True)
        return Label((found[1],), cell)
    if _COMMAS.fullmatch(text):
        return Label((text.replace(",", "."),), cell, mended=True)
    if dated := _dated(text):
        return Label(dated, cell, mended=True)
    return _from_name(cell, None)


def _dated(text: str) -> tuple[str, ...]:
    """Return the codes that a spreadsheet may have turned into this date, day and month first."""
    if found := _DATE.fullmatch(text):
        year, month, day = found[1], int(found[2]), int(found[3])
    elif found := _DAY.fullmatch(text):
        year, month, day = found[3] or "", int(found[2]), int(found[1])
    else:
        return ()
    last = f".{int(year) - 2000}" if re.fullmatch(r"200[1-9]", year) else ""
    last = f".{int(year)}" if re.fullmatch(r"0[1-9]", year) else last
    both = dict.fromkeys((f"{day}.{month}{last}", f"{month}.{day}{last}"))
    return tuple(code for code in both if re.fullmatch(r"[1-9](\.[1-9]){1,2}", code))


def _from_name(cell: Cell, tree: Tree | None) -> Label | None:
    """Read "Trụ cột 1. Thể chế", "Chỉ số 1.1.1", "1.1. Môi trường" at the start of a name."""
    text = fold(cell.text)
    kind = _KIND.match(text)
    rest = text[kind.end() :] if kind else text
    if kind and (roman := re.match(r"(vii|vi|iv|v|iii|ii|i)\b", rest)) and kind["k1"]:
        return Label((_ROMAN[roman[1]],), cell)
    found = _CODE.match(rest)
    if found is None or (kind is None and not _DOTTED.fullmatch(found[0].strip(" .:)-–"))):
        return _special(text, cell) if tree else None
    code = found[1]
    if kind and int(str(kind.lastgroup)[1]) != code.count(".") + 1:
        raise DataError(
            f"{cell.text!r} in {cell.place}",
            "a code of one part for a pillar, two for a sub-pillar, three for an indicator",
            column="code",
        )
    return Label((code,), cell)


def _special(text: str, cell: Cell) -> Label | None:
    text = text.strip(" .:")
    found = [code for code, words in _SPECIAL.items() if re.fullmatch(words, text)]
    return Label((found[0],), cell) if found else None


def _by_name(names: Iterable[Cell], tree: Tree) -> Label | None:
    """Find the node whose official name stands in a cell, after any code."""
    for cell in names:
        text = fold(cell.text)
        kind = _KIND.match(text)
        rest = text[kind.end() :] if kind and _CODE.match(text[kind.end() :]) else text
        found = _CODE.match(rest)
        name = rest[found.end() :].strip(" .-–") if found else text
        if name in tree.names:
            return Label((tree.names[name],), cell)
    return None


def settle(labels: Sequence[Label], tree: Tree) -> list[str]:
    """Choose the code of every row; where a cell can mean two, the order of the tree decides.

    Parameters
    ----------
    labels : sequence of Label
        In the order of the rows.
    tree : Tree
        The official tree.

    Returns
    -------
    list of str
        A code each.

    Raises
    ------
    DataError
        If a cell was mangled and no single code fits between its neighbours.

    Examples
    --------
    >>> rows = [("1.2",), ("1.2.1", "2.1.1"), ("1.2.2",)]
    >>> settle([Label(codes, Cell("x", "A1"), len(codes) > 1) for codes in rows], load_tree())
    ['1.2', '1.2.1', '1.2.2']
    """
    place = {code: i for i, code in enumerate(tree.levels) if code[0].isdigit()}
    options = [[place[code] for code in label.codes if code in place] for label in labels]
    fixed = [i for i, label in enumerate(labels) if not label.mended or label.confirmed]
    codes = []
    for i, label in enumerate(labels):
        chosen = list(label.codes)
        if label.mended and not label.confirmed:
            fits = _between(options, i, fixed)
            chosen = [code for code in label.codes if place.get(code) in fits]
        if len(chosen) != 1:
            raise _undecided(label)
        codes.append(chosen[0])
    return codes


def _undecided(label: Label) -> DataError:
    return DataError(
        f"{label.cell.text!r} in {label.cell.place}, a code that the program turned into a date or "
        "a number",
        f"one of {', '.join(label.codes) or 'the codes of the framework'}, typed as text",
        column="code",
    )


def _between(options: Sequence[Sequence[int]], i: int, fixed: Sequence[int]) -> list[int]:
    """Keep the options of row i that leave rising places to all rows between two sure ones."""
    before = max((j for j in fixed if j < i and options[j]), default=-1)
    after = min((j for j in fixed if j > i and options[j]), default=len(options))
    low = options[before][0] if before >= 0 else -1
    for j in (j for j in range(before + 1, i) if options[j]):
        low = min((place for place in options[j] if place > low), default=10**6)
    high = options[after][0] if after < len(options) else 10**6
    for j in (j for j in range(after - 1, i, -1) if options[j]):
        high = max((place for place in options[j] if place < high), default=-1)
    return [place for place in options[i] if low < place < high]
