"""What the tests share: optional parts that may be absent, and a browser."""

import importlib
import os
import shutil
from collections.abc import Iterator
from types import ModuleType
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# The suite draws the same examples on every run and minds no deadline, so that it never fails by
# chance or on a busy machine; HYPOTHESIS_PROFILE=soak looks for new ones, ten times as many.
settings.register_profile("suite", deadline=None, derandomize=True, database=None)
settings.register_profile("soak", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))

#: Programs outside Python that a test may ask for, and the names they go by.
PROGRAMS = {
    "chromium": ("chromium", "chromium-browser", "google-chrome"),
    "pdftotext": ("pdftotext",),
    "pdftoppm": ("pdftoppm",),
    "soffice": ("soffice", "libreoffice"),
    "make": ("make",),
    "git": ("git",),
    "systemd-analyze": ("systemd-analyze",),
}

CHROMIUM_ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session", autouse=True)
def kept_results(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """Keep long computations for this run of the tests only, in all its processes.

    A folder named by PIILIB_CACHE from outside is used as it is. In a run of the whole suite each
    process begins with its share of the longest, so that none waits for another's.
    """
    if "PIILIB_CACHE" in os.environ:
        yield
        return
    base = tmp_path_factory.getbasetemp()
    side_by_side = "PYTEST_XDIST_WORKER" in os.environ
    folder = (base.parent if side_by_side else base) / "kept"
    folder.mkdir(exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PIILIB_CACHE", str(folder))
        if side_by_side and request.session.testscollected > WHOLE_SUITE:
            complete_first()
        yield


#: Tests beyond which a run is one of the whole suite; years whose completion many of them read.
WHOLE_SUITE = 2000
COMPLETED = (2024, 2023, 2025)


def complete_first() -> None:
    """Complete the scoreboards that fall to this process."""
    from piilib.analysis.completion import complete_scoreboard

    place, count = (os.environ[f"PYTEST_XDIST_WORKER{end}"] for end in ("", "_COUNT"))
    for year in COMPLETED[int(place.removeprefix("gw")) :: int(count)]:
        complete_scoreboard(year)


#: The files whose tests take longest: they begin first, so that no process ends long after another.
LONGEST = (
    "test_lab.py", "test_diagnostic.py", "test_pages.py", "test_examples.py", "test_notebooks.py",
    "test_completion.py", "test_worker.py", "test_pillar_completion.py", "test_simulated.py",
    "test_build_index.py", "test_batch_kill.py", "test_formats.py", "test_wheel.py",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first; the order within a file stays."""
    place = {name: i for i, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path.name, len(LONGEST)))


@pytest.fixture(scope="session")
def warmed() -> Iterator[None]:
    """Keep a process with everything imported, from which the reports of these tests are forked."""
    from piilib.report.worker import warm

    with warm():
        yield


def find(name: str) -> ModuleType | str | None:
    """Return the module `name`, or the path of the program `name`, or None."""
    if name in PROGRAMS:
        return next(filter(None, map(shutil.which, PROGRAMS[name])), None)
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is not None and name.split(".")[0] == error.name.split(".")[0]:
            return None
        raise  # `name` is there and broken, which is no reason to skip


def needs(name: str) -> ModuleType | str:
    """Return an optional part: a module by its import name, or the path of a program.

    Where it is absent the test (or the module, when called outside a test) is skipped with the
    reason; where PIILIB_REQUIRE_ALL=1 it fails instead, so that nothing stops being tested unseen.
    """
    part = find(name)
    if part is None:
        kind = "program" if name in PROGRAMS else "package"
        reason = f"needs the {kind} {name!r}, which is not installed"
        if os.environ.get("PIILIB_REQUIRE_ALL") == "1":
            pytest.fail(f"{reason}, and PIILIB_REQUIRE_ALL=1")
        pytest.skip(reason, allow_module_level=True)
    return part


@pytest.fixture(scope="module")
def chromium() -> Iterator["Browser"]:
    """Give a Playwright browser on the system's Chromium.

    One for each test module, not for the session: while it is open Playwright's event loop counts
    as running in this thread, and `asyncio.run` in another module's test would fail.
    """
    api = needs("playwright.sync_api")
    executable = needs("chromium")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, args=list(CHROMIUM_ARGS), headless=True
        )
        yield browser
        browser.close()
