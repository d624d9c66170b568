"""`pii --help`, `pii --version` and `import piilib` answer at once: nothing heavy is imported."""

import json
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

#: Each takes from 0.1 to 2 s to import.
HEAVY = (
    "pandas",
    "numpy",
    "scipy",
    "matplotlib",
    "seaborn",
    "pandera",
    "papermill",
    "nbconvert",
    "nbformat",
    "nbclient",
    "IPython",
    "ipykernel",
    "ipywidgets",
    "jupyter_client",
    "distributed",
    "playwright",
    "openpyxl",
    "docx",
    "pptx",
)

#: Runs the code it is given, then writes the names of all imported modules as JSON.
WATCH = """
import json, sys
target, code, *sys.argv[1:] = sys.argv[1:]
status = 0
try:
    exec(code)
except SystemExit as stop:
    status = stop.code or 0
with open(target, "w") as file:
    json.dump(sorted(sys.modules), file)
sys.exit(status)
"""
MAIN = "from piilib.cli import main; main()"


def imported(folder: Path, code: str, *arguments: str) -> tuple[set[str], str]:
    """Run `code` in a new interpreter; return the top-level modules it loaded and its output."""
    target = folder / "modules.json"
    done = subprocess.run(
        [sys.executable, "-c", WATCH, target, code, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return {name.split(".")[0] for name in json.loads(target.read_text())}, done.stdout


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_the_command_answers_without_heavy_imports(option: str, tmp_path: Path) -> None:
    modules, output = imported(tmp_path, MAIN, option)
    assert output.strip()
    assert "piilib" in modules
    assert sorted(modules & set(HEAVY)) == []


def test_import_piilib_is_light(tmp_path: Path) -> None:
    modules, _ = imported(tmp_path, "import piilib; piilib.__version__")
    assert sorted(modules & set(HEAVY)) == []


@pytest.mark.parametrize("heavy", ["numpy", "pandas"])
def test_a_heavy_import_would_be_seen(heavy: str, tmp_path: Path) -> None:
    modules, _ = imported(tmp_path, f"import {heavy}")
    assert heavy in modules & set(HEAVY)


def test_the_installed_command_tells_the_version_of_pyproject() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    command = Path(sysconfig.get_path("scripts"), "pii")
    done = subprocess.run([command, "--version"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert config["project"]["version"] in done.stdout
