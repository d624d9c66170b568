"""Work on a real Dask cluster: a scheduler and two workers, processes of this machine."""

import json
import os
import shutil
import subprocess
import sys
import time
import types
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, as_completed
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pandas as pd
import pytest
from conftest import needs
from nbformat import v4

import piilib as pii
from piilib.errors import DataError
from piilib.report import cluster
from piilib.report.child import Order
from piilib.report.export import ReportError
from piilib.report.job import Made
from piilib.report.worker import make
from report.stand_in import stand_in

needs("distributed")
ROOT = Path(__file__).resolve().parents[2]
PROCESSED = ROOT / "data" / "processed"
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


class Machines:
    """A scheduler, a worker that is killed and one that lives on, as a daemonic process."""

    mortal: subprocess.Popen[bytes]

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.running: list[subprocess.Popen[bytes]] = []
        file = folder / "scheduler.json"
        self.start("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(file))
        self.address = str(json.loads(when(lambda: file.is_file() and file.read_text()))["address"])

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
        places = {"PYTHONPATH": path, "PIILIB_DATA": str(PROCESSED)}
        command = [sys.executable, "-m", "dask", *arguments, "--no-dashboard"]
        one = subprocess.Popen(command, cwd=self.folder, env={**os.environ, **places}, **QUIET)
        self.running.append(one)
        return one

    def worker(self, *options: str) -> subprocess.Popen[bytes]:
        return self.start("worker", self.address, "--nthreads", "1", *options)

    def stop(self) -> None:
        for one in reversed(self.running):  # the scheduler last, or workers would wait for it
            one.terminate()
            try:
                one.wait(10)
            except subprocess.TimeoutExpired:
                one.kill()
                one.wait()


def when(true: Callable[[], Any], seconds: float = 60) -> Any:
    """Wait until something is true, and return it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := true():
            return found
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds} s")


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    found = Machines(tmp_path_factory.mktemp("dask"))
    try:
        found.mortal = found.worker("--no-nanny")
        found.worker("--nanny")
        yield found
    finally:
        found.stop()


@pytest.fixture(scope="module")
def workers(machines: Machines) -> Iterator[Executor]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PIILIB_DATA", str(PROCESSED))
        with cluster.executor(machines.address, seconds=60) as found:
            when(lambda: len(found._client.scheduler_info()["workers"]) == 2)
            yield found


def test_work_comes_back_and_so_does_an_error(workers: Executor) -> None:
    assert workers.submit(divmod, 17, 5).result(60) == (3, 2)
    assert list(workers.map(abs, [-1, -2])) == [1, 2]
    with pytest.raises(DataError, match="did you mean 'cao-bang'"):
        workers.submit(pii.resolve, "Cao Băg").result(60)
    assert workers.submit(os.getpid).result(60) != os.getpid()


def test_ranks_are_those_of_one_process(workers: Executor) -> None:
    fw = pii.Framework.official(2024, inferred=False)
    values = np.random.default_rng(0).lognormal(size=(20, len(fw.indicators)))
    panel = pd.DataFrame(values, columns=list(fw.indicators)).rename(index=str)
    options: dict[str, Any] = {"draws": 2_000, "seed": 3, "leave_out": True, "nodes": "all"}
    here = pii.simulate_ranks(panel, fw, pii.Method(), **options)
    there = pii.simulate_ranks(panel, fw, pii.Method(), executor=workers, **options)
    for node in ("PII", "1", "7.2"):
        np.testing.assert_array_equal(here.at(node).acceptability, there.at(node).acceptability)


@pytest.mark.parametrize("difference", ["numpy", "piilib's code", "tables"])
def test_a_worker_that_differs_is_refused(
    difference: str,
    workers: Executor,
    machines: Machines,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if difference == "tables":
        shutil.copytree(PROCESSED, tmp_path / "data")
        with (tmp_path / "data" / "names.csv").open("a", encoding="utf-8") as file:
            file.write("cao-bang,Cao Bang city,other\n")
        monkeypatch.setenv("PIILIB_DATA", str(tmp_path / "data"))
    elif difference == "numpy":
        known = {**cluster.libraries(), "numpy": "0.1"}
        monkeypatch.setattr(cluster, "libraries", lambda: known)
    else:
        monkeypatch.setattr(cluster, "code_digest", lambda: "0123456789abcdef")
    with pytest.raises(DataError, match=f"on tcp://.* {difference} .*the same installation"):
        cluster.executor(machines.address, seconds=60)
    monkeypatch.setattr(workers, "_here", cluster.installed())
    with pytest.raises(DataError, match=f"on this worker {difference} .*expected {difference} "):
        workers.submit(abs, 1).result(60)


@pytest.mark.parametrize(("name", "where"), [("_is_there", "scheduler"), ("installed", "tcp://")])
def test_a_machine_without_piilib_is_named(
    name: str,
    where: str,
    workers: Executor,
    machines: Machines,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What it is asked stands here in a module that it does not have."""
    module = types.ModuleType("only_here")
    exec(f"def {name}(): return True", module.__dict__)
    monkeypatch.setitem(sys.modules, "only_here", module)
    monkeypatch.setattr(cluster, name, getattr(module, name))
    with pytest.raises(DataError, match=f"on .*{where}.*ModuleNotFoundError.*the same install"):
        cluster.executor(machines.address, seconds=60)


def test_what_a_killed_worker_had_is_done_again(
    workers: Executor, machines: Machines, tmp_path: Path
) -> None:
    notes = tmp_path / "notes"
    notes.touch()
    waiting = {workers.submit(stand_in, str(notes), number): number for number in range(12)}
    mortal = str(machines.mortal.pid)
    when(lambda: any(line.endswith(f" {mortal}") for line in notes.read_text().splitlines()), 20)
    machines.mortal.kill()
    found = {waiting[one]: one.result() for one in as_completed(waiting, timeout=120)}
    assert found == {number: number * number for number in range(12)}
    begun = [int(line.split()[0]) for line in notes.read_text().splitlines()]
    again = {number for number in begun if begun.count(number) > 1}
    assert again  # what the lost worker was at
    assert set(begun) == set(range(12))


def test_a_report_is_the_one_made_here(workers: Executor, tmp_path: Path) -> None:
    """The worker that is left is a daemonic process, with no children by multiprocessing."""
    cells = [
        v4.new_code_cell("year = 2023", metadata={"tags": ["parameters"]}),
        v4.new_code_cell(
            "import piilib as pii\n"
            "from IPython.display import HTML\n"
            "sheet = pii.load_sheet('cao-bang', year)\n"
            "HTML(pii.reconcile(sheet).round(3).to_html())"
        ),
    ]
    nbformat.write(v4.new_notebook(cells=cells), tmp_path / "small.ipynb")
    order = Order(str(tmp_path / "small.ipynb"), {"year": 2024}, "en", "Small")
    there: Made = workers.submit(make, order).result(300)
    here: Made = make(order)
    assert b"23.95" in there.html
    assert (there.html, there.notebook) == (here.html, here.notebook)


def test_a_report_that_fails_says_why(workers: Executor, tmp_path: Path) -> None:
    order = Order(str(tmp_path / "none.ipynb"), {}, "en", "None")
    with pytest.raises(ReportError, match=r"none\.ipynb"):
        workers.submit(make, order).result(300)


def test_no_worker() -> None:
    class Client:
        scheduler = types.SimpleNamespace(address="tcp://here")

        def wait_for_workers(self, count: int, timeout: float) -> None:
            raise TimeoutError

    with pytest.raises(DataError, match="no worker at 'tcp://here'; expected dask worker ADDRESS"):
        cluster._refuse_others(Client(), 0.1)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense", "udp://127.0.0.1:1", ""])
def test_no_scheduler(address: str) -> None:
    with pytest.raises(DataError, match=r"no Dask scheduler at .* expected an address such as"):
        cluster.executor(address, seconds=0.3)


def test_without_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(DataError, match=r"no package 'distributed'.*pip install 'piilib\[dask\]'"):
        cluster.executor("tcp://127.0.0.1:8786")


def test_a_lost_scheduler_is_one_message(workers: Executor, machines: Machines) -> None:
    """The last test of this file, for it ends the cluster."""
    waiting = workers.submit(time.sleep, 60)
    machines.running[0].kill()
    with pytest.raises(DataError, match="the Dask scheduler gone"):
        waiting.result(60)
