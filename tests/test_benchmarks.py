"""The benchmarks run, and compare like with like."""

import re

import numpy as np
import pytest
from conftest import needs

import piilib as pii
from benchmarks import simulation


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulation, "DRAWS", 300)
    monkeypatch.setattr(simulation, "REPEATS", 1)


def test_the_plain_side_draws_the_same_weights() -> None:
    fw = pii.Framework.official(2024, inferred=False)
    drawn = simulation.numpy_tree(fw, np.random.default_rng(0))
    np.testing.assert_allclose(drawn.sum(axis=1), 1)
    np.testing.assert_allclose(drawn.mean(axis=0), fw.effective_weights(), atol=0.02)


def test_every_comparison_prints_its_ratio(capsys: pytest.CaptureFixture[str]) -> None:
    fw = pii.Framework.official(2024, inferred=False)
    simulation.random_weights(fw)
    simulation.rebuilds(fw)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert all(re.search(r"ratio \d+\.\d\d \(bound \d\.\d\)$", line) for line in lines)


def test_dask_workers_count_what_one_process_counts() -> None:
    needs("distributed")
    from distributed import Client, LocalCluster

    fw = pii.Framework.official(2024, inferred=False)
    data = simulation.panel(20, fw)
    here = pii.simulate_ranks(data, fw, pii.Method(), draws=3_000, leave_out=True)
    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None
        ) as cluster,
        Client(cluster) as client,
    ):
        there = pii.simulate_ranks(
            data, fw, pii.Method(), draws=3_000, leave_out=True, executor=client.get_executor()
        )
    np.testing.assert_array_equal(here.acceptability, there.acceptability)
