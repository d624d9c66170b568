"""What a file is: by its content first, and then whether its name says the same."""

from __future__ import annotations

import re
from pathlib import Path

from piilib.data.grid_guard import Archive, main_part, open_archive, part_type
from piilib.errors import DataError

#: What each suffix promises.
SUFFIXES = {
    ".xlsx": "xlsx", ".xlsm": "xlsx", ".xls": "xls", ".csv": "text", ".tsv": "text",
    ".txt": "text", ".docx": "docx", ".html": "html", ".htm": "html", ".doc": "doc",
    ".ods": "ods", ".odt": "odt",
}  # fmt: skip
#: Each kind that can be read: what it is called, and its usual suffix.
KINDS = {
    "xlsx": ("an Excel workbook", ".xlsx"), "xls": ("an old Excel workbook", ".xls"),
    "text": ("plain text", ".csv"), "docx": ("a Word document", ".docx"),
    "html": ("an HTML page", ".html"), "doc": ("an old Word document", ".doc"),
    "ods": ("an OpenDocument workbook", ".ods"), "odt": ("an OpenDocument text", ".odt"),
}  # fmt: skip

_TYPED = "its numbers in the Excel form that `pii template` writes, checked by a second person"
_WORD = "open it in Word or LibreOffice and save it as .docx"
#: Each kind that cannot: what it is called, and what to do instead.
_REFUSED = {
    "pdf": ("a PDF", f"an Excel or Word file: ask its author for one, or enter {_TYPED}"),
    "picture": ("a picture", f"an Excel or Word file: enter {_TYPED}"),
    "rtf": ("an RTF document", f"a Word document: {_WORD}"),
    "mhtml": ("a web archive (MHTML)", f"a Word document: {_WORD}"),
    "zip": ("a zip archive", "one document: unpack it and name the file"),
    "packed": ("a packed archive", "one document: unpack it and name the file"),
    "pptx": ("PowerPoint slides", "an Excel or Word file: copy the tables into one"),
    "xlsb": ("a binary Excel workbook", "an .xlsx: open it in Excel and save it as one"),
    "xml": ("an XML file", "an .xlsx: open it in Excel and save it as one"),
    "locked": ("a file with a password", "one without: open it, remove the password, save it"),
    "ole": ("an Office file of another kind", "an .xlsx or .docx: open it and save it as one"),
    "program": ("a program", "an Excel, Word, CSV or HTML file"),
}

_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "pdf"), (b"{\\rt", "rtf"), (b"\x89PNG\r\n", "picture"), (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"), (b"II*\0", "picture"), (b"MM\0*", "picture"), (b"RIFF", "picture"),
    (b"7z\xbc\xaf", "packed"), (b"Rar!", "packed"), (b"\x1f\x8b\x08", "packed"),
    (b"\xfd7zXZ", "packed"), (b"MZ", "program"), (b"\x7fELF", "program"),
    (b"MIME-Version:", "mhtml"),
)  # fmt: skip
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_PARTS = (
    ("EncryptedPackage", "locked"), ("WordDocument", "doc"), ("Workbook", "xls"), ("Book", "xls"),
    ("PowerPoint Document", "pptx"),
)  # fmt: skip
_PART_TYPES = (
    ("sheet.binary", "xlsb"),
    ("spreadsheetml", "xlsx"),
    ("ms-excel", "xlsx"),
    ("wordprocessingml", "docx"),
    ("ms-word", "docx"),
    ("presentationml", "pptx"),
)
_OLD_BOOK = re.compile(rb"\x09[\x00\x02\x04\x08][\x04\x06\x08\x10]\x00")
_HTML = re.compile(
    r"\s*(<\?xml[^>]*>\s*|<!--.*?-->\s*)*"
    r"<(!doctype html|html|head|body|meta|table|div|title|style)\b",
    re.IGNORECASE | re.DOTALL,
)
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."


def check_kind(data: bytes, path: Path) -> tuple[str, Archive | None]:
    r"""Decide what a file is, and refuse what cannot be read or bears a wrong name.

    Parameters
    ----------
    data : bytes
        The whole file.
    path : Path
        Its name.

    Returns
    -------
    kind : str
        A key of `KINDS`.
    archive : Archive or None
        The checked archive, if it is one.

    Raises
    ------
    DataError
        Saying what the file is and what to do.

    Examples
    --------
    >>> check_kind(b"a,b\n1,2\n", Path("x.csv"))
    ('text', None)
    >>> check_kind(b"<html><table>", Path("export.xls"))
    Traceback (most recent call last):
        ...
    piilib.errors.DataError: found an HTML page under the name of an .xls file; expected ...
    """
    if not data.strip(b" \t\r\n\0"):
        raise DataError("an empty file", "a file with a table")
    suffix = path.suffix.lower()
    kind, archive = _kind(data, suffix)
    if kind in _REFUSED:
        raise DataError(*_REFUSED[kind])
    if SUFFIXES.get(suffix) != kind:
        name, usual = KINDS[kind]
        under = f" under the name of an {suffix} file" if suffix else " without a suffix"
        raise DataError(
            f"{name}{under}",
            f"the suffix {usual} if that is what it should be (rename it, or open it in its "
            f"program and save it as {suffix if suffix in SUFFIXES else usual})",
        )
    return kind, archive


def _kind(data: bytes, suffix: str) -> tuple[str, Archive | None]:
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"):
        archive = open_archive(data)
        return _archive_kind(archive), archive
    if data.startswith(_OLE):
        return _ole_kind(data, SUFFIXES.get(suffix, "")), None
    if suffix == ".xls" and _OLD_BOOK.match(data):
        return "xls", None
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")[:64]
    named = next((kind for mark, kind in _STARTS if start.startswith(mark)), "")
    if named and not (named == "program" and start[:64].isascii() and b"\0" not in data[:512]):
        return named, None
    if data[4:8] == b"ftyp":
        return "picture", None
    return _text_kind(data), None


def _ole_kind(data: bytes, promised: str) -> str:
    """Name an old Office file by the streams in it; one inside another is its picture."""
    kinds = [kind for name, kind in _OLE_PARTS if name.encode("utf-16-le") in data]
    return promised if promised in kinds and "locked" not in kinds else [*kinds, "ole"][0]


def _archive_kind(archive: Archive) -> str:
    """Name an archive by the type that it declares for its main part."""
    if archive.has("mimetype") and archive.members["mimetype"].file_size < 200:
        mime = archive.read("mimetype").decode("latin-1").strip()
        if mime.startswith(_OPEN_DOCUMENT):
            kind = mime.removeprefix(_OPEN_DOCUMENT)
            return {"spreadsheet": "ods", "text": "odt"}.get(kind, "ole")
    part = main_part(archive)
    if not part or not archive.has("[Content_Types].xml"):
        return "zip"
    declared = part_type(archive, part)
    return next((kind for word, kind in _PART_TYPES if word in declared), "ole")


def _text_kind(data: bytes) -> str:
    """Tell HTML and XML from plain text."""
    sample = data[:8192]
    zeros = sample.count(0) * 3 > len(sample)
    text = sample.replace(b"\0", b"").decode("latin-1") if zeros else sample.decode("latin-1")
    text = re.sub("^(\xef\xbb\xbf|\xff\xfe|\xfe\xff)", "", text)
    if _HTML.match(text):
        return "html"
    return "xml" if text.lstrip().startswith("<?xml") else "text"
