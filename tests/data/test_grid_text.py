"""Text files: encodings, separators, quotes; and fonts of the 1990s."""

import codecs
import csv
import io
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from piilib.data.grid import Cell
from piilib.data.grid_child import read_here
from piilib.data.grid_text import separator_of
from piilib.data.legacy_fonts import (
    foreign_encoding,
    from_tcvn3,
    from_vni,
    is_syllable,
    legacy_fonts,
)
from piilib.errors import DataError

from .grid_files import only, texts

WORDS = str.split(
    "tỉnh Cao Bằng Điện Biên Đắk Nông Thừa Thiên Huế chỉ số đổi mới sáng tạo trụ cột thể chế hạ "
    "tầng vốn con người nghiên cứu phát triển trình độ doanh nghiệp sản phẩm tri thức công nghệ "
    "tác động giá trị xếp hạng quyết ngưỡng khuỷu yếu nguyễn ước xã phường"
)


def cp1258(text: str) -> bytes:
    """Encode as Vietnamese Windows does: tones follow their vowel, hats and horns are on it."""
    out = ""
    for letter in unicodedata.normalize("NFC", text):
        apart = unicodedata.normalize("NFD", letter)
        tones = [c for c in apart if c in "\u0300\u0301\u0303\u0309\u0323"]
        rest = unicodedata.normalize("NFC", "".join(c for c in apart if c not in tones))
        out += rest + "".join(tones)
    return out.encode("cp1258")


ENCODINGS = {
    "UTF-8": lambda text: text.encode(),
    "UTF-8 with mark": lambda text: text.encode("utf-8-sig"),
    "UTF-8 decomposed": lambda text: unicodedata.normalize("NFD", text).encode(),
    "UTF-16 little": lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le"),
    "UTF-16 big": lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
    "UTF-16 little, no mark": lambda text: text.encode("utf-16-le"),
    "UTF-16 big, no mark": lambda text: text.encode("utf-16-be"),
    "Windows-1258": cp1258,
}
SEPARATORS = [",", ";", "\t"]
TABLE = [
    ["Tỉnh", "Giá trị, điểm", "Ghi chú"],
    ["Cao Bằng", "1.255,81", 'gọi là "PII"; xem'],
    ["Đắk Nông", "", "hai\ndòng"],
    ["Thừa Thiên Huế", "45.28", "–"],
]


def written(rows, separator: str, end: str = "\r\n") -> str:
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=separator, lineterminator=end).writerows(rows)
    return file.getvalue()


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("separator", SEPARATORS)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_encoding_with_every_separator(encoding, separator, end):
    data = ENCODINGS[encoding](written(TABLE, separator, end))
    if encoding == "Windows-1258":
        assert b"\xcc" in data  # the grave of "Bằng", a character of its own
    grid = only(data, "x.csv")
    assert texts(grid) == [[" ".join(text.split()) for text in row] for row in TABLE]
    assert grid.rows[1][1] == Cell("1.255,81", "dòng 2, cột 2")
    assert grid.rows[3][0].place == "dòng 5, cột 1"  # the row before takes two lines


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(
            st.one_of(
                st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join),
                st.decimals(-9999, 9999, places=2).map(lambda x: str(x).replace(".", ",")),
                st.sampled_from(['"', "a;b", "a,b", "x\ty", "63/63", ""]),
            ),
            min_size=3,
            max_size=3,
        ),
        min_size=2,
        max_size=8,
    ),
    st.sampled_from(sorted(ENCODINGS)),
    st.sampled_from(SEPARATORS),
)
def test_any_table_comes_back(rows, encoding, separator):
    rows = [["Trụ cột", "Giá trị", "Điểm số"], *rows]
    data = ENCODINGS[encoding](written(rows, separator))
    found = texts(only(data, "x.csv"))
    full = [[" ".join(text.split()) for text in row] for row in rows]
    while not any(full[-1]):
        full.pop()
    assert [row + [""] * (3 - len(row)) for row in found] == full


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("a;b\n1,5;2,5\n", ";"),
        ("1,5;2,5\n3,5;4,5\n", ";"),  # both divide every line: decimal commas
        ("a,b\n1,2\n", ","),
        ("a\tb\n1,5\t2,5\n", "\t"),
        ("BẢNG, TỔNG HỢP; năm 2024\na;b;c\n1;2;3\n4;5;6\n", ";"),
        ('"a;b",c\n"1;2",3\n', ","),
        ("a\nb\n", ","),
    ],
)
def test_the_separator_is_decided_by_consistency(text, separator):
    assert separator_of(text) == separator


def test_excel_names_the_separator_in_the_first_line():
    grid = only(b"sep=,\r\na;b,c\r\nd;e,f\r\n", "x.csv")
    assert texts(grid) == [["a;b", "c"], ["d;e", "f"]]
    assert grid.rows[0][0].place == "dòng 2, cột 1"


def test_short_rows_are_padded_and_blank_lines_keep_their_number():
    grid = only("BẢNG 1\n\na;b\n1;2\n;;\n".encode(), "x.txt")
    assert texts(grid) == [["BẢNG 1", ""], ["", ""], ["a", "b"], ["1", "2"]]
    assert grid.rows[3][1].place == "dòng 4, cột 2"


def refused(data: bytes, name: str = "x.csv") -> DataError:
    with pytest.raises(DataError) as caught:
        read_here(data, Path(name))
    assert "\n" not in str(caught.value)
    return caught.value


def test_one_wrong_byte_in_utf8_is_named_by_its_line():
    good = written(TABLE, ",", "\n").encode()
    error = refused(good.replace("Đắk".encode(), b"\xff\xc3k"))
    assert (error.found, error.row) == ("damaged UTF-8 in line 3", 3)


@pytest.mark.parametrize(
    ("data", "message", "row"),
    [
        ("Tên,Số\nBằng,1\nĐắk,2\n".encode("utf-16")[:-1], "damaged UTF-16", 3),
        ("表,数\n北,1\n".encode("gbk"), "neither UTF-8, UTF-16 nor Windows-1258", None),
        ("Таблица,1\nЧисло,2\n".encode("cp1251"), "neither UTF-8", None),
        (b"a,b\n1,\x00\n", "a file that is no text", 2),
        (b"a,b\n1,\x07\n", "a file that is no text", 2),
        (b'a,b\n1,2\n"x,3\n', "a row that cannot be divided", 3),
        (b'a,b\n"x"y,3\n', "a row that cannot be divided", 2),
        (b"", "an empty file", None),
        (b" \r\n\t", "an empty file", None),
        (b",,\n,,\n", "no table that holds a text", None),
        (b"a," * 600 + b"b\n", "text in dòng 1, cột 501", None),
        (b"a;b\n" * 20_001, "text in dòng 20001, cột 1", None),
        (b"x" * 140_000 + b",1\n", "field larger than", 1),
    ],
)
def test_a_fault_is_one_message(data, message, row):
    error = refused(data)
    assert message in str(error)
    assert row is None or error.row == row


# --- fonts ----------------------------------------------------------------------------------------

TCVN3 = {
    "Tû vËn": "Tỷ vận", "TØnh Cao B»ng": "Tỉnh Cao Bằng", "chØ sè ®æi míi": "chỉ số đổi mới",
    "§iÖn Biªn": "Điện Biên", "kÕ ho¹ch": "kế hoạch", "tr×nh ®é": "trình độ",
}  # fmt: skip
VNI = {
    "Coäng hoøa": "Cộng hòa", "Tænh Cao Baèng": "Tỉnh Cao Bằng", "chæ soá ñoåi": "chỉ số đổi",
    "Ñieän Bieân": "Điện Biên", "keá hoaïch": "kế hoạch", "ñöôøng": "đường",
}  # fmt: skip


@pytest.mark.parametrize(("font", "samples"), [("TCVN3", TCVN3), ("VNI", VNI)])
def test_fonts_of_the_nineties_are_recognised(font, samples):
    read = from_tcvn3 if font == "TCVN3" else from_vni
    for text, meant in samples.items():
        assert read(text).lower() == meant.lower()
        named = [legacy_fonts(word) for word in text.split()]
        assert any(font in names for names in named), text


@pytest.mark.parametrize("text", [*TCVN3, *list(VNI)[:-1]])
def test_a_cell_in_such_a_font_is_refused_with_advice(text):
    error = refused(f"a,b\n1,{text}\n".encode())
    assert "dòng 2, cột 2" in error.found
    assert f"which is {'TCVN3' if text in TCVN3 else 'VNI'}" in error.found
    assert "UniKey" in error.expected


def test_a_file_saved_as_bytes_of_such_a_font_is_refused():
    data = "Tªn;Gi¸ trÞ\nTØnh Cao B»ng;12\nTØnh §iÖn Biªn;13\n".encode("latin-1")
    error = refused(data)
    assert "TCVN3" in error.found
    assert error.row == 1


def test_utf8_read_as_western_is_recognised():
    wrong = "Tỉnh Cao Bằng, Điện Biên".encode().decode("cp1252", errors="replace")
    assert "UTF-8 read as Windows-1252" in refused(f'a;b\n1;"{wrong}"\n'.encode()).found


@pytest.mark.parametrize(
    "text",
    [
        "Café Müller, Zürich", "naïve Citroën Köln Malmö", "km² m³ 25°C ±0,5 ½ µm", "São Paulo",
        "«Cao Bằng» © 2024 § 5 · 6×7", "Ålesund Øst Bjørn", "trường hợp đặc biệt; ngưỡng",
    ],
)  # fmt: skip
def test_foreign_names_and_signs_are_not_taken_for_such_a_font(text):
    assert foreign_encoding([(text, "A1")]) is None


@given(st.lists(st.sampled_from(WORDS), max_size=20).map(" ".join))
def test_vietnamese_is_never_taken_for_such_a_font(text):
    assert foreign_encoding([(text, "A1"), (text.upper(), "A2")]) is None
    assert all(is_syllable(word) for word in text.split() if word not in ("Đắk",))
