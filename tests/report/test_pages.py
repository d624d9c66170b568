"""The real thing: reports made by papermill, opened in Chromium and printed."""

import hashlib
import os
import re
import subprocess
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest
from click.testing import CliRunner
from conftest import needs

import piilib
from piilib.cli import main
from piilib.report.job import job_of, notebook_folder
from piilib.report.worker import make
from report.browser import OVERFLOW, pdf, visit
from report.reading import lines, tables, text
from report.synthetic import rows_of, save

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[2]
PII = Path(sysconfig.get_path("scripts"), "pii")
NEXT_SECTION = {"vi": "Vị thế", "en": "Position"}
NOT_OURS = {
    "vi": "không phải ấn phẩm của Bộ Khoa học và Công nghệ",
    "en": "not a publication of the Ministry of Science and Technology",
}


def files(folder: Path) -> list[str]:
    """Return everything that lies in a folder, hidden files too."""
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if not p.is_dir())


def page_of(province: str, lang: str, folder: Path) -> Path:
    """Make a page as a batch does; the commands below make others as one alone is made."""
    made = make(job_of("diagnostic", province, 2024, lang))
    assert made.complete == (province == "cao-bang")
    path = folder / "reports" / "2024" / lang / f"{province}.html"
    path.parent.mkdir(parents=True)
    path.write_bytes(made.html)
    return path


@pytest.fixture(scope="session")
def vi(tmp_path_factory: pytest.TempPathFactory, warmed: None) -> Path:
    return page_of("cao-bang", "vi", tmp_path_factory.mktemp("vi"))


@pytest.fixture(scope="session")
def en(tmp_path_factory: pytest.TempPathFactory, warmed: None) -> Path:
    return page_of("cao-bang", "en", tmp_path_factory.mktemp("en"))


@pytest.fixture(scope="session")
def bac_ninh(tmp_path_factory: pytest.TempPathFactory, warmed: None) -> Path:
    return page_of("bac-ninh", "vi", tmp_path_factory.mktemp("bn"))


@pytest.fixture(scope="session")
def commands(
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, tuple[Path, subprocess.CompletedProcess[str]]]:
    """Run the command three times, side by side, each in an empty folder of its own."""
    own = tmp_path_factory.mktemp("own") / "my.csv"
    save(own, rows_of(2023, key="ha-giang"), rows_of(2024, key="ha-giang"))
    asked = {
        "cao-bang": ["--province", "Cao Bằng", "--year", "2024"],
        "bac-ninh": ["--province", "bac-ninh", "--lang", "en"],
        "ha-giang": ["--province", "ha-giang", "--data", str(own)],
    }
    started = {}
    for name, arguments in asked.items():
        folder = tmp_path_factory.mktemp(name)
        environment = {k: v for k, v in os.environ.items() if k != "PIILIB_DATA"}
        started[name] = (
            folder,
            subprocess.Popen(
                [PII, "report", *arguments],
                cwd=folder,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                encoding="utf-8",
            ),
        )
    done = {}
    for name, (folder, process) in started.items():
        out, err = process.communicate(timeout=400)
        done[name] = (
            folder,
            subprocess.CompletedProcess(asked[name], process.returncode, out, err),
        )
    return done


# --- the file -------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_one_file_of_moderate_size(lang: str, request: pytest.FixtureRequest) -> None:
    path: Path = request.getfixturevalue(lang)
    assert path.stat().st_size < 2_500_000
    assert files(path.parents[3]) == [f"reports/2024/{lang}/cao-bang.html"]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_markup(lang: str, request: pytest.FixtureRequest) -> None:
    html = request.getfixturevalue(lang).read_text(encoding="utf-8")
    assert html.startswith(f'<!DOCTYPE html>\n<html lang="{lang}">')
    assert html.count("<script") == 1  # the calculator's
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", html)
    outside = re.findall(r"""(?:src|href|srcset|action)\s*=\s*["']?(?!#|data:)[^"'>\s]+""", html)
    assert outside == []
    assert re.findall(r"url\((?!#|[\"']?(?:#|data:))[^)]*\)|@import", html) == []
    ids = re.findall(r"<[a-zA-Z][^<>]*?\sid=\"([^\"]*)\"", html)
    assert len(ids) == len(set(ids)) > 50
    named = {x for m in re.findall(r'aria-labelledby="([^"]*)"', html) for x in m.split()}
    targets = set(re.findall(r'href="#([^"]*)"', html))
    assert named | targets <= set(ids)
    alts = re.findall(r"<desc\b[^>]*>([^<]*)", html)
    assert len(alts) == html.count('role="img"') == len(set(alts)) == 12
    assert min(map(len, alts)) > 30
    assert "No description has been provided" not in html


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_no_code_of_the_notebook_is_shown(lang: str, request: pytest.FixtureRequest) -> None:
    said = text(request.getfixturevalue(lang).read_text(encoding="utf-8"))
    notebook = nbformat.read(notebook_folder() / "01_province_diagnostic.ipynb", as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert not [row for row in cell.source.splitlines() if row.strip() and row in said]
    for word in ("import ", "report.", "In [", "Out[", "Traceback", "Warning", "papermill"):
        assert word not in said, word


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_cells_of_the_other_language_are_left_out(
    lang: str, request: pytest.FixtureRequest
) -> None:
    said = lines(request.getfixturevalue(lang).read_text(encoding="utf-8"))
    other = "en" if lang == "vi" else "vi"
    notebook = nbformat.read(notebook_folder() / "01_province_diagnostic.ipynb", as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and "hide" not in cell.metadata.get("tags", ()):
            heading = cell.source.splitlines()[0].lstrip("# ")
            wanted = f"lang-{other}" not in cell.metadata.get("tags", ())
            assert (heading in said) == wanted, heading


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_foot_says_what_made_the_page(lang: str, request: pytest.FixtureRequest) -> None:
    said = "\n".join(lines(request.getfixturevalue(lang).read_text(encoding="utf-8"))[-3:])
    assert f"piilib {piilib.__version__}" in said
    assert re.search(r"(hạt giống|seed) 0\b", said)
    assert f"pii report --province cao-bang --year 2024 --lang {lang}" in said
    assert NOT_OURS[lang] in said
    hashes = dict(re.findall(r"(\w+\.csv) ([0-9a-f]{12})\b", said))
    assert {"sheets.csv", "framework.csv", "treatments.csv", "effort.csv", "plan.csv"} <= set(
        hashes
    )
    for name, digest in hashes.items():
        path = ROOT / "data" / "processed" / name
        header, *rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
        if header.startswith("province,"):  # of tables by province, this province's rows
            content = "".join([header, *(row for row in rows if row.startswith("cao-bang,"))])
        else:
            content = "".join([header, *rows])
        assert hashlib.sha256(content.encode()).hexdigest().startswith(digest), name


def test_a_second_run_gives_the_same_bytes(
    vi: Path, commands: dict[str, tuple[Path, subprocess.CompletedProcess[str]]]
) -> None:
    """The second one by the command, in another folder and process, from another spelling."""
    again = commands["cao-bang"][0] / "reports" / "2024" / "vi" / "cao-bang.html"
    assert again.read_bytes() == vi.read_bytes()


def test_no_path_of_this_machine_is_on_the_page(
    vi: Path, commands: dict[str, tuple[Path, subprocess.CompletedProcess[str]]]
) -> None:
    pages = [vi, *(p for folder, _ in commands.values() for p in folder.rglob("*.html"))]
    assert len(pages) == 4
    for page in pages:
        html = page.read_text(encoding="utf-8")
        for place in (str(ROOT), str(Path.home()), str(page.parents[3])):
            assert place not in html


# --- in a browser and on paper --------------------------------------------------------------------

GOOD = {"errors": [], "requests": [], "overflow": 0, "violations": []}


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("page", ["vi", "en", "bac_ninh"])
def test_in_chromium(
    chromium: "Browser", page: str, width: int, request: pytest.FixtureRequest
) -> None:
    assert visit(chromium, request.getfixturevalue(page), width) == GOOD


#: Width of the text on A4 between the margins of the style, 178 mm, in CSS pixels.
A4_TEXT = 672


@pytest.mark.parametrize("page", ["vi", "en", "bac_ninh"])
def test_nothing_sticks_out_of_the_paper(
    chromium: "Browser", page: str, request: pytest.FixtureRequest
) -> None:
    window = chromium.new_page(viewport={"width": A4_TEXT, "height": 1000})
    try:
        window.emulate_media(media="print")
        window.goto(request.getfixturevalue(page).as_uri())
        assert window.evaluate(OVERFLOW) <= 0
    finally:
        window.close()


@pytest.fixture(scope="module")
def printed(
    chromium: "Browser", vi: Path, en: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[str]]:
    """The printed pages of both languages as text."""
    pdftotext = str(needs("pdftotext"))
    pages = {}
    for lang, path in (("vi", vi), ("en", en)):
        out = pdf(chromium, path, tmp_path_factory.mktemp("paper") / "page.pdf")
        done = subprocess.run(
            [pdftotext, "-layout", out, "-"], capture_output=True, text=True, check=True
        )
        pages[lang] = done.stdout.split("\f")
    return pages


def squeezed(content: str) -> str:
    return "".join(content.split())


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_first_printed_page_is_the_first_screen(
    lang: str, printed: dict[str, list[str]], request: pytest.FixtureRequest
) -> None:
    html = request.getfixturevalue(lang).read_text(encoding="utf-8")
    first, second = printed[lang][:2]
    point = "," if lang == "vi" else "."
    for figure in (f"23{point}95", "63/63", "≤ 30/34", f"22{point}18", f"36{point}75"):
        assert figure in first, figure
    screen = html.split('<div class="first-screen">')[1].split('<nav class="contents"')[0]
    rows = [value for row in tables(screen)["five-levers"] for value in row.values()]
    assert len(rows) == 35
    cells = [squeezed(value) for value in rows[1:4]]
    # The dot between kind and source comes from the style sheet.
    on_paper = squeezed(first).replace("·", "")
    assert all(cell in on_paper for cell in cells)
    blocks = [squeezed(line) for line in lines(screen) if line not in rows]
    # The words of a card may be broken among those of its neighbours; they are short.
    whole = [block for block in blocks if len(block) > 55]
    assert len(whole) >= 8
    assert [block for block in whole if block not in on_paper] == []
    assert not re.search(rf"^\s*{NEXT_SECTION[lang]}\s*$", first, re.MULTILINE)
    assert second.strip().startswith(NEXT_SECTION[lang])
    assert "1 / " in first.splitlines()[-1] or re.search(r"1 / \d+", first)


def test_the_report_is_no_book(printed: dict[str, list[str]]) -> None:
    assert all(10 < len(pages) <= 34 for pages in printed.values())


# --- the command ----------------------------------------------------------------------------------


def test_the_command_for_a_province_with_its_sheet(
    commands: dict[str, tuple[Path, subprocess.CompletedProcess[str]]],
) -> None:
    folder, done = commands["cao-bang"]
    where = str(Path("reports", "2024", "vi", "cao-bang.html"))
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{where}\n", "")
    assert files(folder) == [where]


def test_the_command_for_a_province_without_its_sheet(
    commands: dict[str, tuple[Path, subprocess.CompletedProcess[str]]],
) -> None:
    folder, done = commands["bac-ninh"]
    where = str(Path("reports", "2024", "en", "bac-ninh.html"))
    assert (done.returncode, done.stdout) == (1, f"{where}\n")
    assert done.stderr == (
        "pii: made without the province's sheet; the report says how to supply it\n"
    )
    said = text((folder / where).read_text(encoding="utf-8"))
    assert "pii template sheet --province bac-ninh --year 2024" in said
    assert "--data FILE" in said
    assert "42.83" in said  # the published score is there all the same


def test_the_command_with_a_sheet_of_ones_own(
    commands: dict[str, tuple[Path, subprocess.CompletedProcess[str]]],
) -> None:
    folder, done = commands["ha-giang"]
    where = str(Path("reports", "2024", "vi", "ha-giang.html"))
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{where}\n", "")
    html = (folder / where).read_text(encoding="utf-8")
    said = lines(html)
    assert "Hà Giang" in said[0]
    assert len(tables(html)["five-levers"]) == 5
    foot = "\n".join(said[-3:])
    assert re.search(r"\bmy\.csv [0-9a-f]{12}\b", foot)
    assert "sheets.csv" not in foot
    assert "--province ha-giang --year 2024 --lang vi --data my.csv" in foot
    assert "30/34" not in "\n".join(said)  # that goal is another province's


def test_a_report_without_a_sheet_says_how_to_supply_it(bac_ninh: Path) -> None:
    said = text(bac_ninh.read_text(encoding="utf-8"))
    assert "Chưa có phiếu số liệu PII 2024 của Bắc Ninh" in said
    for figure in ("42,83", "11/63", "45,92", "48,08", "48,76", "6/34"):
        assert figure in said, figure
    assert NOT_OURS["vi"] in said


@pytest.mark.parametrize("fault", ["raise ValueError('cell')", "import os; os._exit(1)"])
def test_a_notebook_that_fails_leaves_nothing(
    fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A real kernel dies under the real command; the report of last time stays as it was."""
    real = nbformat.read(notebook_folder() / "01_province_diagnostic.ipynb", as_version=4)
    setting = next(c for c in real.cells if "parameters" in c.metadata.get("tags", ()))
    broken = tmp_path / "notebooks"
    broken.mkdir()
    cells = [setting, nbformat.v4.new_code_cell(fault)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), broken / "01_province_diagnostic.ipynb")
    monkeypatch.setattr("piilib.report.job.notebook_folder", lambda: broken)
    old = tmp_path / "out" / "2024" / "vi" / "cao-bang.html"
    old.parent.mkdir(parents=True)
    old.write_text("the report of last time")
    command = ["report", "--province", "cao-bang", "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(main, command)
    assert done.exit_code == 1
    assert done.stdout == ""
    assert done.stderr.startswith("pii: 01_province_diagnostic.ipynb: ")
    assert done.stderr.count("\n") == 1
    assert files(tmp_path / "out") == ["2024/vi/cao-bang.html"]
    assert old.read_text() == "the report of last time"
    assert [p.name for p in old.parent.iterdir()] == ["cao-bang.html"]
