"""The states of a report, and the other words of the index, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from piilib.report.numbers import Lang

#: Kinds of state and their words, in the order in which they want a look.
LEGEND: Final[dict[Lang, list[tuple[str, str]]]] = {
    "vi": [
        ("failed", "lỗi"),
        ("revised", "đã hiệu đính"),
        ("without", "chưa có phiếu số liệu"),
        ("made", "mới lập"),
        ("unchanged", "không đổi"),
        ("none", "chưa lập"),
    ],
    "en": [
        ("failed", "failed"),
        ("revised", "revised"),
        ("without", "without a sheet"),
        ("made", "made"),
        ("unchanged", "unchanged"),
        ("none", "not made"),
    ],
}

#: Every other word of the page.
TEXT: Final[dict[Lang, dict[str, str]]] = {
    "vi": {
        "title": "Báo cáo PII của các tỉnh, thành phố",
        "skip": "Đến danh mục",
        "other": "English",
        "other_lang": "en",
        "intro": "Mỗi địa phương một báo cáo chẩn đoán, bằng hai thứ tiếng; mỗi năm một bức tranh"
        " cả nước. Sổ tay đã chạy (.ipynb) nằm cạnh từng báo cáo; tệp manifest.json ghi số liệu và"
        " chương trình đã dùng.",
        "search": "Tìm địa phương hoặc vùng (không cần dấu)",
        "found": "địa phương phù hợp",
        "overview": "Bức tranh cả nước",
        "map": "Bản đồ ô vuông: vị trí gần đúng, không vẽ đường bờ biển",
        "caption": "Báo cáo của từng địa phương",
        "province": "Địa phương",
        "region": "Vùng",
        "score": "Điểm PII",
        "rank": "Hạng",
        "sort": "Sắp xếp theo",
        "report": "Báo cáo",
        "why": "vì sao",
        "earlier": "bản trước",
        "states": "Trạng thái",
        "note": "Điểm và hạng đã công bố; dấu – nghĩa là chưa công bố. “Chưa có phiếu số liệu”: báo"
        " cáo chỉ dựa trên bảng điểm chung. “Đã hiệu đính”: số liệu đã sửa từ khi lập lần đầu.",
        "foot": "Soạn bằng piilib; không phải ấn phẩm của Bộ Khoa học và Công nghệ.",
    },
    "en": {
        "title": "PII reports of the provinces",
        "skip": "Skip to the list",
        "other": "Tiếng Việt",
        "other_lang": "vi",
        "intro": "A diagnostic report of each province in two languages, and each year an overview"
        " of the country. The executed notebook (.ipynb) lies beside each report; manifest.json"
        " says which data and code were used.",
        "search": "Find a province or region (no diacritics needed)",
        "found": "provinces found",
        "overview": "National overview",
        "map": "Map of squares: places are approximate, no coastline is drawn",
        "caption": "Reports of the provinces",
        "province": "Province",
        "region": "Region",
        "score": "PII score",
        "rank": "Rank",
        "sort": "Sort by",
        "report": "Report",
        "why": "why",
        "earlier": "edition before",
        "states": "State",
        "note": "Published scores and ranks; – means not published. “Without a sheet”: the report"
        " rests on the common scoreboard alone. “Revised”: data have been corrected since it was"
        " first made.",
        "foot": "Prepared with piilib; not a publication of the Ministry of Science and"
        " Technology.",
    },
}


@dataclass(frozen=True)
class State:
    """A report in the index.

    Attributes
    ----------
    kind : {"failed", "revised", "without", "made", "unchanged", "none"}
    word : str
        The state as the page says it.
    href, why : str
        Addresses of the report, and of the page that says why it failed; empty if not there.
    error : str
    order : int
        Its place where the table is sorted by state.
    more : tuple of (str, str)
        The other formats, each with its name and address.
    """

    kind: str
    word: str = ""
    href: str = ""
    why: str = ""
    error: str = ""
    order: int = 9
    more: tuple[tuple[str, str], ...] = ()


def state_words(record: Mapping[str, Any], lang: Lang, *, href: str, why: str) -> State:
    """Say in which state a report is.

    Parameters
    ----------
    record : mapping
        Its entry in the manifest.
    lang : {"vi", "en"}
    href, why : str
        See `State`.

    Returns
    -------
    State
        The first that holds of failed, revised, without a sheet, and how the last run went.

    Examples
    --------
    >>> record = {"outcome": "made", "revision": 2, "complete": True}
    >>> state_words(record, "en", href="x.html", why="").word
    'revised (2)'
    """
    revision = int(record.get("revision", 0))
    if record["outcome"] == "failed":
        kind = "failed"
    elif revision:
        kind = "revised"
    elif not record["complete"]:
        kind = "without"
    else:
        kind = str(record["outcome"])
    words = dict(LEGEND[lang])
    word = f"{words[kind]} ({revision})" if kind == "revised" else words[kind]
    if kind == "revised" and not record["complete"]:
        word += f", {words['without']}"
    order = [name for name, _ in LEGEND[lang]].index(kind)
    error = str(record.get("error", "")) if kind == "failed" else ""
    return State(kind, word, href, why, error, order)
