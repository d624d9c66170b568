"""The index of a folder: found by name, sorted, on the map, with and without JavaScript."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from piilib.report.batch import run_batch
from piilib.report.batch_jobs import jobs_of
from piilib.report.failure import failure_page
from piilib.report.job import Job
from report.batch_folder import copy_data, edit, failing
from report.browser import visit
from report.reading import text

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

BROKEN = {"2024/vi/ha-noi": RuntimeError("01.ipynb: cell 3 (x): ValueError: <b>no</b>")}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder with every state and two years: one report failed, two were revised."""
    folder = tmp_path_factory.mktemp("index")
    data = copy_data(folder / "data")
    jobs = [*jobs_of([2024], data=str(data)), *jobs_of([2025], ["vi"], data=str(data))]
    some = [job for job in jobs if job.province != "bac-lieu"]
    run_batch(some, folder / "out", maker=failing({}))
    where = {"province": "cao-bang", "year": "2024", "code": "1.1.1"}
    edit(data, "sheets", where, value="45.29")
    (folder / "out" / "2024" / "vi" / "ha-noi.html").unlink()
    run_batch(some, folder / "out", maker=failing(BROKEN))
    return folder / "out"


@pytest.fixture
def page(base: Path, chromium: "Browser"):
    page = chromium.new_page()
    page.goto((base / "index.html").as_uri())
    yield page
    page.close()


def shown(page: "Page", year: int) -> list[str]:
    rows = page.locator(f"section[aria-labelledby=y{year}] tbody tr:visible th")
    return [name.strip() for name in rows.all_inner_texts()]


@pytest.mark.parametrize("name", ["index.html", "index-en.html"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_index_in_a_browser(name, width, base, chromium) -> None:
    found = visit(chromium, base / name, width)
    assert found == {"errors": [], "requests": [], "overflow": 0, "violations": []}


def test_the_page_of_a_failure_in_a_browser(base, chromium) -> None:
    found = visit(chromium, base / "2024" / "vi" / "ha-noi.failed.html", 390)
    assert found == {"errors": [], "requests": [], "overflow": 0, "violations": []}


def test_search_needs_no_diacritics(page) -> None:
    assert len(shown(page, 2024)) == 63
    for words in ("cao bang", "CAO BẰNG", "bằng cao"):
        page.fill("#find", words)
        assert shown(page, 2024) == ["Cao Bằng"]
        assert shown(page, 2025) == ["Cao Bằng"]
        assert page.inner_text("#found") == "2 địa phương phù hợp"
    page.fill("#find", "dak")
    assert shown(page, 2024) == ["Đắk Lắk", "Đắk Nông"]
    page.fill("#find", "tây nguyên")
    assert len(shown(page, 2024)) == 5
    page.fill("#find", "xyz")
    assert shown(page, 2024) == []
    page.fill("#find", "")
    assert len(shown(page, 2024)) == 63
    assert page.inner_text("#found") == ""


def test_columns_are_sorted_both_ways(page) -> None:
    first = page.locator("section").filter(has=page.locator("#y2024"))
    heads = first.locator("thead th")
    heads.nth(3).get_by_role("button").press("Enter")
    assert shown(page, 2024)[:2] == ["Hà Nội", "TP. Hồ Chí Minh"]
    assert heads.nth(3).get_attribute("aria-sort") == "ascending"
    assert heads.nth(0).get_attribute("aria-sort") is None
    heads.nth(2).get_by_role("button").click()
    heads.nth(2).get_by_role("button").click()
    assert heads.nth(2).get_attribute("aria-sort") == "descending"
    assert shown(page, 2024)[0] == "Hà Nội"
    heads.nth(4).get_by_role("button").click()  # by state: what wants a look comes first
    assert shown(page, 2024)[:2] == ["Hà Nội", "Cao Bằng"]
    assert shown(page, 2025)[0] == "An Giang"


def test_without_javascript_everything_is_there(base, chromium) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((base / "index.html").as_uri())
    assert len(shown(page, 2024)) == 63
    assert not page.locator("#find").is_visible()
    page.locator("#p2024-cao-bang").get_by_role("link", name="Cao Bằng").first.click()
    assert page.url.endswith("/2024/vi/cao-bang.html")
    context.close()


def test_every_state_is_said(base: Path) -> None:
    html = (base / "index-en.html").read_text(encoding="utf-8")
    said = text(html)
    for word in ("failed", "revised (1)", "without a sheet", "not made", "unchanged"):
        assert word in said, word
    assert "ValueError: <b>no</b>" in said


def test_links_lead_to_files(base: Path) -> None:
    for name in ("index.html", "index-en.html"):
        html = (base / name).read_text(encoding="utf-8")
        links = set(re.findall(r'href="([^"#]+)"', html))
        assert {"2024/vi/cao-bang.html", "2024/en/overview.html", "2025/vi/hue.html"} <= links
        assert [link for link in links if not (base / link).is_file()] == []
        assert "2024/vi/ha-noi.html" not in links


def test_the_map_has_every_province_and_both_archipelagos(base: Path) -> None:
    html = (base / "index.html").read_text(encoding="utf-8")
    assert html.count('class="part"') == 4
    for year, units in ((2024, 63), (2025, 34)):
        section = html.split(f'id="y{year}"')[1].split("</nav>")[0]
        assert section.count("<li style=") == units + 2
        assert "Hoàng Sa" in section
        assert "Trường Sa" in section


def test_numbers_are_those_of_the_language(base: Path) -> None:
    assert "23,95" in (base / "index.html").read_text(encoding="utf-8")
    assert "23.95" in (base / "index-en.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_failure_of_a_demonstration_is_marked(lang) -> None:
    mark = {"vi": "SỐ LIỆU MÔ PHỎNG", "en": "SIMULATED DATA"}[lang]
    job = Job("diagnostic", "hue", 2024, lang, "demo")
    assert mark in failure_page(job, "x").decode()
