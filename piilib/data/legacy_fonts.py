"""Vietnamese typed for the fonts of the 1990s (TCVN3, VNI), or read with a wrong encoding.

Such a text holds Latin letters and signs that only look right in a font like .VnTime or VNI-Times:
"TØnh Cao B»ng" for "Tỉnh Cao Bằng". It is recognised by its words: decoded, they are Vietnamese
syllables, and as they stand they hold signs that no Vietnamese word has.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from piilib.data.grid import Grid
from piilib.errors import DataError

#: TCVN 5712:1993, third table, as the fonts .VnTime etc. have it, from 0xA1 to 0xFE of Latin-1.
_TCVN3 = dict(
    zip(
        "¡¢£¤¥¦§¨©ª«¬®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ",
        "ĂÂÊÔƠƯĐăâêôơđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
        strict=True,
    )
)
#: VNI: a letter followed by its marks; some letters are single.
_VNI_MARKS = {
    "ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323", "â": "\u0302",
    "á": "\u0302\u0301", "à": "\u0302\u0300", "å": "\u0302\u0309", "ã": "\u0302\u0303",
    "ä": "\u0302\u0323", "ê": "\u0306", "é": "\u0306\u0301", "è": "\u0306\u0300",
    "ú": "\u0306\u0309", "ü": "\u0306\u0303", "ë": "\u0306\u0323",
}  # fmt: skip
_VNI_LETTERS = {"ñ": "đ", "ö": "ư", "ô": "ơ", "ó": "ĩ", "ò": "ị", "æ": "ỉ", "î": "ỵ"}

_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_ONSET = "(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnprstvx])?"
_NUCLEUS = (
    "(?:uyê|uya|uyu|oai|oay|oao|oeo|uây|uôi|ươi|ươu|iêu|yêu|ia|iê|ya|yê|ua|uô|ưa|ươ|oa|oă|oe|uâ|uê"
    "|uy|uơ|ai|ao|au|ay|âu|ây|eo|êu|iu|oi|ôi|ơi|ui|ưi|ưu|[aăâeêioôơuưy])"
)
_SYLLABLE = re.compile(f"{_ONSET}{_NUCLEUS}(?:(?<=[aêiy])[cn]h|ng|[cmnpt])?")
_EDGES = " .,;:!?()[]{}\"'“”‘’…–—-/%*+=<>0123456789"
_SPLIT = re.compile(r"[\s/\-–—,.;:()<>=&\"']+")
#: UTF-8 read as Windows-1252: "Báº±ng", "Ä‘", "Æ°".
_MOJIBAKE = re.compile("á[º»][^\\s]|Ä[‘\u0090\u0091]|Æ[°¡]|Ã[\u00a1-\u00bf]")
_READ_WRONGLY = "UTF-8 read as Windows-1252"
_CONVERT = (
    "Unicode: convert it (UniKey: Ctrl+Shift+F6, or a converter of your office) and save again"
)


@lru_cache(maxsize=100_000)
def is_syllable(word: str) -> bool:
    """Say whether a word is built like a Vietnamese syllable, with at most one tone.

    Examples
    --------
    >>> [is_syllable(word) for word in ("Bằng", "nghiệp", "Bmng", "ôCao")]
    [True, True, False, False]
    """
    apart = unicodedata.normalize("NFD", word.lower())
    bare = unicodedata.normalize("NFC", _TONES.sub("", apart))
    return len(_TONES.findall(apart)) <= 1 and _SYLLABLE.fullmatch(bare) is not None


def from_tcvn3(word: str) -> str:
    """Read a word typed for a TCVN3 font; Unicode stays as it is."""
    return "".join(_TCVN3.get(letter, letter) for letter in word)


def from_vni(word: str) -> str:
    """Read a word typed for a VNI font, in lower case."""
    text = ""
    for letter in word:
        low = letter.lower()
        if low in _VNI_MARKS and text[-1:].lower() in tuple("aeiouyơư"):
            text += _VNI_MARKS[low]
        else:
            text += _VNI_LETTERS.get(low, low)
    return unicodedata.normalize("NFC", text)


def _ordinary(word: str) -> bool:
    """Say whether a word is a syllable as it stands, with capitals where a word has them."""
    return (word[1:].islower() or word.isupper() or len(word) == 1) and is_syllable(word)


@lru_cache(maxsize=100_000)
def legacy_fonts(word: str) -> tuple[str, ...]:
    """Name the legacy encodings in which a word is a Vietnamese syllable.

    Parameters
    ----------
    word : str
        One word. None is named for a word that is a Vietnamese syllable as it stands, or that
        holds signs only.

    Examples
    --------
    >>> [legacy_fonts(word) for word in ("TØnh", "Coäng", "Tỉnh", "Müller")]
    [('TCVN3',), ('VNI',), (), ()]
    """
    word = word.strip(_EDGES)
    if word.isascii() or any(letter > "\xff" for letter in word) or _ordinary(word):
        return ()
    if not any(letter.isalpha() for letter in word):
        return ()
    read = {"TCVN3": from_tcvn3(word), "VNI": from_vni(word)}
    return tuple(name for name, text in read.items() if is_syllable(text))


def words(text: str) -> list[str]:
    """Cut a text into its words that are not plain Latin letters."""
    return [] if text.isascii() else [w for w in _SPLIT.split(text) if w and not w.isascii()]


def foreign_encoding(texts: Iterable[tuple[str, str]]) -> tuple[str, str, str] | None:
    """Find text in a legacy encoding among texts and their places.

    Parameters
    ----------
    texts : iterable of tuple
        (text, place).

    Returns
    -------
    tuple or None
        Name of the encoding, the first text found, its place. Two different words of one encoding
        are needed, so that a foreign name is not taken for one.

    Examples
    --------
    >>> foreign_encoding([("TØnh Cao B»ng", "A1")])
    ('TCVN3', 'TØnh Cao B»ng', 'A1')
    >>> foreign_encoding([("Tỉnh Cao Bằng", "A1"), ("Café Müller", "A2")]) is None
    True
    """
    first: dict[str, tuple[str, str]] = {}
    seen: dict[str, set[str]] = {}
    for text, place in texts:
        for word in words(text):
            for name in [_READ_WRONGLY] if _MOJIBAKE.search(word) else legacy_fonts(word):
                first.setdefault(name, (text, place))
                seen.setdefault(name, set()).add(word)
    most = max(seen, key=lambda name: len(seen[name]), default="")
    return (most, *first[most]) if most and len(seen[most]) > 1 else None


def check_fonts(grids: Iterable[Grid]) -> None:
    """Refuse tables whose text is in a legacy encoding, naming the first such cell."""
    cells = ((cell.text, cell.place) for grid in grids for row in grid.rows for cell in row)
    found = foreign_encoding(cells)
    if found is not None:
        name, text, place = found
        raise DataError(f"{text[:60]!r} in {place}, which is {name}", _CONVERT)
