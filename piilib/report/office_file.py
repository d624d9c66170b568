"""Word, Excel and PowerPoint files that are the same bytes whenever and wherever they are made."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Final

from piilib.errors import DataError

__all__ = ["steady"]

#: The earliest time that a ZIP archive can hold, and the time of every part of a file of ours.
_TIME: Final = (1980, 1, 1, 0, 0, 0)
#: The day in the properties of a file: none that a reader could take for the day of its making.
_DATE: Final = b"2000-01-01T00:00:00Z"
_DATES: Final = re.compile(rb"(<dcterms:(?:created|modified)\b[^>]*>)[^<]*")
_FIRST: Final = ("[Content_Types].xml", "_rels/.rels")
_INSIDE: Final = (".docx", ".pptx", ".xlsx")


def steady(data: bytes) -> bytes:
    """Take out of an office file all that differs from one run to the next.

    Its parts stand in a fixed order, with the same time, and its properties name a fixed day. So
    do those of a file inside it: the workbook behind each chart of a presentation.

    Parameters
    ----------
    data : bytes
        A .docx, .xlsx or .pptx file.

    Returns
    -------
    bytes
        The file with the same parts.

    Raises
    ------
    DataError
        If it is no such file.

    Examples
    --------
    >>> file = io.BytesIO()
    >>> with zipfile.ZipFile(file, "w") as archive:
    ...     archive.writestr("word/document.xml", "<w/>")
    ...     archive.writestr("[Content_Types].xml", "<Types/>")
    >>> zipfile.ZipFile(io.BytesIO(steady(file.getvalue()))).namelist()
    ['[Content_Types].xml', 'word/document.xml']
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
    except zipfile.BadZipFile as error:
        raise DataError("no office file", "the bytes of a .docx, .xlsx or .pptx") from error
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(parts, key=_place):
            archive.writestr(_entry(name), _part(name, parts[name]))
    return buffer.getvalue()


def _place(name: str) -> tuple[int, str]:
    return (_FIRST.index(name) if name in _FIRST else len(_FIRST)), name


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _TIME)
    entry.create_system = 0  # else that of the machine
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _part(name: str, content: bytes) -> bytes:
    if name == "docProps/core.xml":
        return _DATES.sub(rb"\g<1>" + _DATE, content)
    return steady(content) if name.endswith(_INSIDE) else content
