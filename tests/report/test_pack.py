"""The pack of a seminar: what lies in it, and its page of contents."""

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from piilib.cli import main
from piilib.report.formats import SUFFIX
from piilib.report.job import Job, Made
from report.browser import violations
from report.reading import text

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    def fake(job: Job) -> Made:
        files = {SUFFIX[name]: b"x" * 1500 for name in job.formats if name != "html"}
        return Made(b"<p>x</p>", b"{}", True, 1, 1, 0.0, 0.0, files)

    monkeypatch.setattr("piilib.report.worker.make", fake)
    monkeypatch.setattr("piilib.report.worker.warm", nullcontext)


def files(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_a_province_with_a_plan(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["seminar", "--province", "Cao Bằng", "--out", str(tmp_path)])
    assert result.exit_code == 0, result.output
    index = Path(result.output.strip())
    assert index == tmp_path / "seminar" / "cao-bang-2024" / "index.html"
    own = [f"cao-bang{end}" for end in SUFFIX.values()]
    audit = [f"cao-bang-audit{SUFFIX[name]}" for name in ("html", "pdf", "docx", "xlsx")]
    wanted = [f"{lang}/{name}" for lang in ("vi", "en") for name in own + audit]
    assert files(index.parent) == sorted([*wanted, "index.html"])
    html = index.read_text(encoding="utf-8")
    assert all(html.count(f'href="{name}"') == 1 for name in wanted)
    said = text(html)
    assert "Tài liệu hội thảo: Cao Bằng, PII 2024" in said
    assert "Seminar papers: Cao Bang, PII 2024" in said
    assert "Soát xét kế hoạch nâng cao PII của Cao Bằng" in said
    assert "http" not in html


@pytest.mark.parametrize(
    ("arguments", "code", "place", "mark"),
    [
        (["--province", "bac-ninh", "--lang", "vi"], 1, "seminar/bac-ninh-2024", ""),
        (
            ["--province", "ha-giang", "--lang", "en", "--data", "demo"],
            0,
            "demo/seminar/ha-giang-2024",
            "SIMULATED DATA",
        ),
    ],
)
def test_without_a_plan_there_is_no_audit(
    arguments: list[str], code: int, place: str, mark: str, tmp_path: Path
) -> None:
    result = CliRunner().invoke(main, ["seminar", *arguments, "--out", str(tmp_path)])
    assert result.exit_code == code, result.output
    assert len(files(tmp_path / place)) == 7
    said = text((tmp_path / place / "index.html").read_text(encoding="utf-8"))
    assert (mark in said) if mark else ("MÔ PHỎNG" not in said)
    assert "audit" not in said.lower()


@pytest.mark.parametrize("width", [1280, 390])
def test_the_contents_in_a_browser(width: int, chromium: "Browser", tmp_path: Path) -> None:
    CliRunner().invoke(main, ["seminar", "--province", "cao-bang", "--out", str(tmp_path)])
    page = chromium.new_page(viewport={"width": width, "height": 900})
    page.goto((tmp_path / "seminar" / "cao-bang-2024" / "index.html").as_uri())
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    heights = page.evaluate("[...document.links].map(a => a.getClientRects().length)")
    assert set(heights) == {1}  # no name of a file is broken
    page.close()


def test_a_wrong_province_writes_nothing(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["seminar", "--province", "Atlantis", "--out", str(tmp_path)])
    assert result.exit_code == 2
    assert list(tmp_path.iterdir()) == []
