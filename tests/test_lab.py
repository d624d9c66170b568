"""`pii lab`: without JupyterLab it says what to do; with it, notebook 01 runs in the browser.

JupyterLab is kept out of the environment of the tests on purpose (beside it every report starts
slower), so the second test skips where no other environment has it, even under
PIILIB_REQUIRE_ALL=1. `make lab` makes one in .venv-lab; PIILIB_LAB names the Python of another.
"""

import importlib.util
import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from click.testing import CliRunner

import piilib as pii
from piilib.cli import main
from piilib.report.numbers import number

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOK = "01_province_diagnostic.ipynb"
TOKEN = "tests"


def test_without_jupyterlab_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(
        "importlib.util.find_spec", lambda name: None if name == "jupyterlab" else real(name)
    )
    done = CliRunner().invoke(main, ["lab"])
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr.startswith("pii: ")
    assert "make lab" in done.stderr
    assert done.stderr.count("\n") == 1


def lab_python() -> Path:
    """Return the Python of an environment with JupyterLab, or skip."""
    named = os.environ.get("PIILIB_LAB")
    python = Path(named) if named else ROOT / ".venv-lab" / "bin" / "python"
    if not python.exists():
        pytest.skip(f"needs JupyterLab, which has an environment of its own: make lab ({python})")
    return python


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """The address of JupyterLab as `pii lab` starts it, on a copy: Lab saves what it runs."""
    python = lab_python()
    for name in ("piilib", "notebooks", "data/processed"):
        shutil.copytree(
            ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_*")
        )
    port = free_port()
    settings = {
        "ServerApp": {
            "allow_root": True,
            "open_browser": False,
            "port": port,
            "port_retries": 0,
        },
        "IdentityProvider": {"token": TOKEN},
    }
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "jupyter_server_config.json").write_text(json.dumps(settings))
    environment = {
        **{k: v for k, v in os.environ.items() if k != "PIILIB_DATA"},
        "PYTHONPATH": str(tmp_path),
        "JUPYTER_CONFIG_DIR": str(tmp_path / "config"),
        "JUPYTER_DATA_DIR": str(tmp_path / "jupyter"),
        "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(tmp_path / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(tmp_path / "workspaces"),
    }
    log = (tmp_path / "lab.log").open("w")
    started = subprocess.Popen(
        [python, "-c", "from piilib.cli import main; main()", "lab"],
        cwd=tmp_path,
        env=environment,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(120):
            assert started.poll() is None, (tmp_path / "lab.log").read_text()
            try:
                urlopen(f"{address}/api?token={TOKEN}", timeout=5).close()
                break
            except (URLError, ConnectionError):
                time.sleep(0.5)
        yield address
    finally:
        os.killpg(started.pid, 15)  # the group that was started above: server and kernels
        started.wait(timeout=30)
        log.close()


def opened(page: "Page", server: str, notebook: str, asked: list[str]) -> None:
    """Open a notebook and run all of it; every address asked for is noted."""
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{server}/lab/tree/{notebook}?token={TOKEN}")
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
    page.get_by_text("(ipykernel) | Idle").wait_for(timeout=60_000)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()


def finished(page: "Page", charts: int) -> None:
    """Wait for the last cell's output, the foot; everything before it has run, without a fault."""
    foot = page.get_by_text("không phải ấn phẩm của Bộ Khoa học và Công nghệ")
    foot.wait_for(timeout=120_000, state="attached")
    assert page.locator('[data-mime-type="application/vnd.jupyter.error"]').count() == 0
    assert page.locator('[data-mime-type="application/vnd.jupyter.stderr"]').count() == 0
    assert page.locator(".jp-Notebook svg[role=img]").count() == charts


def only_here(asked: list[str]) -> bool:
    hosts = {urlsplit(url).hostname for url in asked if not url.startswith(("data:", "blob:"))}
    return hosts == {"127.0.0.1"}


def test_the_diagnostic_runs_in_jupyterlab(server: str, chromium: "Browser") -> None:
    asked: list[str] = []
    page = chromium.new_page(viewport={"width": 1400, "height": 1000})
    try:
        opened(page, server, NOTEBOOK, asked)
        page.wait_for_selector("#five-levers", timeout=120_000, state="attached")
        table = page.locator("#five-levers")
        table.scroll_into_view_if_needed()
        assert table.locator("tbody tr").count() == 5
        assert "1.1.1" in str(table.text_content())
        finished(page, charts=12)
    finally:
        page.close()
    assert only_here(asked)


def test_a_slider_moves_the_index_in_jupyterlab(
    server: str, chromium: "Browser", tmp_path: Path
) -> None:
    """The keyboard moves the slider, the kernel answers, the page shows the library's figure."""
    asked: list[str] = []
    page = chromium.new_page(viewport={"width": 1400, "height": 1000})
    try:
        opened(page, server, "04_what_if.ipynb", asked)
        finished(page, charts=0)
        handles = page.locator(".jp-Notebook .widget-slider .noUi-handle")
        assert handles.count() == 10
        index = page.locator(".jp-Notebook [role=status]")
        assert "theo mốc 2024: 23,95 điểm (0,00" in str(index.text_content())
        field = page.locator(".jp-Notebook .widget-text input").first
        assert field.input_value() == "45,28"  # 1.1.1
        handles.first.focus()
        for _ in range(20):
            handles.first.press("ArrowRight")
        page.wait_for_timeout(1000)
        tried = float(field.input_value().replace(",", "."))
        assert 46 < tried < 50
        effect = pii.what_if(pii.load_sheet("cao-bang", 2024), {"1.1.1": tried})
        score = number(effect.at["PII", "new"])
        index.get_by_text(f"theo mốc 2024: {score} điểm").wait_for(timeout=20_000)
        page.get_by_role("button", name="Danh mục 10 năm quy đổi").click()
        index.get_by_text("24,67 điểm (+0,72; khoảng 90%: 0,71–0,72)").wait_for(timeout=20_000)
        page.wait_for_timeout(1000)  # what the page sends back of its handles changes nothing
        assert "0,71–0,72)" in str(index.text_content())
        if folder := os.environ.get("PIILIB_SCREENSHOTS"):
            page.screenshot(path=Path(folder) / "what-if.png")
    finally:
        page.close()
    assert only_here(asked)


def test_an_index_of_ones_own_runs_in_jupyterlab(
    server: str, chromium: "Browser", tmp_path: Path
) -> None:
    """With a panel beside the notebook, named in its parameters as a person would."""
    rows = ["unit,a,b,c", *(f"Tỉnh {i},{i},{i * i % 7},{(3 * i) % 11}" for i in range(1, 13))]
    (tmp_path / "notebooks" / "panel.csv").write_text("\n".join(rows), encoding="utf-8")
    path = tmp_path / "notebooks" / "07_build_an_index.ipynb"
    source = path.read_text(encoding="utf-8")
    assert 'panel = \\"\\"  #' in source
    path.write_text(
        source.replace('panel = \\"\\"  #', 'panel = \\"panel.csv\\"  #'), encoding="utf-8"
    )
    asked: list[str] = []
    page = chromium.new_page(viewport={"width": 1400, "height": 1000})
    try:
        opened(page, server, path.name, asked)
        page.wait_for_selector("#ranking", timeout=120_000, state="attached")
        assert page.locator("#ranking tbody tr").count() == 12
        finished(page, charts=9)
    finally:
        page.close()
    assert only_here(asked)
