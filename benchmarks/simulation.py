"""Draws and rebuilds of an index against the same work in plain NumPy, in one run."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable

import numpy as np
import pandas as pd

import piilib as pii

UNITS, DRAWS, REPEATS = 63, 10_000, 7
OPTIONS = {
    "treatment": ["none", "coin"],
    "normalisation": ["minmax", "zscore", "percentile"],
    "aggregation": ["arithmetic", "geometric"],
}


def panel(units: int, fw: pii.Framework) -> pd.DataFrame:
    """Return made-up data, skewed as indicators are."""
    rng = np.random.default_rng(0)
    values = rng.lognormal(size=(units, len(fw.indicators)))
    return pd.DataFrame(values, columns=list(fw.indicators), index=range(units)).rename(index=str)


def seconds(work: Callable[[], object]) -> float:
    """Return the least time of a piece of work, which other work on the machine disturbs least."""
    work()
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def numpy_tree(fw: pii.Framework, rng: np.random.Generator) -> np.ndarray:
    """Draw Dirichlet weights in every group and multiply them down the tree."""
    weight = {fw.root: np.ones(DRAWS)}
    for node, children in reversed(fw.groups):
        drawn = rng.dirichlet(np.ones(len(children)), DRAWS)
        for i, child in enumerate(children):
            weight[child] = weight[node] * drawn[:, i]
    return np.column_stack([weight[code] for code in fw.indicators])


def random_weights(fw: pii.Framework) -> None:
    """Compare 10,000 draws of weights with a matrix product and argsort."""
    data = panel(UNITS, fw)
    x = pii.Method().score(data, fw).normalised.to_numpy()
    given = numpy_tree(fw, np.random.default_rng(1))
    ours = seconds(lambda: pii.simulate_ranks(data, fw, pii.Method(), draws=DRAWS))
    bare = seconds(lambda: np.argsort(-(given @ x.T), axis=1))
    whole = seconds(lambda: np.argsort(-(numpy_tree(fw, np.random.default_rng(1)) @ x.T), axis=1))
    tell("10,000 random-weight draws, 63 x 52", ours, "product + argsort, weights given", bare, 1.5)
    tell("the same", ours, "the same with weights drawn in the tree, plain NumPy", whole, 1.5)


def rebuilds(fw: pii.Framework) -> None:
    """Compare a rebuild from raw values with a plain geometric tree of one draw."""
    data = panel(UNITS, fw)
    x = pii.Normalisation("minmax", range=(1, 100))
    logs = np.log(pii.Method(normalisation=x).score(data, fw).normalised.to_numpy())
    place = {code: i for i, code in enumerate(fw.indicators)}
    shares = {node: np.full(len(c), 1 / len(c)) for node, c in fw.groups}

    def plain() -> None:
        for _ in range(1_000):
            nodes = {code: logs[:, i] for code, i in place.items()}
            for node, children in fw.groups:
                stacked = np.stack([nodes[child] for child in children], axis=1)
                nodes[node] = stacked @ shares[node]
            np.argsort(-np.exp(nodes[fw.root]))

    ours = seconds(lambda: pii.simulate_ranks(data, fw, pii.Method(), draws=DRAWS, methods=OPTIONS))
    tell(
        "a rebuild over treatment x normalisation x aggregation x weights",
        ours / DRAWS,
        "a geometric tree in plain NumPy, one at a time",
        seconds(plain) / 1_000,
        4.0,
    )


def a_million(fw: pii.Framework) -> None:
    """Measure the memory and the time of a million draws."""
    data = panel(UNITS, fw)
    few = seconds(lambda: pii.simulate_ranks(data, fw, pii.Method(), draws=100_000)) / 100_000
    start = time.perf_counter()
    pii.simulate_ranks(data, fw, pii.Method(), draws=1_000_000)
    many = (time.perf_counter() - start) / 1_000_000
    tell("a draw of 1,000,000", many, "a draw of 100,000", few, 1.1)
    tracemalloc.start()
    pii.simulate_ranks(data, fw, pii.Method(), draws=1_000_000)
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    print(f"1,000,000 draws: peak {peak:.0f} MB of arrays (bound 500 MB)")


def rank_efforts(fw: pii.Framework) -> None:
    """Compare what every rank costs every unit with building the index once more for each unit."""
    data, method = panel(UNITS, fw), pii.Method()
    efforts = pii.load_effort()
    ours = seconds(lambda: pii.least_effort_ranks(data, fw, method, efforts))
    once = seconds(lambda: method.score(data, fw))
    tell("least effort for every rank, 63 x 52", ours, "63 builds of the index", 63 * once, 1.0)


def tell(what: str, ours: float, against: str, theirs: float, bound: float) -> None:
    """Print both sides and their ratio."""
    print(
        f"{what}: {ours * 1e6:,.0f} us; {against}: {theirs * 1e6:,.0f} us; "
        f"ratio {ours / theirs:.2f} (bound {bound})"
    )


if __name__ == "__main__":
    tree = pii.Framework.official(2024, inferred=False)
    for measure in (random_weights, rebuilds, rank_efforts, a_million):
        measure(tree)
