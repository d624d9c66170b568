"""The seminar's briefing: true of the province, the diagnostic's own numbers, in every file."""

import io
import re
from dataclasses import replace

import pytest
from conftest import needs

import piilib as pii
from piilib.report import briefing
from piilib.report.block import Html
from piilib.report.briefing_charts import SlideChart
from piilib.report.briefing_deck import deck
from piilib.report.html_blocks import Bullet, blocks, plain
from piilib.report.job import notebook_folder
from piilib.report.lever_section import best
from piilib.report.numbers import number, percent
from piilib.report.outlook_section import goal_of
from piilib.report.pieces import run_cells
from piilib.report.powerpoint import to_pptx
from piilib.report.simulated import MARKS
from piilib.report.slides import to_slides
from piilib.report.summary import first_screen

from .browser import violations

NOTEBOOK = notebook_folder() / "05_seminar_briefing.ipynb"
TITLE = "Nâng cao PII"
ENGLISH = re.compile(r"\b(?:the|and|of|points?|rank|levers?|targets?|yes|score|years?)\b", re.I)


def cells(province, year=2024, lang="vi"):
    return run_cells(
        NOTEBOOK, {"province": province, "year": year, "lang": lang, "draws": 50}, lang
    )


@pytest.fixture(scope="module")
def made():
    return cells("cao-bang")


@pytest.fixture(scope="module")
def d(made):
    return made[1]["d"]


@pytest.fixture(scope="module")
def slides(made):
    return deck(made[0], title=TITLE)


def named(slides, kicker):
    (found,) = [slide for slide in slides if slide.kicker == kicker and slide.part == 1]
    return found


def values(slide):
    return dict(
        zip(slide.charts[0].data.categories, slide.charts[0].data.series[0][1], strict=True)
    )


def test_the_slides_are_those_a_department_needs(slides):
    first = [slide.kicker for slide in slides if slide.part == 1]
    assert first == [
        "",
        "Chúng ta đang ở đâu",
        "Điều gì đã thay đổi, vì sao",
        "Đòn bẩy tốt nhất",
        "Điểm và công sức",
        "Kế hoạch cộng lại được bao nhiêu",
        "Chỗ cần sửa trong kế hoạch",
        "Triển vọng thứ hạng",
        "Công sức mua được gì",
        "Câu hỏi cho các cơ quan",
        "Đề nghị quyết định",
        "Nguồn và hạn chế",
    ]
    assert all(slide.notes and (slide.texts or slide.charts or slide.tables) for slide in slides)
    titles = [slide.title for slide in slides]
    assert len(set(titles)) == len(titles)  # those of a table that is carried on, too


def test_where_we_stand(slides, d):
    slide = named(slides, "Chúng ta đang ở đâu")
    assert slide.title == "Cao Bằng đạt 23,95 điểm, hạng 63/63, thấp nhất cả nước ở trụ cột 3 và 7"
    cards = {one.label: (one.text, one.note) for one in slide.texts}
    assert cards["Mục tiêu 2026"] == ("≤ 30/34", "≥ 30,00 điểm")
    assert cards["Điểm PII 2024"] == ("23,95", "+1,77 so với 2023")
    said = [one.text for one in slide.texts if one.kind == "li"]
    assert said[0] == "Bằng mức thấp nhất cả nước: 3. Cơ sở hạ tầng (25,35) và 7. Tác động (14,13)."
    assert "thang 34 địa phương (từ PII 2025), không so trực tiếp" in said[1]
    assert any("do báo chí và các tỉnh công bố" in text for text in slide.sources)
    assert not any("không vẽ" in text for text in slide.notes)
    pillars = [str(i) for i in range(1, 8)]
    own, highest = (list(series) for _, series in slide.charts[0].data.series)
    assert own == d.sheet.table.loc[pillars, "value"].tolist()
    assert own[:2] == [42.20, 31.08]
    assert highest == d.sheet.table.loc[pillars, "highest"].tolist()


def test_what_changed_adds_up(slides):
    slide = named(slides, "Điều gì đã thay đổi, vì sao")
    assert slide.title == "Điểm PII tăng 1,77 điểm, từ 22,18 (2023) đến 23,95 (2024)"
    assert sum(values(slide).values()) == pytest.approx(1.77, abs=0.011)
    said = " ".join(one.text for one in slide.texts)
    assert "+6,06 điểm PII theo mốc 2023" in said
    assert "−2,51" in said


def test_the_first_levers_are_the_diagnostics(slides, d):
    slide = named(slides, "Đòn bẩy tốt nhất")
    first = best(d, 3)
    (table,) = slide.tables
    assert [row["name"][:5] for row in table.rows] == list(first.index)
    assert [row["lead"] for row in table.rows] == list(first["lead"])
    assert f"{number(first['gain'].sum(), signed=True)} điểm PII theo mốc 2024" in slide.title
    assert number(first["effort"].sum(), 1) in slide.title
    assert "3 trong 5 đòn bẩy của báo cáo" in table.caption


def test_gain_against_effort_has_every_lever(slides, d):
    data = named(slides, "Điểm và công sức").charts[0].data
    shown = d.levers.loc[d.levers["eligible"] & (d.levers["net"] > 0)]
    assert list(data.x) == shown["effort"].tolist()
    assert list(data.series[0][1]) == shown["net"].tolist()
    codes, groups, chances = zip(*(x.split() for x in data.categories if x), strict=True)
    assert list(codes) == list(best(d).index)
    assert list(groups) == best(d)["group"].tolist()
    assert list(chances) == [percent(x, 0, "vi") for x in best(d)["p_top"]]
    assert len(data.inks) == len(data.x)
    strength = {one: -int(ink[1:3], 16) for one, ink in zip(shown.index, data.inks, strict=True)}
    assert strength[shown["p_top"].idxmax()] == max(strength.values())  # the darkest is the surest


def test_what_the_plan_adds_up_to(slides):
    slide = named(slides, "Kế hoạch cộng lại được bao nhiêu")
    assert [round(x, 2) for x in values(slide).values()] == [23.95, 30, 34.92, 36.75, 44.02, 53.40]
    said = " ".join(one.text for one in slide.texts)
    assert "4.1.2" in said
    assert "trung vị các hiệu chỉnh); 53,40 trên hình tính thẳng từ mục tiêu" in said
    assert slide.charts[0].data.inks[0] != slide.charts[0].data.inks[1]  # today's bar is grey
    assert len(set(slide.charts[0].data.inks[1:])) == 1


def test_the_dearest_findings(slides, d):
    slide = named(slides, "Chỗ cần sửa trong kế hoạch")
    for severity, word in (("error", "lỗi"), ("warning", "cảnh báo")):
        assert f"{(d.audit['severity'] == severity).sum()} {word}" in slide.title
    rows = slide.tables[0].rows
    wrong = d.audit[d.audit["severity"] == "error"].sort_values("pii_points")
    first = wrong["code"].drop_duplicates().tolist()[:3]
    assert [row["node"].split()[0] for row in rows[:3]] == first
    assert [row["severity"] for row in rows] == ["lỗi"] * 3 + ["cảnh báo"]
    assert rows[0]["message"] == wrong["message"].iloc[0]
    names = f"{first[0]}, {first[1]} và {first[2]}"
    assert slide.title.endswith(f"sửa trước hết {names}")
    asked = [one.text for one in named(slides, "Đề nghị quyết định").texts]
    assert any(f"trước hết {names}." in text for text in asked)


def test_the_chance_and_the_portfolios_are_the_diagnostics(slides, d):
    chances = values(named(slides, "Triển vọng thứ hạng"))
    expected = [100 * found.probability(goal_of(d)) for found in d.scenarios.values()]
    assert list(chances.values()) == pytest.approx(expected, abs=1e-12)
    said = " ".join(one.text for one in named(slides, "Triển vọng thứ hạng").texts)
    assert not re.search(r"τ|P\(|điểm %", said)
    nothing = number(d.outlooks["nothing"].expected.mean())
    assert f"Không làm gì thêm thì khoảng {nothing}" in said
    slide = named(slides, "Công sức mua được gì")
    assert "điểm PII 2024 (23,95) cộng điểm tăng" in slide.tables[0].note
    assert f"(không làm gì thêm cũng khoảng {nothing})" in slide.tables[0].note
    rows = slide.tables[0].rows
    assert [row["net"] for row in rows] == [found.net for found in d.portfolios.values()]
    assert f"{number(d.portfolios['budget'].net, signed=True)} điểm" in slide.title


def test_every_lead_agency_is_asked_about_its_own(slides, d):
    tables = [t for s in slides if s.kicker == "Câu hỏi cho các cơ quan" for t in s.tables]
    rows = [row for table in tables for row in table.rows]
    leads = d.levers.groupby("lead").groups
    assert sorted(row["lead"] for row in rows) == sorted(leads)
    for row in rows:
        codes = re.findall(r"\b\d\.\d\.\d\b", row["asked"])
        assert codes
        assert set(codes) <= set(leads[row["lead"]]), row["lead"]
    bank = next(row for row in rows if row["lead"].startswith("Ngân hàng Chính sách"))
    assert "đạt mục tiêu ấy làm giảm điểm" in bank["asked"]
    science = next(row for row in rows if row["lead"] == "Sở Khoa học và Công nghệ")
    again = d.audit.loc[d.audit["rule"] == "PA302", "code"]
    own = [code for code in leads["Sở Khoa học và Công nghệ"] if code in set(again)]
    assert len(own) == 4
    assert f"{', '.join(sorted(own)[:3])} và 5.3.2 dùng lại của năm trước" in science["asked"]


def test_decisions_are_those_of_the_report(slides, d):
    slide = named(slides, "Đề nghị quyết định")
    assert slide.title == f"Xin quyết định {len(slide.texts)} việc"
    said = [one.text for one in slide.texts]
    steps = [text for text in said if "đưa một bước" in text]
    page = str(first_screen(d)).split("Đề nghị quyết định</h3>")[1]
    report = [plain(one.runs) for one in blocks(page) if isinstance(one, Bullet)]
    assert len(steps) == len([text for text in report if "đưa một bước" in text])
    for own, there in zip(steps, report, strict=False):
        assert re.findall(r"\d\.\d\.\d", own) == re.findall(r"\d\.\d\.\d", there)
    for rest in report[len(steps) :]:
        assert any(rest in text for text in said)
    assert any(f"Sửa {(d.audit['severity'] == 'error').sum()} lỗi" in text for text in said)
    assert "gồm cả 1.1.1, 1.2.3 và 3.1.2 nêu trên" in " ".join(said)
    assert slide.sources


def test_counting_at_this_years_bounds_is_not_always_the_more(slides, d):
    (said,) = [t.text for t in slides[-1].texts if "theo mốc 2024" in t.text]
    first = best(d)
    more = first.index[first["net"] > first["gain"] + 0.005]
    assert "1.1.1" in more
    assert set(re.findall(r"\d\.\d\.\d", said)) == set(more)
    assert "mọi con số" not in " ".join(slides[-1].notes)


NAMED_SOURCE = re.compile(r"^(?:Nguồn|Source): (?=.*\w{3})", re.M)


def every_slide_names_its_source(found):
    for slide in found:
        assert NAMED_SOURCE.search("\n".join(slide.notes)), slide.title
        shown = [*slide.notes, *slide.sources, *(one.text for one in slide.texts)]
        assert not re.search("mục Nguồn|under Sources", " ".join(shown)), slide.title


def test_every_slide_names_its_source(slides):
    every_slide_names_its_source(slides)
    last = " ".join([*slides[-1].notes, *(one.text for one in slides[-1].texts)])
    assert "ghi chú trang này" in last
    assert "trang cuối" not in last
    assert "https://" in last


def test_no_english_is_left(slides):
    for slide in slides:
        said = [slide.title, slide.kicker, *(f"{t.text} {t.label} {t.note}" for t in slide.texts)]
        said += [f"{chart.title} {chart.alt} {chart.kind}" for chart in slide.charts]
        for table in slide.tables:
            said += [table.caption, table.note or "", *(c.heading for c in table.columns)]
            said += [table.cell(row, column) for row in table.rows for column in table.columns]
        for text in [*said, *slide.notes]:
            # Codes of sources, commands and addresses are the same in every language.
            assert not ENGLISH.findall(re.sub(r"https?://\S+|PAR Index|pii report.*", "", text)), (
                text
            )


def test_the_same_numbers_in_both_files(made, slides):
    """Read back from the files: every cell, and every number behind a native chart."""
    pptx = needs("pptx")
    page = to_slides(made[0], title=TITLE)
    data = to_pptx(made[0], title=TITLE)
    file = pptx.Presentation(io.BytesIO(data))
    assert len(file.slides) == len(slides) == page.count("<section")
    for slide, read in zip(slides, file.slides, strict=True):
        assert read.shapes.title.text == slide.title
        assert "\n".join(slide.notes) == read.notes_slide.notes_text_frame.text
        written = [s.text_frame.text for s in read.shapes if s.has_text_frame]
        for one in slide.texts:
            assert any(one.text in text for text in written), one.text
            assert str(Html("{}").format(one.text)) in page
        grids = [shape.table for shape in read.shapes if shape.has_table]
        for table, grid in zip(slide.tables, grids, strict=True):
            cells = [[cell.text for cell in row.cells] for row in grid.rows]
            assert cells[0] == [column.heading for column in table.columns]
            assert cells[1:] == [[table.cell(r, c) for c in table.columns] for r in table.rows]
            assert all(str(Html("{}").format(text)) in page for row in cells for text in row)
        native = [shape.chart for shape in read.shapes if shape.has_chart]
        for chart, found in zip(slide.charts, native, strict=True):
            read_back = [list(series.values) for series in found.plots[0].series]
            assert read_back == [list(series) for _, series in chart.data.series]


FITS = """() => {
  const slide = Reveal.getCurrentSlide().querySelector('.slide');
  const box = slide.getBoundingClientRect();
  const out = [...slide.querySelectorAll('*')].filter(e => {
    const r = e.getBoundingClientRect();
    return !e.closest('svg') && (r.bottom > box.bottom + 1 || r.right > box.right + 1
      || (e.matches('.body, .two, .two > *, h2, footer') && e.scrollHeight > e.clientHeight + 1));
  }).map(e => e.outerHTML.slice(0, 80));
  const foot = [...slide.querySelectorAll('.body > *, .two > *')].map(
    e => e.getBoundingClientRect().bottom);
  const end = slide.querySelector('.body').getBoundingClientRect().bottom;
  return {out, over: foot.filter(y => y > end + 1), width: box.width, height: box.height,
    words: slide.innerText.trim().length, id: Reveal.getIndices().h};
}"""


def test_each_slide_fits_in_a_browser(made, slides, chromium, tmp_path):
    path = tmp_path / "slides.html"
    path.write_text(to_slides(made[0], title=TITLE, simulated=MARKS["vi"]), encoding="utf-8")
    page = chromium.new_page(viewport={"width": 1280, "height": 720})
    faults, asked = [], []
    page.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    page.wait_for_function("Reveal.isReady()")
    for place in range(len(slides)):
        found = page.evaluate(FITS)
        assert found["id"] == place
        assert (found["out"], found["over"]) == ([], []), place
        assert (round(found["width"]), round(found["height"])) == (1280, 720)
        assert found["words"] > 60
        assert violations(page) == [], place
        page.keyboard.press("ArrowRight")
    page.close()
    assert faults == []
    assert asked == [path.as_uri()]


@pytest.mark.parametrize(
    ("province", "year", "lang", "expected"),
    [
        ("bac-ninh", 2024, "en", "Bac Ninh scores 42.83 in PII 2024, rank 11 of 63"),
        ("lang-son", 2024, "vi", "Điểm và hạng PII 2024 của Lạng Sơn chưa có"),
    ],
)
def test_a_province_without_a_sheet(province, year, lang, expected):
    pieces, _ = cells(province, year, lang)
    found = deck(pieces, title=TITLE, lang=lang)
    assert found[1].title.startswith(expected)
    said = " ".join(text.text for slide in found for text in slide.texts)
    assert f"pii template sheet --province {province} --year {year}" in said
    assert not any(isinstance(c, SlideChart) and c.key == "levers" for s in found for c in s.charts)
    assert all(slide.notes and (slide.texts or slide.charts or slide.tables) for slide in found)
    assert len(found) >= 5
    every_slide_names_its_source(found)


def test_what_rests_on_simulated_data_is_marked(d):
    simulated = replace(d, folder=pii.demonstration_folder(), plan=None)
    assert MARKS["vi"] in str(briefing.simulated_notice("vi", simulated.simulated))
    assert MARKS["vi"] in str(briefing.opening(simulated))
    chart, table = briefing.pillars_chart(simulated), briefing.first_levers_table(simulated)
    assert chart.source.startswith(MARKS["vi"])
    assert chart.alt.startswith(MARKS["vi"])
    assert table.source.startswith(MARKS["vi"])


def test_the_seminar_list_says_who_comes_and_who_presents(d):
    """II.3 and III.3 of the seminar's plan: every lead agency is invited, three present papers."""
    roles = {row["lead"]: row["role"] for row in briefing.questions_table(d).rows}
    papers = {"Sở Công Thương", "Sở Tài chính", "Sở Nông nghiệp và Môi trường"}
    assert {lead for lead, role in roles.items() if "tham luận" in role} == papers
    assert {role for lead, role in roles.items() if lead not in papers} == {"được mời"}
    assert "còn mời 40 cơ quan, tổ chức" in briefing.questions_table(d).note
