"""Everything made from the demonstration panel says so, and nothing of it is elsewhere."""

import re
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

import piilib as pii
from piilib.cli import main
from piilib.data.check import check_tables
from piilib.data.lookup import data_dir, is_simulated
from piilib.errors import DataError
from piilib.report import build_index, diagnostic, method_check, national_overview
from piilib.report.chart import draw, figure, style
from piilib.report.make import make_report
from piilib.report.simulated import MARKS

from .reading import text

PUBLISHED = data_dir()


@pytest.fixture(scope="module")
def folder():
    return pii.demonstration_folder()


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """A page of a province of which nothing but its index and rank is known."""
    out = tmp_path_factory.mktemp("reports")
    result = CliRunner().invoke(
        main, ["report", "--province", "Hà Giang", "--data", "demo", "--out", str(out)]
    )
    assert result.exit_code == 0, result.output
    assert result.output.split() == [str(out / "demo" / "2024" / "vi" / "ha-giang.html")]
    return Path(result.output.split()[0]).read_text(encoding="utf-8")


def test_the_page_is_marked_everywhere(page):
    mark = MARKS["vi"]
    assert f"<title>{mark}: " in page
    assert f'<p class="simulated">{mark}</p>' in page
    assert f'@top-center {{ content: "{mark}"' in page  # every sheet of paper
    figures = re.findall(r'<figure class="chart".*?</figure>', page, re.DOTALL)
    assert len(figures) >= 6
    for one in figures:
        assert f"{mark}. " in one[one.index('<p class="source">') :]
        assert re.search(rf"<desc[^>]*>{mark}\. ", one)
    tables = re.findall(r"<table.*?</table>.*?</p>", page, re.DOTALL)
    assert len(tables) >= 5


def test_the_page_keeps_to_its_language(page):
    said = text(page)
    assert "Bộ số liệu trình diễn của piilib" in said
    assert "simulated" not in said.lower()


def test_the_full_report_comes_for_any_province(page):
    assert "Chưa có" not in re.sub(r"<[^>]+>", " ", page[: page.index("</nav>")])
    for key in ("levers", "reconcile", "profile", "strengths"):
        assert f'id="{key}' in page


def test_published_pages_and_tables_have_no_mark():
    assert not is_simulated(PUBLISHED)
    for path in PUBLISHED.glob("*.csv"):
        assert "mô phỏng (simulated)" not in path.read_text(encoding="utf-8")
    d = diagnostic.prepare("cao-bang", 2024, draws=100)
    assert not d.simulated
    shown = diagnostic.first_screen(d)._repr_html_() + diagnostic.levers_chart(d)._repr_html_()
    assert not any(mark in shown for mark in MARKS.values())


def test_the_folder_is_a_whole_data_folder(folder):
    assert is_simulated(folder)
    assert check_tables(folder) == []
    assert "seed=0" in (folder / "SIMULATED.txt").read_text(encoding="utf-8")
    assert pii.load_scoreboard(2024, folder).table["score"].notna().all()
    with pytest.raises(DataError, match="no scoreboard for 2025; expected one of 2023, 2024"):
        pii.load_scoreboard(2025, folder)
    again = pii.demonstration_folder()
    assert again == folder


def test_every_sheet_reconciles_and_the_known_one_is_as_published(folder):
    for unit in ("ha-noi", "lam-dong", "hau-giang", "bac-ninh"):
        for year in (2023, 2024):
            sheet = pii.load_sheet(unit, year, folder)
            assert "mô phỏng" in sheet.source
            assert pii.reconcile(sheet, data=folder)["fits"].all()
    own, real = (pii.load_sheet("cao-bang", 2024, data) for data in (folder, None))
    pd.testing.assert_frame_equal(own.table, real.table)


def test_the_panel_file_marks_itself(folder, tmp_path):
    panels = pii.load_panels(folder / "panel.csv")
    assert {year: panel.shape for year, panel in panels.items()} == {
        2023: (63, 52),
        2024: (63, 52),
    }
    assert all("simulated" in panel.attrs for panel in panels.values())
    s = build_index.prepare(panel=str(folder / "panel.csv"), lang="en", draws=50, sobol_draws=16)
    assert MARKS["en"] in build_index.inputs(s)
    assert MARKS["en"] in build_index.ranking_table(s)._repr_html_()
    chart = build_index.intervals_chart(s)._repr_html_()
    assert chart.count(MARKS["en"]) >= 2


def test_overview_and_method_check_are_marked():
    o = national_overview.prepare(2024, "vi", "demo")
    assert MARKS["vi"] in national_overview.first_screen(o)
    assert o.merger is None
    assert "63/63" in national_overview.first_screen(o)
    assert MARKS["vi"] in national_overview.map_chart(o)._repr_html_()
    m = method_check.prepare("ha-giang", "vi", "demo", draws=50)
    assert MARKS["vi"] in method_check.summary(m)


def test_a_figure_is_stamped_also_in_pixels():
    with style():
        plain, stamped = figure(3, 2), figure(3, 2)
        words = {"key": "x", "title": "t", "alt": "a", "kind": "k"}
        one = draw(plain, source="piilib", **words)
        other = draw(stamped, source=f"{MARKS['en']}. piilib", **words)
    assert one.alt == "a"
    assert other.alt == f"{MARKS['en']}. a"
    assert one.png() != other.png()
    assert [text.get_text() for text in stamped.texts] == [MARKS["en"]]


@pytest.mark.parametrize(
    ("data", "year", "message"),
    [
        ("demo", 2025, "no scoreboard for 2025"),
        ("demoo", 2024, "no file or folder 'demoo'; expected 'published', 'demo'"),
    ],
)
def test_what_cannot_be_made_is_refused(data, year, message, tmp_path):
    with pytest.raises(DataError, match=message):
        make_report("ha-noi", year, data=data, out=tmp_path)
    assert not list(tmp_path.rglob("*.html"))
