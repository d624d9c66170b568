"""Names of indicators as documents write them, compared word by word."""

from __future__ import annotations

import re
import unicodedata

#: Abbreviations of Vietnamese official documents, written out; the longer ones first.
_LONG = {
    "khcnđmst&cđs": "khoa học công nghệ đổi mới sáng tạo và chuyển đổi số",
    "kh&cn": "khoa học và công nghệ",
    "nc&pt": "nghiên cứu và phát triển",
    "gd&đt": "giáo dục và đào tạo",
    "đmst": "đổi mới sáng tạo",
    "kt-xh": "kinh tế xã hội",
    "sxkd": "sản xuất kinh doanh",
    "thpt": "trung học phổ thông",
    "ict": "công nghệ thông tin và truyền thông",
    "dn": "doanh nghiệp",
}
#: Two spellings of one word or sign.
_ALIKE = {
    "tỉ lệ": "tỷ lệ",
    "lan toả": "lan tỏa",
    "số lượng": "số",
    " trên tổng ": "/tổng ",
    " trên 1": "/1",
    " so với ": "/",
    "&": " ",
    "-": " ",
}
#: Words that change nothing of what is counted.
_EMPTY = (
    "bảo hộ",
    "thiết kế",
    "chứng chỉ",
    "ngành nghề",
    "địa phương",
    "tổng số",
    "tổng dân số",
    "của",
    "các",
    "một",
    "và",
    "lượng",
    "môn",
    "số",
)
_UNIT = re.compile(r"\((%|hdi|\d+ môn|(?:tỷ|triệu) đồng[^)]*)\)")


def normal(name: str) -> str:
    """Write a name in one way: lower case, abbreviations written out, units left off.

    Examples
    --------
    >>> normal("Số DN KH&CN/1.000 DN"), normal("Tỉ lệ chi (%)")
    ('số doanh nghiệp khoa học và công nghệ/1000 doanh nghiệp', 'tỷ lệ chi')
    """
    text = unicodedata.normalize("NFC", name).lower()
    for short, long in _LONG.items():
        text = re.sub(rf"(?<!\w){re.escape(short)}(?!\w)", long, text)
    text = _UNIT.sub(" ", re.sub(r"(\d)\.(\d{3})", r"\1\2", text))
    for one, other in _ALIKE.items():
        text = text.replace(one, other)
    return re.sub(r"\s+", " ", re.sub(r"[\"“”,;:()]", " ", text)).strip()


def words(text: str) -> set[str]:
    """Words of a normal name that say what is counted."""
    for phrase in _EMPTY:
        text = re.sub(rf"(?<!\w){phrase}(?!\w)", " ", text)
    return set(re.sub(r"[/%]", " ", text).split()) - {"1"}


def parts(name: str) -> tuple[str, str]:
    """Split a normal name into what is counted and what it is divided by (empty if nothing).

    Examples
    --------
    >>> parts(normal("Số DN mới thành lập/10.000 dân"))
    ('số doanh nghiệp mới thành lập', '10000 dân')
    """
    counted, _, base = name.rpartition("/") if "/" in name else (name, "", "")
    return counted.strip(), base.strip()


def differing(one: str, other: str) -> tuple[set[str], set[str]]:
    """Words that only one of two texts has; both empty where they say the same.

    Examples
    --------
    >>> differing("Đóng góp trong GDP cả nước (%)", "Đóng góp trong GRDP cả nước")
    ({'gdp'}, {'grdp'})
    """
    first, second = words(normal(one)), words(normal(other))
    return first - second, second - first


def denominator_of(base: str) -> str | None:
    """Name in `DENOMINATORS` of what a normal name is divided by; None where it is no such thing.

    Examples
    --------
    >>> denominator_of("10000 dân"), denominator_of("tổng số xã"), denominator_of("grdp")
    ('population_10k', 'communes', None)
    """
    found = {
        "10000 dân": "population_10k",
        "1000 dân": "population_1k",
        "1000 doanh nghiệp": "firms_1k",
        "1000 doanh nghiệp đang hoạt động": "firms_1k",
        "tổng số xã": "communes",
    }
    return found.get(base)
