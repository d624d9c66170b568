"""The files in deploy/ and the page on the yearly run: each read by what would read it."""

import ast
import configparser
import importlib
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import nbformat
import pytest
import yaml
from conftest import needs

from piilib.cli import main
from piilib.report.settings import read_settings

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
PAGE = ROOT / "docs" / "yearly_run.md"
NOTEBOOK = "01_province_diagnostic.ipynb"
UNITS = ("pii-batch.service", "pii-batch.timer")


def read(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


def unit(name: str) -> configparser.RawConfigParser:
    """Read a unit file; a key that stands twice keeps its last value."""
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(read(name))
    return parser


def workflow() -> dict[object, object]:
    return dict(yaml.safe_load(read("github-actions.yml")))


def cron_line() -> str:
    (line,) = [one for one in read("pii-batch.cron").splitlines() if re.match(r"[\d*]", one)]
    return line


def airflow() -> ast.Module:
    return ast.parse(read("airflow_dag.py"))


# --- the commands ---------------------------------------------------------------------------------


def page_blocks(language: str) -> list[str]:
    text = PAGE.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def texts() -> Iterator[tuple[str, str]]:
    """Give every text that may hold command lines of `pii`."""
    for name in UNITS:
        yield name, read(name)
    yield "pii-batch.cron", cron_line().replace("&&", "\n")
    yield "github-actions.yml", read("github-actions.yml").replace("$FORCE", "--force")
    given = [n.value for n in ast.walk(airflow()) if isinstance(n, ast.keyword)]
    yield "airflow_dag.py", "\n".join(ast.unparse(n).lstrip("f").strip("'\"") for n in given)
    prose = re.findall(r"`(pii [^`]+)`", PAGE.read_text(encoding="utf-8").replace("\n", " "))
    yield PAGE.name, "\n".join([*page_blocks("sh"), *prose])


COMMANDS = [
    (name, line)
    for name, text in texts()
    for line in re.findall(
        r"^(?:\s*run: |ExecStart(?:Pre)?=)?\s*(?:[\w./]*/)?(pii [a-z]+ ?.*)$", text, re.MULTILINE
    )
]


def test_there_are_commands_in_each() -> None:
    assert {name for name, _ in COMMANDS} == {name for name, _ in texts()} - {"pii-batch.timer"}


@pytest.mark.parametrize(("name", "line"), COMMANDS)
def test_commands_exist_with_their_options(name: str, line: str) -> None:
    """A whole line is read by the command itself, which refuses what it does not know."""
    words = shlex.split(line, comments=True)[1:]
    context = click.Context(main, **main.context_settings)
    command = main.get_command(context, words[0])
    assert command is not None, line
    if isinstance(command, click.Group):
        command, words = command.get_command(context, words[1]), words[1:]
        assert command is not None, line
    if words[1:]:
        command.make_context(words[0], words[1:], parent=context).close()


# --- systemd, cron --------------------------------------------------------------------------------


def test_systemd_reads_the_units(tmp_path: Path) -> None:
    """The command is replaced by one that this machine has, which is checked too."""
    tool = str(needs("systemd-analyze"))
    for name in UNITS:
        text = re.sub(r"/srv/pii/piilib/\.venv/bin/pii\b", sys.executable, read(name))
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = verify(tool, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    broken = (tmp_path / UNITS[0]).read_text(encoding="utf-8").replace("Nice=", "Nicer=")
    (tmp_path / UNITS[0]).write_text(broken, encoding="utf-8")
    assert "Nicer" in verify(tool, tmp_path).stderr


def verify(tool: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [tool, "verify", "--man=no", *(str(folder / name) for name in UNITS)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def test_the_units_fit_together() -> None:
    service, timer = (unit(name) for name in UNITS)
    assert Path(UNITS[0]).stem == Path(UNITS[1]).stem  # or the timer would start another service
    assert timer["Install"]["WantedBy"] == "timers.target"
    written = service["Service"]["ReadWritePaths"].split()
    assert service["Service"]["ProtectSystem"] == "strict"
    assert written == ["/srv/pii/published"]


def test_the_line_of_cron() -> None:
    fields, user, command = cron_line().split()[:5], cron_line().split()[5], cron_line()
    limits = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 7)]
    for field, (low, high) in zip(fields, limits, strict=True):
        assert field == "*" or low <= int(field) <= high
    assert user == "pii"
    assert "%" not in command  # cron would read a new line there
    assert read("pii-batch.cron").endswith("\n")  # or cron would not read the last line


# --- GitHub Actions, Airflow ----------------------------------------------------------------------


def test_the_workflow() -> None:
    """YAML 1.1 reads the key `on` as true."""
    flow = workflow()
    assert set(flow) == {"name", True, "permissions", "concurrency", "jobs"}
    assert set(flow[True]) == {"push", "schedule", "workflow_dispatch"}  # type: ignore[call-overload]
    (job,) = flow["jobs"].values()  # type: ignore[attr-defined]
    assert job["runs-on"]
    for step in job["steps"]:
        assert len({"run", "uses"} & set(step)) == 1
        assert re.fullmatch(r"[\w-]+/[\w-]+@v\d+", step.get("uses", "a/b@v1"))
    (install,) = [s["run"] for s in job["steps"] if s.get("name") == "Install"]
    assert (ROOT / install.split("-c ")[1].split()[0]).is_file()


def imports(tree: ast.Module) -> dict[str, set[str]]:
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return {str(n.module): {alias.name for alias in n.names} for n in nodes}


def test_the_dag_names_what_exists() -> None:
    compile(read("airflow_dag.py"), "airflow_dag.py", "exec")
    found = imports(airflow())
    assert "PapermillOperator" in found["airflow.providers.papermill.operators.papermill"]
    ours = {module: names for module, names in found.items() if module.startswith("piilib")}
    assert ours
    for module, names in ours.items():
        assert all(hasattr(importlib.import_module(module), name) for name in names)


def test_the_dag_gives_the_notebook_its_parameters() -> None:
    text = read("airflow_dag.py")
    assert f'"notebooks" / "{NOTEBOOK}"' in text
    cells = nbformat.read(ROOT / "notebooks" / NOTEBOOK, as_version=4).cells
    (cell,) = [c for c in cells if "parameters" in c.metadata.get("tags", ())]
    known = {t.id for node in ast.parse(cell.source).body for t in node.targets}  # type: ignore[attr-defined]
    given = re.findall(r'"parameters": \{(.*?)\}', text)
    assert set(re.findall(r'"(\w+)":', given[0])) <= known


# --- the page -------------------------------------------------------------------------------------


def test_the_settings_on_the_page_are_read(tmp_path: Path) -> None:
    (block,) = page_blocks("toml")
    (tmp_path / "pii.toml").write_text(block, encoding="utf-8")
    found = read_settings(tmp_path / "pii.toml")
    assert set(found) == set(tomllib.loads(block))
    prose = PAGE.read_text(encoding="utf-8")
    from piilib.report.settings import _KEYS

    assert [key for key in _KEYS if f"`{key}`" not in prose and key not in found] == []


def test_links_lead_somewhere() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", PAGE.read_text(encoding="utf-8"))
    assert {Path(link).name for link in links} == {path.name for path in DEPLOY.iterdir()}
    assert [link for link in links if not (PAGE.parent / link).is_file()] == []


def test_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"`make ([a-z-]+)`", PAGE.read_text(encoding="utf-8")))
    assert "data" in targets
    assert targets <= set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))


def test_the_python_on_the_page_compiles() -> None:
    (block,) = page_blocks("python")
    tree = ast.parse(block)
    assert imports(tree) == {"piilib.report.cluster": {"executor"}}
