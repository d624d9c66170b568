"""A report in a child of its own: whatever one does, the others are what they would have been."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from piilib.errors import DataError
from piilib.report import worker
from piilib.report.export import ReportError
from piilib.report.job import Job, Made
from piilib.report.worker import Order, make, warm
from tests.report.tiny import order

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="children are forked on Linux")

GOOD = ("name = 'ai'", "f'Chào {name}'")
#: Notebooks that misbehave, and what is said of each; None where the report is made all the same.
CRASHES = {
    "raise": ("x = {}\nx['điểm']", "cell 2 (x = {}): KeyError: 'điểm'"),
    "abort": ("import os\nos.abort()", "ended by signal 6"),
    "kill": ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "ended by signal 9"),
    "_exit": ("import os\nos._exit(3)", "exited with 3"),
    "_exit 0": ("import os\nos._exit(0)", "exited with 0"),
    "exit": ("import sys\nsys.exit(3)", "cell 2 (import sys): SystemExit: 3"),
    "hang": ("import time\ntime.sleep(1000)", "timed out after 4 s"),
    "deaf": (
        "import signal, time\n[signal.signal(s, signal.SIG_IGN) for s in (2, 15)]\ntime.sleep(999)",
        "timed out after 4 s",
    ),
    "eat": ("x = [bytearray(50_000_000) for _ in range(100)]", "needed more than 1 GB of memory"),
    "eat by numpy": (
        "import numpy as np\nx = [np.ones(10_000_000) for _ in range(100)]",
        "needed more than 1 GB of memory",
    ),
    "flood": ("for _ in range(100_000):\n    print('x' * 9)", None),
    "flood descriptor": ("import os\nfor _ in range(9_999):\n    os.write(1, b'x' * 999)", None),
    "close stdout": ("import os, sys\nos.close(1)\nos.close(2)\nsys.stdout.close();", None),
    "close all": ("import os\nos.closerange(3, 9_999)", "exited with 0"),
    "thread": (
        "import threading, time\nthreading.Thread(target=time.sleep, args=(999,)).start();",
        None,
    ),
    "child": ("import subprocess\nleft = subprocess.Popen(['sleep', '998'])", None),
    "daemon": (
        "import subprocess\nleft = subprocess.Popen(['sleep', '997'], start_new_session=True)",
        None,
    ),
    "orphan": ("import os\nos.system('(sleep 996 &)');", None),
    "pickled": (
        "import multiprocessing as m, time\n"
        "m.get_context('fork').Process(target=time.sleep, args=(995,)).start();",
        None,
    ),
    "files": (
        "import tempfile\nfolder = tempfile.mkdtemp()\nopen(folder + '/x', 'w').write('x');",
        None,
    ),
    "folder": ("import os, shutil, tempfile\nshutil.rmtree(tempfile.gettempdir());", None),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tiny")


@pytest.fixture(scope="module")
def temporary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where temporary files go meanwhile."""
    place = tmp_path_factory.mktemp("temporary")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(place))
        patch.setattr(tempfile, "tempdir", None)
        yield place


@pytest.fixture(scope="module")
def nursery(temporary: Path) -> Iterator[int]:
    """Keep a process from which children are forked; its id."""
    with warm():
        yield worker._WARM[-1].process.pid


def tried(todo: Order, seconds: float = 60) -> Made | str:
    try:
        return make(todo, seconds=seconds, memory=1_000_000_000)
    except ReportError as error:
        return str(error)


@pytest.fixture(scope="module")
def outcome(folder: Path, nursery: int) -> dict[str, Made | str]:
    """All at once, in four threads, each followed by a good one."""
    orders = {}
    for name, (cell, _) in CRASHES.items():
        stem = name.replace(" ", "-")
        orders[name] = order(folder, stem, "name = 'ai'", cell), 4 if "timed" in str(_) else 60
        orders[f"after {name}"] = order(folder, "good", *GOOD, name="An"), 60
    with ThreadPoolExecutor(4) as pool:
        found = [pool.submit(tried, *asked) for asked in orders.values()]
        return {name: one.result() for name, one in zip(orders, found, strict=True)}


@pytest.mark.parametrize("name", CRASHES)
def test_each_failure_is_named(name: str, outcome: dict[str, Made | str]) -> None:
    said, expected = outcome[name], CRASHES[name][1]
    if expected is None:
        assert isinstance(said, Made)
    else:
        assert said == f"{name.replace(' ', '-')}.ipynb: {expected}"


def test_the_others_are_what_they_are_alone(
    outcome: dict[str, Made | str], folder: Path, tmp_path: Path
) -> None:
    cold = make(order(tmp_path, "good", *GOOD, name="An"), engine="kernel")
    assert "Chào An" in cold.notebook.decode()
    for name in CRASHES:
        made = outcome[f"after {name}"]
        assert isinstance(made, Made), name
        assert (made.html, made.notebook) == (cold.html, cold.notebook), name


def processes(session_of: int | None = None) -> list[str]:
    """Command lines of all processes, zombies marked."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = stat.read_text()
            line = (stat.parent / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        state, parent = text.rsplit(")", 1)[1].split()[:2]
        if session_of is None or int(parent) == session_of:
            found.append(f"{state} {line}")
    return found


def test_nothing_is_left(outcome: dict[str, Made | str], nursery: int, temporary: Path) -> None:
    assert outcome
    assert processes(nursery) == []
    assert not [line for line in processes() if "sleep 99" in line]
    (base,) = temporary.glob("pii-*")
    assert list(base.iterdir()) == []


def test_memory_and_time_are_told(folder: Path, nursery: int) -> None:
    cell = "import time\nstart = time.process_time()\nwhile time.process_time() < start + 0.5: pass"
    made = make(order(folder, "busy", "name = 'ai'", cell))
    assert 0.5 <= made.cpu <= made.seconds + 0.1


def test_a_child_sees_the_process_that_asks(
    folder: Path, nursery: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PIILIB_TEST", "seen")
    cell = "import os\nprint(os.getcwd(), os.environ['PIILIB_TEST'])"
    kept = make(order(folder, "seen", "name = 'ai'", cell)).notebook.decode()
    assert f"{tmp_path} seen" in kept


STATE = """
import decimal, matplotlib, numpy as np, os, pandas as pd, warnings
seen = (decimal.getcontext().prec, matplotlib.rcParams['font.size'],
    pd.get_option('display.width'), os.environ.get('LEFT'), len(warnings.filters), hasattr(np, 'x'))
decimal.getcontext().prec, matplotlib.rcParams['font.size'], np.x = 3, 99, 1
warnings.simplefilter('always')
pd.set_option('display.width', 7)
os.environ['LEFT'] = '1'
"""


def test_no_order_of_reports_changes_any(folder: Path, nursery: int) -> None:
    """Each of three notebooks shows the state that it finds, and changes it."""
    orders = [order(folder, f"s{i}", "name = 'ai'", STATE, "seen", name=str(i)) for i in range(3)]
    forth = [make(one) for one in orders]
    back = [make(one) for one in reversed(orders)][::-1]
    with ThreadPoolExecutor(3) as pool:
        together = list(pool.map(make, orders))
    files = [[(m.html, m.notebook) for m in run] for run in (forth, back, together)]
    assert files[0] == files[1] == files[2]
    found = {re.search(rb"\(28, .*\)", made.notebook) for made in forth}
    texts = {match[0] for match in found if match}
    assert len(texts) == 1
    assert b"None" in texts.pop()


def test_real_reports_are_the_same_alone_and_in_any_order(nursery: int) -> None:
    jobs = [Job("diagnostic", key, 2025, "vi") for key in ("lang-son", "son-la")]
    forth = [make(job) for job in jobs]
    with ThreadPoolExecutor(2) as pool:
        back = list(pool.map(make, reversed(jobs)))[::-1]
    assert [(m.html, m.notebook) for m in forth] == [(m.html, m.notebook) for m in back]
    assert forth[0].html != forth[1].html
    assert all(m.figures > 0 and m.tables > 0 for m in forth)


def test_a_wrong_input_is_a_data_error(nursery: int) -> None:
    with pytest.raises(ReportError, match="found no file or folder 'nowhere'") as caught:
        make(Job("diagnostic", "cao-bang", 2024, "vi", data="nowhere"))
    assert caught.value.ename == "DataError"


def test_an_unknown_engine_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    todo = order(folder, "good", *GOOD)
    with pytest.raises(DataError, match="found the engine 'dask' on linux"):
        make(todo, engine="dask")
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(DataError, match="found the engine 'fork' on darwin"):
        make(todo, engine="fork")


def test_a_process_that_died_is_started_again(folder: Path, nursery: int, temporary: Path) -> None:
    hang = order(folder, "hang", "a = 1", "import subprocess\nsubprocess.run(['sleep', '994'])")
    with ThreadPoolExecutor(1) as pool:
        hanging = pool.submit(make, hang, seconds=60)
        wait_for(lambda: any("sleep 994" in line for line in processes()))
        os.kill(nursery, signal.SIGKILL)
        with pytest.raises(ReportError, match="from which reports are forked has ended"):
            hanging.result(30)
    assert make(order(folder, "good", *GOOD)).figures == 0
    assert worker._WARM[-1].process.pid != nursery
    assert len(list(temporary.glob("pii-*"))) == 1
    wait_for(lambda: not any("sleep 994" in line for line in processes()))


def wait_for(done: object, seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not done():  # type: ignore[operator]
        assert time.monotonic() < until, "not in time"
        time.sleep(0.02)


def script(text: str, temporary: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "TMPDIR": str(temporary)}
    return subprocess.Popen(
        [sys.executable, "-c", text], env=environment, stdout=subprocess.PIPE, text=True
    )


def test_nothing_survives_the_process_that_asked(folder: Path, tmp_path: Path) -> None:
    todo = order(folder, "long", "a = 1", "import subprocess\nsubprocess.run(['sleep', '993'])")
    text = f"""
from piilib.report.worker import Order, make
make(Order({todo.notebook!r}))
"""
    with script(text, tmp_path) as asking:
        wait_for(lambda: any("sleep 993" in line for line in processes()))
        asking.kill()
    wait_for(lambda: not any("sleep 993" in line for line in processes()))
    wait_for(lambda: list(tmp_path.iterdir()) == [])


def test_a_daemonic_process_may_make_reports(folder: Path, tmp_path: Path) -> None:
    """Workers of Dask are daemonic, and may have no children by multiprocessing."""
    todo = order(folder, "good", *GOOD, name="An")
    text = f"""
import multiprocessing
from piilib.report.worker import Order, make
def work():
    print(len(make(Order({todo.notebook!r}, {{"name": "An"}}, "en", "good")).html), flush=True)
one = multiprocessing.get_context("fork").Process(target=work, daemon=True)
one.start()
one.join()
"""
    with script(text, tmp_path) as asking:
        said = asking.communicate(timeout=60)[0]
    assert int(said) == len(make(todo, engine="kernel").html)


def test_where_nothing_is_forked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What other systems do, in a process started for the report."""
    good = order(folder, "good", *GOOD, name="An")
    reference = make(good, engine="kernel")
    monkeypatch.setattr(worker.sys, "platform", "darwin")
    made = make(good, engine="kernel")
    assert (made.html, made.notebook) == (reference.html, reference.notebook)
    assert made.cpu > 0
    before = list(worker._WARM)
    with warm():
        assert before == worker._WARM
    hang = order(folder, "hang", "a = 1", "import time\ntime.sleep(992)")
    with pytest.raises(ReportError, match=r"hang\.ipynb: timed out after 3 s"):
        make(hang, engine="kernel", seconds=3)
