"""An optional part that is absent skips with its reason, or fails where all are required."""

import pytest
from conftest import find, needs


def test_a_part_that_is_there_is_returned() -> None:
    assert needs("json").__name__ == "json"


def test_an_absent_part_skips_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PIILIB_REQUIRE_ALL", raising=False)
    with pytest.raises(pytest.skip.Exception, match="needs the package 'no_such_package'"):
        needs("no_such_package")


@pytest.mark.parametrize("name", ["no_such_package", "pdftotext"])
def test_an_absent_part_fails_where_all_are_required(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIILIB_REQUIRE_ALL", "1")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(pytest.fail.Exception, match="PIILIB_REQUIRE_ALL=1"):
        needs(name)


def test_a_broken_part_is_not_taken_for_an_absent_one(
    tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken_part.py").write_text("import something_it_lacks\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="something_it_lacks"):
        find("broken_part")


def test_chromium_shows_a_page(chromium) -> None:
    page = chromium.new_page()
    page.set_content("<title>Chỉ số</title><p id=a>Cao Bằng</p>")
    assert page.title() == "Chỉ số"
    assert page.inner_text("#a") == "Cao Bằng"
    page.close()
