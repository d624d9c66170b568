"""What varies from draw to draw: the method, the weights, an indicator left out, rounding."""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from piilib.analysis.tree import Tree, scores
from piilib.errors import DataError
from piilib.index.aggregation import Aggregation, by_level
from piilib.index.framework import Framework
from piilib.index.method import Method, normalise_panel, treat_panel
from piilib.types import Array

#: How weights vary: not, by Dirichlet in every group, or by a share of each up or down.
Weights: TypeAlias = "str | float | None"
Rounding: TypeAlias = "float | Mapping[str, float] | pd.DataFrame | None"
Ints: TypeAlias = npt.NDArray[np.intp]
OPTIONS = ("treatment", "normalisation", "aggregation", "weights")


@dataclass(frozen=True)
class Parameters:
    """What some draws are made with.

    Attributes
    ----------
    method : array of int, shape (draws,)
        Which of the methods.
    weights : array, shape (slots, draws)
        Weights within groups, not rescaled; 0 for what is left out.
    left : array of int, shape (draws,)
        Column of the indicator left out, −1 for none.
    noise : tuple of int, per draw
        Keys of the random numbers within rounding; empty where values are taken as printed.
    """

    method: Ints
    weights: Array
    left: Ints
    noise: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True)
class Problem:
    """Everything that the draws of one analysis have in common."""

    fw: Framework
    tree: Tree
    values: pd.DataFrame
    methods: tuple[Method, ...]
    rules: tuple[tuple[Aggregation, ...], ...]
    prepared: tuple[Array, ...]
    which: tuple[int, ...]
    shares: Array
    half: Array | None

    @classmethod
    def of(
        cls, values: pd.DataFrame, fw: Framework, methods: Sequence[Method], half: Array | None
    ) -> Problem:
        """Treat and normalise once for every combination that differs."""
        tree = Tree.of(fw)
        several = len(methods) > 1
        keys: list[tuple[Any, Any, bool]] = []
        prepared: list[Array] = []
        which = []
        for method in methods:
            key = (method.treatment, method.normalisation, _wants_positive(method, fw))
            if key not in keys:
                keys.append(key)
                prepared.append(prepare(values.to_numpy(), values.index, fw, method, several))
            which.append(keys.index(key))
        table = [fw.shares(method.weights)[list(tree.codes)].to_numpy() for method in methods]
        return cls(
            fw=fw,
            tree=tree,
            values=values,
            methods=tuple(methods),
            rules=tuple(by_level(method.aggregation, fw) for method in methods),
            prepared=tuple(prepared),
            which=tuple(which),
            shares=np.array(table),
            half=half,
        )

    def scores(self, drawn: Parameters, nodes: Sequence[str]) -> dict[str, Array]:
        """Score nodes in every draw; each array has the shape (draws, units)."""
        count = len(drawn.method)
        found = {node: np.empty((count, len(self.values))) for node in nodes}
        for index, rows in self._batches(drawn):
            x = self._normalised(index, drawn.noise[rows[0]] if drawn.noise else None)
            whole = len(rows) == count
            part = drawn.weights if whole else np.ascontiguousarray(drawn.weights[:, rows])
            for node, score in scores(self.tree, x, part, self.rules[index], nodes).items():
                if whole:
                    found[node] = np.broadcast_to(score, (count, len(self.values)))
                else:
                    found[node][rows] = score
        return found

    def _batches(self, drawn: Parameters) -> list[tuple[int, Ints]]:
        """Draws that share one normalised panel."""
        if drawn.noise:
            return [(int(m), np.array([i])) for i, m in enumerate(drawn.method)]
        if len(self.methods) == 1:
            return [(0, np.arange(len(drawn.method)))]
        order = np.argsort(drawn.method, kind="stable")
        cuts = np.flatnonzero(np.diff(drawn.method[order])) + 1
        return [(int(drawn.method[rows[0]]), rows) for rows in np.split(order, cuts)]

    def _normalised(self, index: int, noise: tuple[int, ...] | None) -> Array:
        if noise is None:
            return self.prepared[self.which[index]]
        values = self.rounded(noise).to_numpy()
        several = len(self.methods) > 1
        return prepare(values, self.values.index, self.fw, self.methods[index], several)

    def rounded(self, key: tuple[int, ...]) -> pd.DataFrame:
        """Return the values moved within their rounding."""
        half = np.zeros(()) if self.half is None else self.half
        rng = np.random.default_rng(key)
        return self.values + half * rng.uniform(-1.0, 1.0, self.values.shape)


def prepare(
    values: Array, units: pd.Index, fw: Framework, method: Method, several: bool = False
) -> Array:
    """Treat and normalise; where a mean wants positive scores, map them to [1, 100].

    The mapping is min-max over the units, and it is done where the scores are not all positive,
    or where several methods are compared, so that every option goes with every other.
    """
    treated, _ = treat_panel(values, fw, method.treatment)
    x = normalise_panel(treated, units, fw, method.normalisation)
    if not _wants_positive(method, fw) or not (several or (x <= 0).any()):
        return x
    low, high = np.nanmin(x, axis=0), np.nanmax(x, axis=0)
    width = np.where(high > low, high - low, 1.0)
    return np.asarray(1.0 + 99.0 * (x - low) / width)


def _wants_positive(method: Method, fw: Framework) -> bool:
    return any(rule.wants_positive for rule in by_level(method.aggregation, fw))


def methods_of(base: Method, options: Sequence[Method] | Mapping[str, Any] | None) -> list[Method]:
    """Return the methods to choose from: given ones, or the full product of options.

    Parameters
    ----------
    base : Method
        What stands where nothing varies.
    options : sequence of Method, or mapping, optional
        A mapping gives the options of some steps: ``{"normalisation": ["minmax", "zscore"]}``.
    """
    if options is None:
        return [base]
    if not isinstance(options, Mapping):
        methods = list(options)
        if not methods or not all(isinstance(method, Method) for method in methods):
            raise DataError(f"methods={methods}", "a sequence of Method, or {step: [options]}")
        return methods
    for step in options:
        misspelt(step, OPTIONS, "step")
    chosen = [[(step, one) for one in choices] for step, choices in options.items()]
    for step, choices in options.items():
        if isinstance(choices, str) or not len(choices):
            raise DataError(f"{step}={choices!r}", "a list of options")
    return [base.replace(**dict(combination)) for combination in itertools.product(*chosen)]


def misspelt(name: str, known: Sequence[str], what: str) -> None:
    """Refuse a name that is not known, with the nearest one."""
    if name not in known:
        near = difflib.get_close_matches(str(name), known, 1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise DataError(f"the {what} {name!r}", f"one of {', '.join(known)}{hint}")


def check_weights(weights: Weights) -> None:
    """Refuse a way to vary weights that is not known."""
    known = weights is None or weights == "dirichlet"
    if not known and (isinstance(weights, str) or not 0 < float(weights or 0) <= 1):
        raise DataError(f"weights={weights!r}", "'dirichlet', a share above 0 and up to 1, or None")


def draw_weights(
    shares: Array, weights: Weights, rng: np.random.Generator, shape: tuple[int, int]
) -> Array:
    """Draw weights around given shares.

    Parameters
    ----------
    shares : array, shape (slots, draws) or (slots, 1)
        The centre of each draw; with "dirichlet", multiplied by the size of the group.
    weights : "dirichlet", float or None
        ``"dirichlet"``: in every group of n children Dirichlet(n · share), which is flat over all
        weights where they are equal. A number f: share · (1 + f·U(−1, 1)).
    rng : Generator
    shape : (slots, draws)

    Returns
    -------
    array, shape (slots, draws)
        Not rescaled.
    """
    if weights is None:
        return np.broadcast_to(shares, shape).copy()
    if weights == "dirichlet":
        return _gammas(shares, rng, shape)
    return np.asarray(shares * (1.0 + float(weights) * rng.uniform(-1.0, 1.0, shape)))


def _gammas(alpha: Array, rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Gamma variates, which are exponential, and quicker, where every alpha is 1."""
    if np.allclose(alpha, 1.0, rtol=0, atol=1e-12):
        return rng.standard_exponential(shape)
    return rng.standard_gamma(np.broadcast_to(alpha, shape))


def half_widths(rounding: Rounding, values: pd.DataFrame) -> Array | None:
    """Half of the rounding interval of every value, shape (units, indicators)."""
    if rounding is None:
        return None
    if isinstance(rounding, pd.DataFrame):
        half = rounding.reindex(index=values.index, columns=values.columns).to_numpy(dtype=float)
    elif isinstance(rounding, Mapping):
        for code in rounding:
            misspelt(code, list(values.columns), "rounding of")
        row = [float(rounding.get(code, 0.0)) for code in values.columns]
        half = np.broadcast_to(np.array(row), values.shape)
    else:
        half = np.full(values.shape, float(rounding))
    if not (half >= 0).all():
        raise DataError(
            "a rounding that is negative or missing", "half a unit of each last decimal"
        )
    return np.asarray(half)
