"""pyproject.toml, requirements.lock and environment.yml say the same.

Each comparison is a function that returns the list of differences, so that the tests can also seed
a difference and see it found.
"""

import copy
import re
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]

#: Names that differ on conda-forge: the project's name there, by its name on the Python index.
CONDA_NAMES = {
    "matplotlib": "matplotlib-base",
    "seaborn": "seaborn-base",
    "nbconvert": "nbconvert-core",
    "pandera": "pandera-pandas",
}
#: In environment.yml beside the packages: the interpreter, and what installs piilib itself.
CONDA_ONLY = {"python", "pip"}
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
PLATFORMS = (("linux", "Linux", "posix"), ("darwin", "Darwin", "posix"), ("win32", "Windows", "nt"))

Bounds = dict[str, str]


# --- reading ------------------------------------------------------------------------------------


def lower_bound(specifier: SpecifierSet) -> str:
    """Return the version after '>=', or '' where there is none."""
    return next((s.version for s in specifier if s.operator == ">="), "")


def read_bounds(lines: Iterable[str]) -> Bounds:
    requirements = [Requirement(line) for line in lines]
    return {canonicalize_name(r.name): lower_bound(r.specifier) for r in requirements}


def project_bounds(project: dict[str, Any], extras: Iterable[str]) -> Bounds:
    lines = list(project["dependencies"])
    for extra in extras:
        lines += project["optional-dependencies"][extra]
    return read_bounds(lines)


def read_lock(text: str) -> list[Requirement]:
    lines = (line.strip() for line in text.splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


def pins_for(lock: list[Requirement], python: str, platform: tuple[str, str, str]) -> Bounds:
    """Return the version of every package that this lock pins on that Python and system."""
    environment = {
        **default_environment(),
        "python_version": python,
        "python_full_version": f"{python}.9",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        **dict(zip(("sys_platform", "platform_system", "os_name"), platform, strict=True)),
    }
    return {
        canonicalize_name(r.name): next(iter(r.specifier)).version
        for r in lock
        if r.marker is None or r.marker.evaluate(environment)
    }


# --- comparing ----------------------------------------------------------------------------------


def lock_differences(project: dict[str, Any], lock: list[Requirement]) -> list[str]:
    """Say which dependency has no pin, or a pin outside its bounds, on any Python or system."""
    found = [
        f"{r.name}: not pinned to one version ({r.specifier})"
        for r in lock
        if len(r.specifier) != 1 or next(iter(r.specifier)).operator != "=="
    ]
    extras = project["optional-dependencies"].values()
    wanted = [Requirement(line) for group in (project["dependencies"], *extras) for line in group]
    for python in PYTHONS:
        for platform in PLATFORMS:
            pins = pins_for(lock, python, platform)
            for requirement in wanted:
                pin = pins.get(canonicalize_name(requirement.name))
                where = f"on Python {python}, {platform[0]}"
                if pin is None:
                    found.append(f"{requirement.name}: no pin {where}")
                elif pin not in requirement.specifier:
                    found.append(f"{requirement.name}: {pin} is outside {requirement.specifier}")
    return sorted(set(found))


def address_or_hash_lines(text: str) -> list[str]:
    """Return the lines of a lock that hold an address, a hash or an option."""
    return [line for line in text.splitlines() if re.search(r"://|@|--|sha256|^-", line)]


def conda_differences(project: dict[str, Any], environment: dict[str, Any]) -> list[str]:
    """Say where environment.yml and the required, `lab` and `office` packages part."""
    wanted = {
        canonicalize_name(CONDA_NAMES.get(name, name)): bound
        for name, bound in project_bounds(project, ("lab", "office")).items()
    }
    wanted["python"] = lower_bound(SpecifierSet(project["requires-python"]))
    entries = environment["dependencies"]
    found = [
        f"{entry}: a section, not a package" for entry in entries if not isinstance(entry, str)
    ]
    given = read_bounds(entry for entry in entries if isinstance(entry, str))
    found += [f"{name}: missing" for name in wanted.keys() - given.keys()]
    found += [f"{name}: extra" for name in given.keys() - wanted.keys() - CONDA_ONLY]
    found += [
        f"{name}: {given[name] or 'no bound'} instead of {wanted[name]}"
        for name in wanted.keys() & given.keys()
        if given[name] != wanted[name]
    ]
    return sorted(found)


def python_differences(config: dict[str, Any]) -> list[str]:
    """Say where the Python bound and what the tools and classifiers assume part."""
    bound = lower_bound(SpecifierSet(config["project"]["requires-python"]))
    said = {
        "mypy python_version": config["tool"]["mypy"]["python_version"],
        "ruff target-version": re.sub(
            r"py(\d)(\d+)", r"\1.\2", config["tool"]["ruff"]["target-version"]
        ),
    }
    found = [
        f"{what}: {value} instead of {bound}" for what, value in said.items() if value != bound
    ]
    classified = tuple(
        c.rsplit(" ", 1)[1] for c in config["project"]["classifiers"] if re.search(r":: 3\.\d+$", c)
    )
    if classified != PYTHONS or PYTHONS[0] != bound:
        found.append(f"classifiers: {classified}, bound {bound}, tested {PYTHONS}")
    return found


# --- the files as they are ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def config() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture
def project(config: dict[str, Any]) -> dict[str, Any]:
    """The [project] table; a copy, which a test may change."""
    return copy.deepcopy(config["project"])


@pytest.fixture
def environment() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def lock_text() -> str:
    return (ROOT / "requirements.lock").read_text(encoding="utf-8")


def test_every_dependency_is_pinned_within_its_bounds(project, lock_text) -> None:
    assert lock_differences(project, read_lock(lock_text)) == []


def test_the_lock_has_no_address_and_no_hash(lock_text) -> None:
    pins = "\n".join(line for line in lock_text.splitlines() if not line.startswith("#"))
    assert address_or_hash_lines(pins) == []
    assert "://" not in lock_text


def test_the_lock_says_how_it_is_made(lock_text) -> None:
    assert "make lock" in lock_text.splitlines()[0]


def test_environment_yml_has_the_same_names_and_bounds(project, environment) -> None:
    assert conda_differences(project, environment) == []


def test_every_dependency_has_a_lower_bound(project) -> None:
    assert "" not in project_bounds(project, project["optional-dependencies"]).values()


def test_one_package_has_one_bound_in_all_extras(project) -> None:
    bounds: dict[str, set[str]] = {}
    for group in (project["dependencies"], *project["optional-dependencies"].values()):
        for name, bound in read_bounds(group).items():
            bounds.setdefault(name, set()).add(bound)
    assert {name: b for name, b in bounds.items() if len(b) > 1} == {}


def test_the_python_bound_is_one(config) -> None:
    assert python_differences(config) == []


def test_conda_names_are_all_used(project) -> None:
    assert set(CONDA_NAMES) <= set(project_bounds(project, ("lab", "office")))


# --- seeded differences are found ---------------------------------------------------------------


def replaced(entries: list[Any], name: str, new: str | None) -> None:
    """Put `new` in the place of the entry for `name`; None removes it."""
    (place,) = [i for i, entry in enumerate(entries) if Requirement(entry).name == name]
    entries[place : place + 1] = [] if new is None else [new]


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        (lambda e: replaced(e, "pandas", "pandas>=2.9"), "pandas: 2.9 instead of 3.0"),
        (lambda e: replaced(e, "pandas", "pandas"), "pandas: no bound instead of 3.0"),
        (lambda e: replaced(e, "xlrd", None), "xlrd: missing"),
        (lambda e: e.append("statsmodels>=0.14"), "statsmodels: extra"),
        (lambda e: replaced(e, "python", "python>=3.10"), "python: 3.10 instead of 3.11"),
        (lambda e: e.append({"pip": ["x"]}), "{'pip': ['x']}: a section, not a package"),
    ],
)
def test_a_difference_in_environment_yml_is_found(
    project, environment, change: Callable[[list[Any]], None], difference: str
) -> None:
    change(environment["dependencies"])
    assert conda_differences(project, environment) == [difference]


def test_a_name_new_in_pyproject_is_missed_in_both(project, environment, lock_text) -> None:
    project["dependencies"].append("statsmodels>=0.14")
    assert conda_differences(project, environment) == ["statsmodels: missing"]
    found = lock_differences(project, read_lock(lock_text))
    assert "statsmodels: no pin on Python 3.11, linux" in found
    assert len(found) == len(PYTHONS) * len(PLATFORMS)


def test_a_name_new_in_an_extra_is_missed_in_the_lock(project, lock_text) -> None:
    project["optional-dependencies"]["pdf"].append("weasyprint>=60")
    assert lock_differences(project, read_lock(lock_text))


def test_a_pin_below_the_bound_is_found(project, lock_text) -> None:
    text = re.sub(r"(?m)^pandas==.*$", "pandas==2.1.0", lock_text)
    assert lock_differences(project, read_lock(text)) == ["pandas: 2.1.0 is outside >=3.0"]


def test_a_bound_raised_above_the_pin_is_found(project, lock_text) -> None:
    replaced(project["optional-dependencies"]["office"], "xlrd", "xlrd>=99")
    (found,) = lock_differences(project, read_lock(lock_text))
    assert found.endswith("is outside >=99")


def test_a_pin_missing_on_one_python_is_found(project, lock_text) -> None:
    text = re.sub(r"(?m)^pandas==(\S+)$", r"pandas==\1 ; python_full_version < '3.14'", lock_text)
    assert lock_differences(project, read_lock(text)) == [
        f"pandas: no pin on Python 3.14, {system}" for system in ("darwin", "linux", "win32")
    ]


def test_a_range_in_the_lock_is_found(project, lock_text) -> None:
    text = re.sub(r"(?m)^xlrd==(.*)$", r"xlrd>=\1", lock_text)
    assert any("not pinned" in line for line in lock_differences(project, read_lock(text)))


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://example.org/simple",
        "-f /some/folder",
        "pandas @ https://example.org/pandas.whl",
        "    --hash=sha256:00ff",
    ],
)
def test_an_address_or_hash_in_the_lock_is_found(line: str) -> None:
    assert address_or_hash_lines(f"numpy==2.0.0\n{line}\n") == [line]


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        (
            lambda c: c["tool"]["mypy"].update(python_version="3.12"),
            "mypy python_version: 3.12 instead of 3.11",
        ),
        (
            lambda c: c["tool"]["ruff"].update({"target-version": "py310"}),
            "ruff target-version: 3.10 instead of 3.11",
        ),
    ],
)
def test_another_python_in_a_tool_is_found(
    config, change: Callable[[dict[str, Any]], None], difference: str
) -> None:
    changed = copy.deepcopy(config)
    change(changed)
    assert python_differences(changed) == [difference]
