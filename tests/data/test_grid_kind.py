"""What a file is, by its content: wrong names and kinds that cannot be read."""

import re
from pathlib import Path

import pytest

from piilib.data.grid_child import read_here
from piilib.data.grid_kind import KINDS, SUFFIXES, check_kind
from piilib.errors import DataError

from .grid_files import TYPES, cell, document, ole, packed, relations, row, table, workbook

BOOK = workbook('<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>')
WORD = document(table(row(cell("a"))))
PAGE = b"<html><table><tr><td>a</table></html>"
TEXT = b"a,b\n1,2\n"
OPEN = "application/vnd.oasis.opendocument."
GOOD = {
    "xlsx": BOOK,
    "docx": WORD,
    "html": PAGE,
    "text": TEXT,
    "xls": ole(b"x"),
    "doc": ole(b"x", "WordDocument"),
    "ods": packed({"mimetype": OPEN + "spreadsheet", "content.xml": "<a/>"}),
    "odt": packed({"mimetype": OPEN + "text", "content.xml": "<a/>"}),
}


@pytest.mark.parametrize("kind", GOOD)
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_kind_under_every_name(kind, suffix):
    path = Path(f"x{suffix.upper()}")
    if SUFFIXES[suffix] == kind:
        assert check_kind(GOOD[kind], path)[0] == kind
        return
    with pytest.raises(DataError) as caught:
        check_kind(GOOD[kind], path)
    name, usual = KINDS[kind]
    assert caught.value.found == f"{name} under the name of an {suffix} file"
    assert f"the suffix {usual}" in caught.value.expected


def other(part: str, kind: str) -> bytes:
    return packed(
        {
            "[Content_Types].xml": TYPES.format(part, kind),
            "_rels/.rels": relations(("r1", "officeDocument", part)),
            part: "<a/>",
        }
    )


REFUSED = {
    "pdf": (b"%PDF-1.7\n%\xe2\xe3", "a PDF;", "pii template"),
    "png": (b"\x89PNG\r\n\x1a\n\0\0", "a picture;", "pii template"),
    "jpeg": (b"\xff\xd8\xff\xe0\0\x10JFIF", "a picture;", "pii template"),
    "gif": (b"GIF89a\1\0", "a picture;", "Excel or Word"),
    "tiff": (b"II*\0\x08\0\0\0", "a picture;", "Excel or Word"),
    "webp": (b"RIFF\x24\0\0\0WEBP", "a picture;", "Excel or Word"),
    "heic": (b"\0\0\0\x18ftypheic\0", "a picture;", "Excel or Word"),
    "rtf": (b"{\\rtf1\\ansi", "an RTF document;", "save it as .docx"),
    "mhtml": (b"MIME-Version: 1.0\r\nContent-Type: multipart", "a web archive", ".docx"),
    "zip": (packed({"a.xlsx": BOOK}), "a zip archive;", "unpack it"),
    "rar": (b"Rar!\x1a\x07\0", "a packed archive;", "unpack it"),
    "gzip": (b"\x1f\x8b\x08\0\0", "a packed archive;", "unpack it"),
    "slides": (other("ppt/presentation.xml", "presentationml.presentation.main"),
               "PowerPoint slides;", "Excel or Word"),
    "xlsb": (other("xl/workbook.bin", "ms-excel.sheet.binary.macroEnabled.main"),
             "a binary Excel workbook;", "save it as one"),
    "drawing": (packed({"mimetype": OPEN + "graphics"}), "an Office file of another kind", ".docx"),
    "spreadsheet 2003": (b"<?xml version='1.0'?><Workbook/>", "an XML file;", ".xlsx"),
    "locked": (ole(b"x", "EncryptedPackage"), "a file with a password;", "remove the password"),
    "ole": (ole(b"x", "Contents"), "an Office file of another kind;", ".xlsx or .docx"),
    "program": (b"MZ\x90\0\3\0\0\0", "a program;", "Excel, Word"),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".docx", ".pdf", ""])
def test_what_cannot_be_read_is_named_with_what_to_do(kind, suffix):
    data, found, mend = REFUSED[kind]
    with pytest.raises(DataError, match=re.escape(f"found {found}")) as caught:
        read_here(data, Path(f"x{suffix}"))
    assert mend in caught.value.expected


def test_text_that_begins_like_a_program_is_text():
    assert check_kind(b"MZ,Name\n1,2\n", Path("x.csv")) == ("text", None)


@pytest.mark.parametrize("suffix", [".dat", ""])
def test_an_unknown_suffix_says_which_it_should_be(suffix):
    with pytest.raises(DataError, match=r"the suffix \.docx"):
        check_kind(WORD, Path(f"x{suffix}"))


@pytest.mark.parametrize(
    "mark", [b"\xef\xbb\xbf", b"\n\n ", b"<!-- a -->\n", b"<?xml version='1.0'?>\n"]
)
def test_a_page_is_seen_behind_what_may_stand_before_it(mark):
    assert check_kind(mark + PAGE, Path("x.html"))[0] == "html"
    assert (
        check_kind((mark.decode("utf-8-sig") + PAGE.decode()).encode("utf-16"), Path("x.htm"))[0]
        == "html"
    )


def test_an_old_workbook_that_holds_a_document_is_a_workbook():
    data = ole(b"x" * 100 + "WordDocument".encode("utf-16-le"))
    assert check_kind(data, Path("x.xls")) == ("xls", None)


def test_a_workbook_whose_parts_have_names_of_their_own():
    assert (
        check_kind(other("book/main.xml", "spreadsheetml.sheet.main"), Path("x.xlsx"))[0] == "xlsx"
    )
