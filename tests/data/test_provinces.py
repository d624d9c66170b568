"""Every spelling of a province leads to its key, and what is no province is refused."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from piilib.data import key_of, provinces, resolve
from piilib.errors import DataError

from .conftest import PROCESSED, rows

KEYS = sorted(provinces(63).index)
SPELLINGS = [(row["spelling"], row["key"]) for row in rows(PROCESSED / "names.csv")]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Cao Bằng", "cao-bang"),
        ("tỉnh Cao Bằng", "cao-bang"),
        ("TỈNH CAO BẰNG", "cao-bang"),
        ("Đắk Lắk", "dak-lak"),
        ("ĐẮK NÔNG", "dak-nong"),
        ("đà nẵng", "da-nang"),
        ("TP. Hồ Chí Minh", "ho-chi-minh"),
        ("TP Hồ Chí Minh", "ho-chi-minh"),
        ("Thành phố Hải Phòng", "hai-phong"),
        ("Thừa Thiên Huế", "thua-thien-hue"),
        ("Bà Rịa - Vũng Tàu", "ba-ria-vung-tau"),
        ("Bà Rịa – Vũng Tàu", "ba-ria-vung-tau"),
        ("  Kon   Tum ", "kon-tum"),
        ("", ""),
        ("../../x", "x"),
        ("東京", ""),
    ],
)
def test_a_key_is_the_plain_name_with_hyphens(name: str, key: str) -> None:
    assert key_of(name) == key
    assert key_of(unicodedata.normalize("NFD", name)) == key


def test_there_are_63_keys_and_34_are_among_them() -> None:
    assert len(KEYS) == 63
    units = provinces(34).index
    assert len(units) == 34
    assert set(units) <= set(KEYS)
    for basis in (63, 34):
        names = provinces(basis)["name_vi"]
        assert [key for key, name in names.items() if key_of(name) != key] == []
    with pytest.raises(DataError, match="basis=64"):
        provinces(64)


@pytest.mark.parametrize("key", KEYS)
def test_a_key_resolves_to_itself(key: str) -> None:
    assert resolve(key) == key
    assert resolve(key.upper()) == key
    assert resolve(key.replace("-", " ")) == key


def test_every_spelling_resolves_composed_decomposed_or_in_capitals() -> None:
    forms = [
        (form, key)
        for name, key in SPELLINGS
        for form in (name, unicodedata.normalize("NFD", name), name.upper(), f"  {name}\t")
    ]
    assert [(form, key) for form, key in forms if resolve(form) != key] == []
    assert {key for _, key in SPELLINGS} == set(KEYS)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("KonTum", "kon-tum"),
        ("Thừa Thiên - Huế", "hue"),
        ("TPHCM", "ho-chi-minh"),
        ("Sài Gòn", "ho-chi-minh"),
        ("Hanoi", "ha-noi"),
        ("Bà Rịa — Vũng Tàu", "ba-ria-vung-tau"),
        ("Cao Bang Province", "cao-bang"),
        ("Đăk Lăk", "dak-lak"),
    ],
)
def test_other_names_resolve(name: str, key: str) -> None:
    assert resolve(name) == key


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("caobang", "cao-bang"),
        ("Cao Băg", "cao-bang"),
        ("cao_bnag", "cao-bang"),
        ("Lai Chu", "lai-chau"),
        ("hochiminhh", "ho-chi-minh"),
        ("Ha Noi Cty", "ha-noi"),
    ],
)
def test_a_slip_is_answered_with_a_suggestion(name: str, near: str) -> None:
    with pytest.raises(DataError, match=f"no province {name!r}.* did you mean '{near}'"):
        resolve(name)


@pytest.mark.parametrize(
    "name", ["", " ", "../../x", "..", "/etc/passwd", "\x00", "63", "TP", "x" * 10_000]
)
def test_what_is_no_province_is_refused(name: str) -> None:
    with pytest.raises(DataError, match=r"^found no province .*; expected a province's key$"):
        resolve(name)


@given(st.text())
def test_any_text_is_a_known_key_or_refused(name: str) -> None:
    try:
        key = resolve(name)
    except DataError as error:
        assert len(str(error).splitlines()) == 1  # noqa: PT017
    else:
        assert key in KEYS
