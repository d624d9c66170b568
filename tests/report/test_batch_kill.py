"""A batch that is killed at any moment loses nothing, and the next one ends the work.

Six moments here; PIILIB_KILLS=100 for a long run.
"""

import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from piilib.report.batch import run_batch
from piilib.report.batch_jobs import jobs_of
from piilib.report.batch_manifest import read_manifest
from piilib.report.job import Made
from report.batch_folder import PARTS, PROCESSED

KILLS = int(os.environ.get("PIILIB_KILLS", "6"))
SIZE = 400_000

#: Pages are numbered by their edition, so that every run has all of them to make.
RUN = f"""
import sys
from pathlib import Path
from piilib.report.batch import run_batch
from piilib.report.batch_jobs import jobs_of
from piilib.report.job import Made
def maker(job):
    page = f"<html>{{sys.argv[1]}}</html>".encode()
    return Made(page + b" " * {SIZE}, page, True, 0, 0, 0.0, 0.0)
jobs = jobs_of([2024], ["vi"], data=sys.argv[3])
print("at work", flush=True)
run_batch(jobs, Path(sys.argv[2]), maker=maker, workers=2, force=True)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_killed_at_any_moment(tmp_path: Path) -> None:
    out = tmp_path / "reports"
    moments = random.Random(7)
    killed, stood = 0, {}
    for edition in range(1, KILLS + 1):
        command = [sys.executable, "-c", RUN, str(edition), str(out), str(PROCESSED)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "at work\n"
            time.sleep(moments.uniform(0.0, 0.4))
            process.kill()
            killed += process.wait(30) == -signal.SIGKILL
        stood = nothing_is_lost(out, stood, edition)
    assert killed >= 0.8 * KILLS
    found = run_batch(
        jobs_of([2024], ["vi"], data=str(PROCESSED)), out, maker=lambda job: page_of("last")
    )
    assert found.good
    assert found.count("made") + found.count("unchanged") == 64
    assert list(out.rglob(PARTS)) == []
    nothing_is_lost(out, stood, KILLS)


def page_of(edition: str) -> Made:
    page = f"<html>{edition}</html>".encode()
    return Made(page + b" " * SIZE, page, True, 0, 0, 0.0, 0.0)


def nothing_is_lost(out: Path, stood: dict[str, int], edition: int) -> dict[str, int]:
    """Check that every page is whole, that none is gone and none is older than it was."""
    now = {}
    for path in out.rglob("*.html"):
        if path.name.startswith("index"):
            assert path.read_text(encoding="utf-8").rstrip().endswith("</html>")
            continue
        content = path.read_bytes()
        number = re.match(rb"<html>(\d+|last)</html>", content)
        assert number is not None
        assert len(content) == len(number[0]) + SIZE
        now[path.name] = edition if number[1] == b"last" else int(number[1])
        assert path.with_suffix(".ipynb").is_file()
    assert all(now[name] >= before for name, before in stood.items())
    for record in read_manifest(out)["reports"].values():
        assert (out / record["html"]["file"]).is_file()
    if (out / "manifest.json").exists():
        assert read_manifest(out)["reports"]
    return now
