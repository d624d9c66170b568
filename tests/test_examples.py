"""Every example in a docstring runs and gives what it shows; every public name has one."""

import ast
import doctest
import importlib
import io
import pkgutil
from pathlib import Path

import pytest

import piilib as pii

FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
STUB = Path(pii.__file__).with_name("__init__.pyi")
NAMES = sorted(
    alias.asname or alias.name
    for node in ast.parse(STUB.read_text(encoding="utf-8")).body
    if isinstance(node, ast.ImportFrom)
    for alias in node.names
)


def modules() -> list[str]:
    """Names of the modules of the package, each imported only where its examples are run."""
    found = [module.name for module in pkgutil.walk_packages(pii.__path__, "piilib.")]
    return [name for name in found if not name.rpartition(".")[2].startswith("__")]


def examples() -> list[doctest.DocTest]:
    """Docstrings with an example, each found by text first so that few modules are imported."""
    finder, found = doctest.DocTestFinder(), []
    for name in modules():
        source = Path(pii.__file__).parent.joinpath(*name.split(".")[1:])
        path = source / "__init__.py" if source.is_dir() else source.with_suffix(".py")
        if ">>>" in path.read_text(encoding="utf-8"):
            found += [test for test in finder.find(importlib.import_module(name)) if test.examples]
    return found


def failures(test: doctest.DocTest) -> str:
    """Run the examples of a docstring and return what was wrong, or nothing."""
    said = io.StringIO()
    doctest.DocTestRunner(optionflags=FLAGS).run(test, out=said.write, clear_globs=False)
    return said.getvalue()


#: Public names have a test of their own, which runs their examples in an empty session.
PUBLIC = {getattr(pii, name).__doc__ for name in NAMES}
EXAMPLES = [test for test in examples() if test.docstring not in PUBLIC]


def test_there_are_examples() -> None:
    assert len(EXAMPLES) > len(NAMES) > 40


@pytest.mark.parametrize("test", EXAMPLES, ids=lambda test: test.name)
def test_an_example_gives_what_it_shows(test: doctest.DocTest) -> None:
    assert failures(test) == ""


@pytest.mark.parametrize("name", NAMES)
def test_a_public_name_has_an_example_that_stands_alone(name: str) -> None:
    """Copied into an empty session it runs: it imports what it needs."""
    documented = getattr(pii, name)
    found = doctest.DocTestParser().get_doctest(
        documented.__doc__ or "", {"__name__": "__main__"}, name, None, None
    )
    assert found.examples, f"piilib.{name} has no example"
    assert any(f"pii.{name}" in example.source for example in found.examples) or name in (
        "Completion", "DataError", "Demonstration", "Inference", "PanelEffect", "PillarCompletion",
        "Plan", "Portfolio", "RankDistribution", "RankOutlook", "Result", "Scoreboard", "Sheet",
    )  # fmt: skip
    assert failures(found) == ""


@pytest.mark.parametrize(
    ("text", "right"),
    [
        (">>> 1 + 1\n2\n", True),
        (">>> 1 + 1\n3\n", False),
        (">>> print('a   b')\na b\n", True),
        (">>> undefined\n", False),
        (">>> import warnings; warnings.warn('x')\n", False),
    ],
)
def test_a_wrong_example_is_found(text: str, right: bool) -> None:
    found = doctest.DocTestParser().get_doctest(text, {}, "name", None, None)
    assert (failures(found) == "") == right
