"""Which assumption of a rank outlook matters most: Sobol' indices, and the probability at ends."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import scipy

from piilib.analysis.outlook_change import TauFit, expected_change
from piilib.analysis.outlook_futures import MERGERS, Futures, Whole, simulate
from piilib.analysis.outlook_progress import Progress
from piilib.errors import DataError
from piilib.types import Array

CHANCE = ("completion", "own_noise", "others_noise")
#: Log-sd of progress: half to one and a half times the usual.
PROGRESS_SD = (0.35, 1.05)


@dataclass(frozen=True)
class _Margin:
    """Turns uniform numbers, one a factor, into score less the rank-th best other."""

    futures: Futures
    fit: TauFit
    progress: Progress | None
    scale: float
    full: Array
    rank: int
    names: tuple[str, ...]

    def __call__(self, x: Array) -> Array:
        u = dict(zip(self.names, np.atleast_2d(x.T).T, strict=True))
        f = self.futures
        own, others = (self._row(u[name], len(f.pick)) for name in ("own_noise", "others_noise"))
        noise = f.noise[:, others].copy()
        noise[:, :, f.own] = f.noise[:, own, f.own]
        starts = np.stack([f.starts[name] for name in MERGERS])
        merge = self._row(u["merge"], len(MERGERS))
        start = starts[merge, self._row(u["completion"], starts.shape[1])]
        found = simulate(
            start,
            self.full * (1.0 - u["shrinkage"][:, None]),
            noise,
            self.fit.quantile(u["tau"]),
            self._gain(u),
            f.own,
            f.published,
            f.share[others],
            gain_on_34=f.gain_on_34,
        )
        return np.asarray(found.expected - found.needed(self.rank))

    def _gain(self, u: dict[str, Array]) -> Array:
        if "progress" not in u:
            return np.full(len(u["tau"]), float(self.futures.gain.mean()))
        rows = self._row(u["progress"], len(self.futures.pick))
        if self.progress is None:
            return self.futures.gain[rows]
        low, high = PROGRESS_SD
        sd = (low + (high - low) * u["progress_sd"])[:, None]
        return self.scale * self.progress.rows(rows).with_log_sd(sd).gain()

    @staticmethod
    def _row(u: Array, count: int) -> Whole:
        row: Whole = np.minimum((u * count).astype(np.int64), count - 1)
        return row


def driver_table(
    futures: Futures,
    fit: TauFit,
    progress: Progress | None,
    merge: str,
    taus: tuple[float, ...],
    rank: int,
    n: int = 2048,
    seed: int = 0,
    data: str | Path | None = None,
) -> pd.DataFrame:
    """Decompose the margin by factor; see `RankOutlook.drivers`.

    Parameters
    ----------
    futures, fit, progress, merge, taus : as in the outlook
    rank : int
        Below the number of units.
    n : int
        A power of two, as Sobol' sequences need; (factors + 2) × n futures are simulated.
    seed : int
    data : path, optional

    Notes
    -----
    Factors are independent uniform numbers. One number picks a whole vector that was drawn
    beforehand (completion, own noise, others' noise, progress); one is a quantile of tau, one the
    shrinkage between 0 and 1, one a merger weighting, one the log-sd of progress, 0.35 to 1.05.
    """
    if n < 2 or n & (n - 1):
        raise DataError(f"n={n}", "a power of two, as Sobol' sequences need")
    if rank >= len(futures.change):
        raise DataError(f"rank {rank}", "a rank below the last: that one is always reached")
    names = ["tau", "merge", "shrinkage", *CHANCE]
    if progress is not None:
        names += ["progress", "progress_sd"]
    elif np.ptp(futures.gain) > 0:
        names += ["progress"]
    scale = 1.0 if progress is None else _scale(futures, progress)
    full = expected_change(0.0, data).to_numpy(dtype=float)
    margin = _Margin(futures, fit, progress, scale, full, rank, tuple(names))
    frame = pd.DataFrame(_indices(margin, len(names), n, seed), pd.Index(names, name="factor"))
    ends = _ends(futures, progress, scale, merge, taus, rank, full)
    return frame.join(pd.DataFrame.from_dict(ends, orient="index", columns=_ENDS))


_ENDS = ["p_low", "p_high", "ends"]
_ORDERS = ("first_order", "total_order")
_RESAMPLES = 200


def _indices(margin: _Margin, factors: int, n: int, seed: int) -> dict[str, Array]:
    """Sobol' indices and their 95 % bootstrap intervals, all from one seed."""
    rng = np.random.default_rng(seed)
    points = scipy.stats.qmc.Sobol(2 * factors, rng=rng).random(n).T
    a, b = points[:factors], points[factors:]
    found = {"f_A": margin(a)[None], "f_B": margin(b)[None]}
    mixed = [np.where(np.arange(factors)[:, None] == i, b, a) for i in range(factors)]
    found["f_AB"] = np.stack([margin(x)[None] for x in mixed])
    table = dict(zip(_ORDERS, _estimates(found, n), strict=True))
    drawn = rng.integers(0, n, (_RESAMPLES, n))
    again = [_estimates({k: f[..., rows] for k, f in found.items()}, n) for rows in drawn]
    for i, order in enumerate(_ORDERS):
        ends = np.quantile([one[i] for one in again], [0.025, 0.975], axis=0)
        table[f"{order}_low"], table[f"{order}_high"] = ends
    return {f"{order}{part}": table[f"{order}{part}"] for order in _ORDERS for part in _PARTS}


_PARTS = ("", "_low", "_high")


def _estimates(found: Any, n: int) -> tuple[Array, Array]:
    indices = scipy.stats.sobol_indices(func=found, n=n)
    return np.ravel(indices.first_order), np.ravel(indices.total_order)


def _scale(futures: Futures, progress: Progress) -> float:
    """Share of the unit that the plan's province is: gain of the unit / gain of the province."""
    total = float(progress.gain().sum())
    return float(futures.gain.sum()) / total if total else 1.0


def _ends(
    futures: Futures,
    progress: Progress | None,
    scale: float,
    merge: str,
    taus: tuple[float, ...],
    rank: int,
    full: Array,
) -> dict[str, tuple[float, float, str]]:
    """P(rank ≤ k) at the two ends of each assumption, all else as in the outlook."""

    def chance(other: Futures, how: str = merge, tau: float | None = None) -> float:
        return float(other.outcome(how, tau).hits(rank).mean())

    by_tau = {tau: chance(futures, tau=tau) for tau in taus}
    by_merge = {how: chance(futures, how) for how in MERGERS}
    quiet = futures.noise.copy()
    quiet[:, :, futures.own] = 0.0
    rows: dict[str, tuple[float, float, str]] = {
        "tau": (by_tau[min(taus)], by_tau[max(taus)], f"{min(taus):g}, {max(taus):g}"),
        "merge": (by_merge["worst"], by_merge["mean"], "worst, mean"),
        "shrinkage": (
            chance(replace(futures, change=full)),
            chance(replace(futures, change=0.0 * full)),
            "region's own change, national mean",
        ),
        "own_noise": (chance(replace(futures, noise=quiet)), chance(futures), "without, with"),
    }
    if progress is not None:
        low, high = (
            chance(replace(futures, gain=scale * progress.with_log_sd(sd).gain()))
            for sd in PROGRESS_SD
        )
        rows["progress_sd"] = (low, high, f"{PROGRESS_SD[0]:g}, {PROGRESS_SD[1]:g}")
    return rows
