"""Thousands of units: memory that draws do not fill, and work sent elsewhere."""

import pickle
import tracemalloc
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any

import numpy as np
import pandas as pd
import pytest

import piilib as pii
from benchmarks import communes
from piilib.analysis import uncertainty
from piilib.analysis.tally import DENSE, Tally

FW = pii.Framework.from_frame(
    pd.DataFrame(
        [("T", "", 1, 1), ("a", "T", 1, 1), ("b", "T", 1, 1), ("c", "T", 1, 1)],
        columns=["code", "parent", "weight", "direction"],
    )
)


def panel_of(units: int) -> pd.DataFrame:
    values = np.random.default_rng(1).lognormal(size=(units, 3))
    return pd.DataFrame(values, columns=["a", "b", "c"]).rename(index=str)


def peak(units: int, draws: int) -> float:
    """Return the most memory of a simulation at once, in bytes of Python and NumPy."""
    data = panel_of(units)
    tracemalloc.start()
    pii.simulate_ranks(data, FW, pii.Method(), draws=draws)
    found = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return float(found)


@pytest.mark.parametrize(("units", "few", "many"), [(20, 5_000, 50_000), (DENSE + 1, 1_000, 5_000)])
def test_memory_does_not_grow_with_draws(units: int, few: int, many: int) -> None:
    """All these are more draws than one block has, and counts of two bytes."""
    assert peak(units, many) < 1.1 * peak(units, few)


def test_beyond_2000_units_counts_are_of_bins() -> None:
    drawn = pii.simulate_ranks(panel_of(11_000), FW, pii.Method(), draws=20, at_most=[5])
    counts = drawn._tally.counts
    assert (counts.shape, counts.dtype, drawn._tally.width) == ((11_000, 1_000), np.uint8, 11)
    assert counts.sum(axis=1).tolist() == [20] * 11_000
    first = [drawn.probability(unit, at_most=5) for unit in drawn.nominal.index]
    assert sum(first) == pytest.approx(5)


@pytest.mark.parametrize("rounding", [None, 0.05])
def test_bins_agree_with_every_rank_counted(
    rounding: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel, draws = panel_of(DENSE + 500), 30
    asked: dict[str, Any] = {"draws": draws, "seed": 2, "rounding": rounding, "at_most": [10]}
    with ThreadPoolExecutor(2) as executor:
        binned = pii.simulate_ranks(panel, FW, pii.Method(), executor=executor, **asked)
    monkeypatch.setattr("piilib.analysis.tally.DENSE", 10_000)
    exact = pii.simulate_ranks(panel, FW, pii.Method(), **asked)
    width = binned._tally.width
    assert (width, exact._tally.width) == (3, 1)
    wide, units = binned.interval(0.8), len(panel)
    for unit, counts in zip(panel.index, exact._tally.counts, strict=True):
        ranks = np.repeat(np.arange(1, units + 1), counts)  # in order
        low, high = ranks[int((draws - 1) * 0.1)], ranks[-1 - int((draws - 1) * 0.1)]
        assert wide.at[unit, "low"] == (low - 1) // width * width + 1  # the bin's first rank
        assert wide.at[unit, "high"] == min(-(-high // width) * width, units)  # and its last
    for unit in exact.nominal.index[:50]:
        assert binned.probability(unit, at_most=10) == exact.probability(unit, at_most=10)


def test_what_is_sent_holds_each_figure_once() -> None:
    """The values as printed stay at home, unless draws move them within their rounding."""
    sent: list[Any] = []

    class Watch(ThreadPoolExecutor):
        def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
            sent.append(pickle.dumps((fn, args)))
            return super().submit(fn, *args, **kwargs)

    panel = panel_of(3_000)
    size = panel.to_numpy().nbytes
    names = len(pickle.dumps(panel.index))
    for rounding, figures in ((None, 1), (0.05, 3)):  # normalised; values and half-widths
        sent.clear()
        with Watch(1) as executor:
            pii.simulate_ranks(
                panel, FW, pii.Method(), draws=8, rounding=rounding, executor=executor
            )
        assert len(sent[0]) == pytest.approx(figures * size + names, abs=0.5 * size)


def test_a_part_that_fails_ends_the_rest() -> None:
    class Broken(Executor):
        """Its first piece of work fails; the others wait for ever."""

        def __init__(self) -> None:
            self.given: list[Future[Any]] = []

        def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
            future: Future[Any] = Future()
            if not self.given:
                future.set_exception(pii.DataError("a worker that fails", "one that does not"))
            self.given.append(future)
            return future

    broken = Broken()
    with pytest.raises(pii.DataError, match="a worker that fails"):
        pii.simulate_ranks(panel_of(30), FW, pii.Method(), draws=5_000, executor=broken)
    assert len(broken.given) > 1
    assert all(one.cancelled() for one in broken.given[1:])


def test_an_error_comes_back_from_another_process_whole() -> None:
    for error in (
        pii.DataError("a", "b"),
        pii.DataError("a", "b", file="x.csv", row=3, column="value"),
    ):
        again = pickle.loads(pickle.dumps(error))
        assert type(again) is pii.DataError
        assert (str(again), vars(again)) == (str(error), vars(error))


def test_parts_are_let_go_as_they_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the many results of a cluster only what is being added is held."""
    import weakref

    held: list[weakref.ref[Any]] = []
    count = uncertainty._count

    def watched(design: Any, blocks: Any) -> Any:
        found = count(design, blocks)
        held.append(weakref.ref(found["T"]))
        return found

    monkeypatch.setattr(uncertainty, "_count", watched)
    with ThreadPoolExecutor(1) as executor:
        pii.simulate_ranks(panel_of(30), FW, pii.Method(), draws=9_000, executor=executor)
        assert len(held) > 5
        assert sum(one() is not None for one in held) <= 1


def test_the_benchmark_prints_both_sides(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = communes.measure(200, 100)
    assert 0 < found["before"] <= found["drawn"] <= found["interval"]
    monkeypatch.setattr(communes, "apart", lambda units, draws: {**found, "seconds": draws / 100})
    communes.memory(200, 100)
    few, many, ratio = capsys.readouterr().out.splitlines()
    assert few.startswith("200 units, 10 draws, one thread: 0.10 s (10,000.0 us a draw)")
    assert many.startswith("200 units, 100 draws, one thread: 1.00 s (10,000.0 us a draw)")
    assert ratio == "  a draw of 100 against one of 10: ratio 1.00 (bound 1.1)"


def test_counts_are_sent_in_the_smallest_integers() -> None:
    one = Tally.empty(3, 70_000, ())
    one.counts[0, 1] = 255
    assert one.counts.dtype == np.uint32
    one.slim()
    assert (one.counts.dtype, one.counts[0, 1]) == (np.uint8, 255)
    total = Tally.empty(3, 70_000, ())
    total.counts[0, 1] = 300
    total.add(one)
    assert (total.counts.dtype, total.counts[0, 1]) == (np.uint32, 555)
