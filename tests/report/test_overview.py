"""Notebook 02: published points, intervals for the rest, and sentences that hold."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import piilib as pii
from piilib.cli import main
from piilib.data.tables import load_table
from piilib.report import diagnostic
from piilib.report import national_overview as report
from piilib.report.make import make_overview
from piilib.report.tile_map import tile_map
from report.browser import visit
from report.reading import drawn, tables, text

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def o() -> report.Overview:
    return report.prepare(2024, "vi")


def test_published_scores_are_points_and_the_others_intervals(o: report.Overview) -> None:
    board = pii.load_scoreboard(2024).table
    rows = tables(report.scores_table(o)._repr_html_())["scores"]
    assert len(rows) == 63
    by_name = {str(o.province(key)): key for key in board.index}
    for row in rows:
        score = board.at[by_name[row["Địa phương"]], "score"]
        if np.isnan(score):
            assert row["Loại"] == "khoảng 90%"
            assert "–" in row["Điểm"]
        else:
            assert row["Loại"] == "công bố"
            assert row["Điểm"] == f"{score:.2f}".replace(".", ",")


def test_the_map_has_every_province_and_the_islands(o: report.Overview) -> None:
    words = drawn(report.map_chart(o))
    assert words.count("(Đà Nẵng)") == words.count("(Khánh Hòa)") == 1
    assert {"Hoàng Sa", "Trường Sa", "Cao Bằng", "23,95", "60,76"} <= set(words)
    assert report.map_chart(o).title.startswith("PII 2024: 15 trên 63 địa phương có điểm công bố")


@pytest.mark.parametrize("basis", [63, 34])
def test_every_unit_has_one_tile_of_its_own(basis: int) -> None:
    tiles = load_table("tiles")
    tiles = tiles[tiles["basis"] == str(basis)]
    assert set(tiles["key"]) == set(pii.provinces(basis).index)
    whole = tiles[tiles["part"] == ""]
    assert len(whole) == basis
    assert not tiles.duplicated(["column", "row"]).any()
    parts = tiles[tiles["part"] != ""].set_index("part")["key"].to_dict()
    assert parts == {"hoang-sa": "da-nang", "truong-sa": "khanh-hoa"}


def test_neighbours_stand_near_one_another() -> None:
    """In the grid of 63, no two provinces of one region lie farther apart than its size allows."""
    tiles = load_table("tiles")
    tiles = tiles[(tiles["basis"] == "63") & (tiles["part"] == "")].set_index("key")
    near = [("ha-noi", "bac-ninh"), ("cao-bang", "ha-giang"), ("da-nang", "quang-nam"),
            ("ca-mau", "bac-lieu"), ("ho-chi-minh", "dong-nai")]  # fmt: skip
    for one, other in near:
        apart = tiles.loc[[one, other], ["column", "row"]].astype(int).diff().iloc[1].abs().max()
        assert apart <= 1, (one, other)
    rows = tiles["row"].astype(int)
    assert rows["cao-bang"] < rows["ha-noi"] < rows["hue"] < rows["ho-chi-minh"] < rows["ca-mau"]


def test_a_province_without_a_row_is_refused() -> None:
    scores = pd.DataFrame({"score": 1.0, "low": 1.0, "high": 1.0}, pii.provinces(63).index[1:])
    with pytest.raises(pii.DataError, match="no row for 'an-giang'"):
        tile_map(scores, 63, title="t", alt="a", source="s", kind="k")


def test_regions_and_movers_are_the_published_figures(o: report.Overview) -> None:
    rows = {r["Vùng"]: r for r in tables(report.regions_table(o)._repr_html_())["regions"]}
    assert rows["Đông Nam Bộ"]["2024"] == "43,10"
    assert rows["Đông Nam Bộ"]["Thay đổi"] == "−1,71"
    movers = {r["Địa phương"]: r for r in tables(report.movers_table(o)._repr_html_())["movers"]}
    assert len(movers) == 13
    assert movers["Cao Bằng"]["Thay đổi"] == "+1,77"
    assert movers["Cao Bằng"]["Hạng"] == "63 → 63"


def test_every_fact_holds_in_every_draw(o: report.Overview) -> None:
    for row in tables(report.facts_table(o)._repr_html_())["facts"]:
        assert row["Số dữ kiện"] == row["Thỏa trong mọi lần rút"]


def test_another_scale_is_not_subtracted() -> None:
    later = report.prepare(2025, "en", draws=100)
    assert "another scale" in str(report.movers_table(later))
    assert "not published" in str(report.regions_table(later))
    assert "the page of 2024" in str(report.merger_text(later))
    assert len(report.scores_table(later).rows) == 34


def test_a_province_without_a_published_score_has_an_interval(o: report.Overview) -> None:
    d = diagnostic.prepare("ha-giang", 2024, "vi")
    row = o.summary.loc["ha-giang"]
    ends = f"{row['low']:.1f}–{row['high']:.1f}".replace(".", ",")
    words = text(str(diagnostic.first_screen(d)) + str(diagnostic.position(d)))
    assert f"ước lượng {ends}" in words
    assert "không phải kết quả công bố" in words
    assert "pii template sheet --province ha-giang --year 2024" in words
    assert "ước lượng" not in str(diagnostic.first_screen(diagnostic.prepare("bac-ninh", 2024)))


def test_the_page_in_a_browser(o: report.Overview, tmp_path: "Path", chromium: "Browser") -> None:
    page = make_overview(2024, "en", out=tmp_path)
    assert page == tmp_path / "2024" / "en" / "overview.html"
    for width in (1280, 390):
        seen = visit(chromium, page, width)
        assert seen == {"errors": [], "requests": [], "overflow": 0, "violations": []}


def test_a_year_without_a_scoreboard(tmp_path: "Path") -> None:
    done = CliRunner().invoke(main, ["overview", "--year", "2019", "--out", str(tmp_path)])
    assert done.exit_code == 2
    assert list(tmp_path.iterdir()) == []
