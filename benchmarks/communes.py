"""Ranks of 11,000 units: memory, time, and two Dask workers of one thread against one.

Run as ``python -m benchmarks.communes``; ``--draws 1000`` takes a tenth of the time. Memory is
the resident memory of a process of its own at its highest, with Python and every library in it.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import resource
import subprocess
import sys
import time

import pandas as pd

import piilib as pii
from benchmarks.simulation import panel

UNITS, DRAWS = 11_000, 10_000
#: Ranks k for which P(rank <= k) is asked.
ASKED = [100, 1_000]


def measure(units: int, draws: int) -> dict[str, float]:
    """Simulate in this process: seconds, and its highest memory in MB before, after, and in all."""
    fw = pii.Framework.official(2024, inferred=False)
    data = panel(units, fw)
    pii.simulate_ranks(data, fw, pii.Method(), draws=8, at_most=ASKED)
    before = highest()
    start = time.perf_counter()
    drawn = pii.simulate_ranks(data, fw, pii.Method(), draws=draws, at_most=ASKED)
    took = time.perf_counter() - start
    after = highest()
    drawn.interval(0.9)
    return {"seconds": took, "before": before, "drawn": after, "interval": highest()}


def highest() -> float:
    """Return the highest resident memory of this process so far, in MB (Linux: from kB)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def apart(units: int, draws: int) -> dict[str, float]:
    """Measure in a new process with one thread."""
    command = [sys.executable, "-m", "benchmarks.communes", "--measure", str(units), str(draws)]
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    done = subprocess.run(
        command, env={**os.environ, **threads}, check=True, stdout=subprocess.PIPE, text=True
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def memory(units: int, draws: int) -> None:
    """Print time and memory, and that ten times fewer draws take no less memory."""
    few, many = (apart(units, max(n, 1)) for n in (draws // 10, draws))
    for n, found in ((draws // 10, few), (draws, many)):
        print(
            f"{units:,} units, {n:,} draws, one thread: {found['seconds']:.2f} s "
            f"({found['seconds'] / max(n, 1) * 1e6:,.1f} us a draw), peak {found['drawn']:.0f} MB, "
            f"{found['interval']:.0f} MB with the intervals ({found['before']:.0f} MB before)"
        )
    ratio = many["seconds"] / few["seconds"] / 10
    print(f"  a draw of {draws:,} against one of {draws // 10:,}: ratio {ratio:.2f} (bound 1.1)")


def workers(units: int, draws: int) -> None:
    """Print how much faster two workers are than one."""
    fw = pii.Framework.official(2024, inferred=False)
    data = panel(units, fw)
    try:
        one, two = (on_workers(fw, data, draws, count) for count in (1, 2))
    except ImportError:
        print("Dask workers: not measured, distributed is not installed")
        return
    print(
        f"{units:,} units, {draws:,} draws: one Dask worker {one:.2f} s, two {two:.2f} s; "
        f"{one / two:.2f} times faster (bound 1.7)"
    )


def on_workers(fw: pii.Framework, data: pd.DataFrame, draws: int, count: int) -> float:
    """Time a simulation on Dask workers of one thread each, once they are up and warm."""
    from distributed import Client, LocalCluster

    with (
        LocalCluster(
            n_workers=count,
            threads_per_worker=1,
            dashboard_address=None,
            silence_logs=logging.CRITICAL,
        ) as cluster,
        Client(cluster) as client,
    ):
        pool = client.get_executor(pure=False)
        times = []
        for n in (64, draws, draws):
            start = time.perf_counter()
            pii.simulate_ranks(data, fw, pii.Method(), draws=n, at_most=ASKED, executor=pool)
            times.append(time.perf_counter() - start)
        return min(times[1:])


def main(arguments: list[str] | None = None) -> None:
    """Read the options and print both sides."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--units", type=int, default=UNITS)
    options.add_argument("--draws", type=int, default=DRAWS)
    options.add_argument("--million", type=int, default=1_000_000, help="draws for 63 units")
    options.add_argument("--measure", type=int, nargs=2, help=argparse.SUPPRESS)
    given = options.parse_args(arguments)
    if given.measure:
        print(json.dumps(measure(*given.measure)))
        return
    # Memory first: a process begins with the highest memory of the one that started it.
    memory(given.units, given.draws)
    memory(63, given.million)
    workers(given.units, given.draws)


if __name__ == "__main__":
    main()
