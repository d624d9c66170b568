"""A user's own index: what notebook 07 computes, each part once and when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from piilib.analysis.preparation import Screening, impute, screen
from piilib.analysis.rank_distribution import RankDistribution
from piilib.analysis.sensitivity import leave_one_out, sensitivity
from piilib.analysis.uncertainty import simulate_ranks
from piilib.data.panel import load_panels
from piilib.errors import DataError
from piilib.index.framework import Framework
from piilib.index.framework_file import framework_template, load_framework
from piilib.index.method import Method, Result
from piilib.index.normalisation import Normalisation
from piilib.report.index_words import say
from piilib.report.numbers import Lang

#: Means that want positive scores; beside them min-max to [1, 100] is used.
_POSITIVE = ("geometric", "harmonic")
_WORDS: Mapping[str, tuple[str, str]] = {
    "none": ("không xử lý ngoại lệ", "no treatment"),
    "coin": ("xử lý theo quy tắc COIN", "treatment by the COIN rule"),
    "gii": ("xử lý theo quy tắc GII", "treatment by the GII rule"),
    "winsorise": ("thu giá trị cực biên (winsor)", "winsorised"),
    "log": ("logarit", "logarithm"),
    "log_gii": ("logarit theo GII", "GII logarithm"),
    "boxcox": ("biến đổi Box-Cox", "Box-Cox"),
    "minmax": ("min-max", "min-max"),
    "zscore": ("điểm z", "z-scores"),
    "rank": ("theo hạng", "ranks"),
    "borda": ("Borda", "Borda"),
    "percentile": ("phân vị", "percentile ranks"),
    "dist2max": ("khoảng cách tới cao nhất", "distance to the maximum"),
    "fracmax": ("tỷ lệ so với cao nhất", "fraction of the maximum"),
    "goalposts": ("cận cố định", "goalposts"),
    "arithmetic": ("trung bình cộng", "arithmetic mean"),
    "geometric": ("trung bình nhân", "geometric mean"),
    "harmonic": ("trung bình điều hòa", "harmonic mean"),
    "copeland": ("Copeland", "Copeland"),
}


@dataclass(frozen=True)
class OwnIndex:
    """A framework, a panel and the choices made, with what follows from them.

    Attributes
    ----------
    fw : Framework
    panels : dict of int to DataFrame
        Year to units × indicators; year 0 where the file names none; empty without a panel.
    method : Method
        The nominal method.
    rules : sequence of str
        The nominal aggregations, one for all levels or the lowest first.
    options : mapping
        ``treatment``, ``normalisation``, ``aggregation``: what the simulation chooses from, the
        nominal one first.
    weights : "dirichlet" or float
    files : mapping
        What was read, by role.
    """

    fw: Framework
    panels: Mapping[int, pd.DataFrame]
    method: Method
    rules: Sequence[str]
    options: Mapping[str, Sequence[str]]
    weights: Any
    leave_out: bool
    imputation: str
    min_share: float
    chosen: str
    lang: Lang
    files: Mapping[str, Path]
    draws: int
    sobol_draws: int
    seed: int

    def say(self, vi: str, en: str) -> str:
        """Return the text in the page's language."""
        return say(self.lang, vi, en)

    def word(self, option: str) -> str:
        """Word an option in the page's language."""
        return self.say(*_WORDS.get(option, (option, option)))

    @property
    def simulated(self) -> bool:
        """Whether the panel says that it is simulated."""
        return any("simulated" in panel.attrs for panel in self.panels.values())

    @property
    def year(self) -> int:
        """The last year of the panel; 0 where there is none."""
        return max(self.panels, default=0)

    @cached_property
    def screening(self) -> Screening:
        """Which units of the last year have enough values."""
        return screen(self.panels[self.year], self.fw, self.min_share)

    @cached_property
    def panel(self) -> pd.DataFrame:
        """Units × indicators of the last year, screened and with missing values filled."""
        return impute(self.screening.panel, self.fw, self.imputation)

    def prepared(self, year: int) -> pd.DataFrame:
        """Units × indicators of a year, screened and filled as the last one is."""
        if year == self.year:
            return self.panel
        kept = screen(self.panels[year], self.fw, self.min_share).panel
        return impute(kept, self.fw, self.imputation)

    @cached_property
    def result(self) -> Result:
        """The index by the nominal method."""
        return self.method.score(self.panel, self.fw)

    @cached_property
    def ranks(self) -> RankDistribution:
        """Ranks under draws of everything that could have been chosen otherwise."""
        several = {step: list(options) for step, options in self.options.items()}
        return simulate_ranks(
            self.panel,
            self.fw,
            self.method,
            self.draws,
            self.seed,
            weights=self.weights,
            methods=several,
            leave_out=self.leave_out,
            at_most=(self.top,),
        )

    @cached_property
    def intervals(self) -> pd.DataFrame:
        """The 90 % interval of every unit's rank."""
        table = self.ranks.interval(0.9)
        assert isinstance(table, pd.DataFrame)
        return table

    @property
    def top(self) -> int:
        """Among so many best units: ten, or a fifth of the units where that is less."""
        return max(1, min(10, len(self.panel) // 5))

    @cached_property
    def unit(self) -> str:
        """The unit looked at closely: the one asked for, else the one with the widest interval."""
        if self.chosen:
            return self.chosen
        return str((self.intervals["high"] - self.intervals["low"]).idxmax())

    @cached_property
    def factors(self) -> dict[str, Any]:
        """Choices that can be made otherwise, for the sensitivity analysis."""
        found: dict[str, Any] = {k: list(v) for k, v in self.options.items() if len(v) > 1}
        found["weights"] = self.weights
        return found | ({"leave_out": True} if self.leave_out else {})

    def sobol(self, target: str) -> pd.DataFrame:
        """Sobol' indices of ``"mean_rank_change"``, or of ``"rank"`` of the unit looked at."""
        if target not in self._sobol:
            unit = None if target == "mean_rank_change" else self.unit
            self._sobol[target] = sensitivity(
                self.panel,
                self.fw,
                self.method,
                self.factors,
                target,
                unit,
                self.sobol_draws,
                self.seed,
            )
        return self._sobol[target]

    @cached_property
    def _sobol(self) -> dict[str, pd.DataFrame]:
        return {}

    @cached_property
    def without(self) -> pd.DataFrame:
        """Rank changes when one indicator is left out."""
        return leave_one_out(self.panel, self.fw, self.method)

    @cached_property
    def others(self) -> dict[str, Result]:
        """Results by name: the nominal method, then each other option alone."""
        found = {self.say("Phương pháp gốc", "Nominal method"): self.result}
        for step, options in self.options.items():
            for option in options[1:]:
                changed: dict[str, Any] = {step: option}
                name = self.word(option)
                if option in _POSITIVE:
                    changed["normalisation"] = Normalisation("minmax", range=(1, 100))
                    name += self.say(" (min-max 1–100)", " (min-max 1–100)")
                found[name] = self.method.replace(**changed).score(self.panel, self.fw)
        return found

    @cached_property
    def years(self) -> dict[str, Result]:
        """Results by year, the nominal method in each."""
        return {str(year): self.method.score(self.prepared(year), self.fw) for year in self.panels}


def prepare(
    framework: str = "",
    panel: str = "",
    lang: Lang = "vi",
    treatment: str = "none",
    normalisation: str = "minmax",
    aggregation: str = "arithmetic",
    other_treatments: str = "",
    other_normalisations: str = "",
    other_aggregations: str = "",
    weights: str | float = "dirichlet",
    leave_out: bool = True,
    imputation: str = "none",
    min_share: float = 0.0,
    unit: str = "",
    draws: int = 10_000,
    sobol_draws: int = 512,
    seed: int = 0,
) -> OwnIndex:
    """Read a framework and a panel, and note what could be chosen otherwise.

    Parameters
    ----------
    framework : str
        CSV or Excel file; see `piilib.load_framework`. Empty: the PII's where the panel has its
        52 indicators, else every column in one group, more being better.
    panel : str
        CSV or Excel file; see `piilib.load_panel`. Empty: there is none, and the page says what
        is missing.
    lang : {"vi", "en"}
    treatment, normalisation, aggregation : str
        The nominal method; an aggregation may be several, lowest level first, by commas.
    other_treatments, other_normalisations, other_aggregations : str
        What else could be chosen, separated by commas.
    weights : "dirichlet" or float
        How weights are drawn; see `piilib.simulate_ranks`.
    leave_out : bool
        Each draw leaves out one indicator.
    imputation : str
        How missing values are filled; see `piilib.impute`.
    min_share : float
        Units with less than this share of the indicators are left out; see `piilib.screen`.
    unit : str
        The unit whose rank is taken apart; empty: the one with the widest interval.
    draws, sobol_draws, seed : int

    Returns
    -------
    OwnIndex

    Raises
    ------
    DataError
        If a file, an option or the unit is wrong.
    """
    say(lang, "", "")
    files = {
        role: Path(name) for role, name in (("framework", framework), ("panel", panel)) if name
    }
    panels = load_panels(panel) if panel else {}
    levels = _listed(aggregation)
    own = OwnIndex(
        fw=_framework(framework, panels),
        panels=panels,
        method=Method(treatment, normalisation, levels[0] if len(levels) == 1 else levels),
        rules=levels,
        options={
            "treatment": _options(treatment, other_treatments),
            "normalisation": _options(normalisation, other_normalisations),
            "aggregation": _options(aggregation, other_aggregations) if len(levels) == 1 else [],
        },
        weights=_weights(weights),
        leave_out=leave_out,
        imputation=imputation,
        min_share=min_share,
        chosen=unit,
        lang=lang,
        files=files,
        draws=draws,
        sobol_draws=sobol_draws,
        seed=seed,
    )
    if not panels:
        return own
    if own.panel.empty:
        raise DataError(f"no unit with a share of {min_share}", "a lower min_share")
    if unit and unit not in own.panel.index:
        raise DataError(f"the unit {unit!r}", "a unit of the panel", file=files["panel"])
    return own


def _framework(framework: str, panels: Mapping[int, pd.DataFrame]) -> Framework:
    if framework:
        return load_framework(framework)
    official = Framework.official(inferred=False)
    if not panels:
        return official
    last = panels[max(panels)]
    if set(last.columns) == set(official.indicators):
        return official
    return Framework.from_frame(framework_template(last))


def _listed(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _options(nominal: str, others: str) -> list[str]:
    return list(dict.fromkeys([nominal, *_listed(others)]))


def _weights(weights: str | float) -> str | float:
    """Take a share that came as text for a number."""
    if isinstance(weights, str) and weights != "dirichlet":
        try:
            return float(weights)
        except ValueError:
            raise DataError(f"weights={weights!r}", "'dirichlet' or a share such as 0.25") from None
    return weights if isinstance(weights, str) else float(weights)
