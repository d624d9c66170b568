"""The wheel works by itself: installed into a new environment, in an empty folder."""

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
BIN = "Scripts" if os.name == "nt" else "bin"


def run(*command: str | Path, cwd: Path, timeout: float = 60) -> str:
    """Run a command in an environment that knows nothing of this checkout; return its output."""
    forgotten = {"PIILIB_DATA", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}
    environment = {k: v for k, v in os.environ.items() if k not in forgotten}
    # nbconvert keeps its templates beside its environment, not beside its modules.
    environment["JUPYTER_PATH"] = str(Path(sys.prefix, "share", "jupyter"))
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=timeout
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built offline with what is installed."""
    out = tmp_path_factory.mktemp("dist")
    build = ("-m", "build", "--wheel", "--no-isolation", "--outdir", out, ROOT)
    run(sys.executable, *build, cwd=out)
    (path,) = out.iterdir()
    return path


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new environment with the wheel in it; its other packages are those of this one."""
    folder = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", "--without-pip", folder, cwd=folder)
    interpreter = folder / BIN / Path(sys.executable).name
    pip = ("-m", "pip", "--python", interpreter, "install", "--no-index", "--no-deps", wheel)
    run(sys.executable, *pip, cwd=folder)
    # Folders named in a .pth file are searched, but .pth files inside them are not read: the
    # editable install of the checkout is not followed.
    (site,) = folder.glob("Lib/site-packages" if os.name == "nt" else "lib/*/site-packages")
    others = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (site / "others.pth").write_text("\n".join(sorted(others)) + "\n", encoding="utf-8")
    return interpreter


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if not name.endswith("/")}


def test_the_wheel_holds_the_whole_package(names: set[str]) -> None:
    inside = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "piilib").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert inside <= names
    assert {
        "piilib/py.typed",
        "piilib/__init__.pyi",
        "piilib/report/templates/table.html.j2",
        "piilib/report/templates/diagnostic/index.html.j2",
        "piilib/report/templates/diagnostic/conf.json",
        "piilib/report/templates/diagnostic/style.css",
    } <= names


@pytest.mark.parametrize(
    ("folder", "pattern", "target"),
    [
        ("data/processed", "*.csv", "piilib/_data/processed"),
        ("notebooks", "*.ipynb", "piilib/_notebooks"),
    ],
)
def test_the_wheel_holds_data_and_notebooks_as_they_are(
    folder: str, pattern: str, target: str, names: set[str], wheel: Path
) -> None:
    files = {f"{target}/{path.name}": path for path in (ROOT / folder).glob(pattern)}
    assert files
    assert {name for name in names if name.startswith(target)} == set(files)
    with zipfile.ZipFile(wheel) as archive:
        for name, path in files.items():
            assert archive.read(name) == path.read_bytes(), name


def test_the_wheel_holds_nothing_else(names: set[str]) -> None:
    assert {name.split("/")[0].split("-")[0] for name in names} == {"piilib"}
    assert not [n for n in names if "__pycache__" in n or "tests" in n or "/raw/" in n]
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_the_package_is_that_of_the_wheel(python: Path, tmp_path: Path) -> None:
    code = (
        "import piilib; from piilib.data.lookup import data_dir\n"
        "from piilib.report.make import notebook_folder\n"
        "print(piilib.__file__, data_dir(), notebook_folder(), sep='\\n')"
    )
    places = [Path(line) for line in run(python, "-c", code, cwd=tmp_path).splitlines()]
    assert len(places) == 3
    for place in places:
        assert python.parents[1] in place.parents
        assert ROOT not in place.parents


def test_the_installed_command_makes_the_report(python: Path, tmp_path: Path) -> None:
    """In an empty folder, from the data in the wheel."""
    command = (python.with_name("pii"), "report", "--province", "cao-bang", "--year", "2024")
    said = run(*command, cwd=tmp_path)
    where = Path("reports", "2024", "vi", "cao-bang.html")
    assert said == f"{where}\n"
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == [tmp_path / where]
    html = (tmp_path / where).read_text(encoding="utf-8")
    for part in ('lang="vi"', "Cao Bằng", "23,95", "63/63", 'id="five-levers"', "sheets.csv "):
        assert part in html, part
    assert str(ROOT) not in html
    assert str(python.parents[1]) not in html
