"""What the two READMEs say exists, runs and is true."""

import ast
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import nbformat
import numpy as np
import pandas as pd
import pytest

import piilib as pii
from piilib.cli import main
from piilib.index.reconcile import fit_counts

ROOT = Path(__file__).resolve().parents[1]
READMES = ("README.md", "README.vi.md")
NOTEBOOK = "notebooks/01_province_diagnostic.ipynb"
#: Files that a reader is to bring, and what is made on his machine.
READERS_OWN = {
    "my_sheet.csv", "my_effort.csv", "my_panel.csv", "my_framework.csv", "out.ipynb",
    "phieu.csv", "cong_suc.csv", "bang.csv", "khung.csv",
}  # fmt: skip
MADE = {".venv", ".venv-lab", "reports/2024/vi/cao-bang.html"}


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(name: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", read(name), re.MULTILINE | re.DOTALL)


def inline(name: str) -> list[str]:
    """Return what stands between single backquotes."""
    prose = re.sub(r"^```.*?^```", "", read(name), flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"`([^`\n]+)`", prose)


def commands(name: str) -> list[list[str]]:
    """Return every command line, from blocks and from the prose, in words."""
    found = [line for block in blocks(name, "sh") for line in block.splitlines()]
    found += [piece for piece in inline(name) if re.match(r"(pii|make|papermill|conda) \S", piece)]
    lines = (shlex.split(line.replace("\\", "/"), comments=True) for line in found)
    return [words for words in lines if words]


def options(words: list[str]) -> Iterator[tuple[str, str]]:
    """Give every option of a command line with the word after it."""
    for place, word in enumerate(words):
        if word.startswith("-"):
            yield word, words[place + 1] if place + 1 < len(words) else ""


@pytest.mark.parametrize("name", READMES)
def test_there_is_something_to_test(name: str) -> None:
    programs = {Path(words[0]).name for words in commands(name)}
    assert {"make", "pii", "papermill", "py", "pip"} <= programs
    assert blocks(name, "python")


@pytest.mark.parametrize("name", READMES)
def test_make_targets_exist(name: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
    asked = {words[1] for words in commands(name) if words[0] == "make"}
    assert asked >= {"report", "test", "lab"}
    assert asked <= targets


@pytest.mark.parametrize("name", READMES)
def test_commands_exist_with_their_options(name: str) -> None:
    """A whole line is read by the command itself, which refuses what it does not know."""
    context = click.Context(main, **main.context_settings)
    asked = [words[1:] for words in commands(name) if Path(words[0]).name == "pii"]
    assert {words[0] for words in asked} >= {"report", "levers", "check", "lab"}
    for words in asked:
        command = main.get_command(context, words[0])
        assert command is not None, words
        if isinstance(command, click.Group):
            command, words = command.get_command(context, words[1]), words[1:]
            assert command is not None, words
        if words[1:]:
            command.make_context(words[0], words[1:], parent=context).close()
        for option, value in options(words):
            if option == "--province":
                assert pii.resolve(value) in ("cao-bang", "ha-giang")


@pytest.mark.parametrize("name", READMES)
def test_what_papermill_is_given_exists(name: str) -> None:
    (words,) = [words for words in commands(name) if words[0] == "papermill"]
    assert words[1] == NOTEBOOK
    cell = next(
        cell
        for cell in nbformat.read(ROOT / words[1], as_version=4).cells
        if "parameters" in cell.metadata.get("tags", ())
    )
    known = {t.id for node in ast.parse(cell.source).body for t in node.targets}  # type: ignore[attr-defined]
    assert {value for option, value in options(words) if option == "-p"} <= known


@pytest.mark.parametrize("name", READMES)
def test_pip_installs_what_there_is(name: str) -> None:
    (words,) = [words for words in commands(name) if Path(words[0]).name == "pip"]
    given = dict(options(words))
    assert (ROOT / given["-c"]).is_file()
    extras = tomllib.loads(read("pyproject.toml"))["project"]["optional-dependencies"]
    assert re.fullmatch(r"\.\[(\w+)\]", words[-1])
    assert words[-1][2:-1] in extras


def test_conda_is_given_a_file_that_exists() -> None:
    (words,) = [words for words in commands("README.md") if words[0] == "conda"]
    assert (ROOT / dict(options(words))["-f"]).is_file()


@pytest.mark.parametrize("name", READMES)
def test_relative_links_lead_somewhere(name: str) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", read(name))
    near = [link for link in links if "://" not in link]
    assert len(near) >= 6
    assert [link for link in near if not (ROOT / link).exists()] == []


@pytest.mark.parametrize("name", READMES)
def test_files_named_in_the_prose_exist(name: str) -> None:
    """A name with a slash, a dot in front or an ending is a file, somewhere in the repository."""
    looks = re.compile(
        r"\.?[\w/-]+\.(md|csv|yml|ipynb|html|toml|lock)|\.venv[\w-]*|[\w-]+/[\w/.-]*"
    )
    named = {piece.rstrip("/") for piece in inline(name) if looks.fullmatch(piece)}
    words = {word for line in commands(name) for word in line if looks.fullmatch(word)}
    missing = [
        file
        for file in (named | words) - READERS_OWN - MADE
        if not (ROOT / file).exists() and not any((ROOT / "data").rglob(file.split("/")[-1]))
        and not (ROOT / "notebooks" / file).exists() and not file.startswith(".venv/")
    ]  # fmt: skip
    assert missing == []


@pytest.mark.parametrize("name", READMES)
def test_python_blocks_run(name: str) -> None:
    """With a panel of the reader's own, here made up."""
    fw = pii.Framework.official(2024)
    values = np.random.default_rng(0).uniform(1, 9, (5, len(fw.indicators)))
    panel = pd.DataFrame(values, index=["cao-bang", *"abcd"], columns=list(fw.indicators))
    known: dict[str, object] = {"panel": panel}
    for block in blocks(name, "python"):
        exec(compile(block, name, "exec"), known)
    assert known["s"].unit == "cao-bang"  # type: ignore[attr-defined]


def test_the_result_that_readme_shows_has_scores_and_ranks() -> None:
    block, *_ = blocks("README.md", "python")
    assert "result.scores, result.ranks" in block
    assert {"scores", "ranks"} <= {f for f in dir(pii.Result) if not f.startswith("_")} | set(
        getattr(pii.Result, "__dataclass_fields__", {})
    )


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("README.md", r"reproduce (\d+) of the (\d+) .*?lower-is-better (\d+);.*?sheet (\d+), "
                      r"\*\*of which (\d+) with\s+no free number"),
        ("README.vi.md", r"khớp (\d+) trên (\d+) điểm nhóm.*?càng tốt: (\d+);.*?phiếu: (\d+), "
                         r"\*\*trong đó (\d+) không\s+dùng số tự do"),
    ],
)  # fmt: skip
def test_the_figures_on_the_method_are_right(name: str, sentence: str) -> None:
    found = re.search(sentence, read(name), re.DOTALL)
    assert found is not None
    counts = fit_counts([pii.load_sheet("cao-bang", year) for year in (2023, 2024)])
    keys = ("plain", "total", "reversed", "official", "reversed")
    assert [int(x) for x in found.groups()] == [counts[key] for key in keys]


def test_the_columns_of_a_sheet_are_those_that_are_read() -> None:
    from piilib.data.sheet import COLUMNS, OPTIONAL

    for name in READMES:
        prose = " ".join(read(name).split())
        assert f"`{', '.join(COLUMNS)}`" in prose
        assert f"`{', '.join(OPTIONAL)}`" in prose


def test_the_report_lies_where_readme_says() -> None:
    defaults = dict(re.findall(r"^(\w+) \?= (\S+)$", read("Makefile"), re.MULTILINE))
    where = "reports/{YEAR}/{REPORT_LANG}/{PROVINCE}.html".format(**defaults)
    assert all(where in read(name) for name in READMES)


def test_the_picture_is_small_enough_to_carry() -> None:
    picture = ROOT / "docs" / "first-screen.png"
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.stat().st_size < 300_000
    assert all("(docs/first-screen.png)" in read(name) for name in READMES)
