"""What is known of every province in one year: what notebook 02 computes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from piilib.analysis.completion import Completion, complete_scoreboard
from piilib.analysis.merger import MergerCheck, merger_check
from piilib.data.lookup import data_dir, is_simulated
from piilib.data.provinces import provinces
from piilib.data.tables import Scoreboard, load_scoreboard, load_table
from piilib.errors import DataError
from piilib.report.index_words import say
from piilib.report.numbers import Lang
from piilib.report.prepare import named_data

#: Editions with 63 units: scores of two of them stand on one scale.
_ONE_SCALE = (2023, 2024)


@dataclass(frozen=True)
class Overview:
    """A year's scoreboard, completed.

    Attributes
    ----------
    year : int
    lang : {"vi", "en"}
    board : Scoreboard
        As published.
    before : Scoreboard or None
        The edition before, where it is on the same scale.
    completion : Completion
    names : DataFrame
        Index: province key; names and regions.
    folder : Path
    draws, seed : int
    """

    year: int
    lang: Lang
    board: Scoreboard
    before: Scoreboard | None
    completion: Completion
    names: pd.DataFrame
    folder: Path
    draws: int
    seed: int

    def say(self, vi: str, en: str) -> str:
        """Return the text in the page's language."""
        return say(self.lang, vi, en)

    @property
    def simulated(self) -> bool:
        """Whether the tables are simulated."""
        return is_simulated(self.folder)

    def province(self, key: object) -> str:
        """Name a province in the page's language."""
        return str(self.names.at[key, f"name_{self.lang}"])

    @cached_property
    def summary(self) -> pd.DataFrame:
        """One row a unit, the highest median first; see `Completion.summary`."""
        return self.completion.summary.sort_values("median", ascending=False, kind="stable")

    @cached_property
    def regions(self) -> pd.DataFrame:
        """Published regional means, a row a region, a column a year; empty for 34 units."""
        table = load_table("regions", self.folder)
        table = table.assign(score=table["score"].astype(float), year=table["year"].astype(int))
        wide = table.set_index([f"region_{self.lang}", "year"])["score"].unstack()  # noqa: PD010
        wide = wide[[year for year in wide.columns if year <= self.year]]
        return wide if self.board.basis == 63 and self.year in wide.columns else wide.iloc[:0]

    @cached_property
    def merger(self) -> MergerCheck | None:
        """Merged scores of 2024 against the ranks of 2025; None for another year or simulated."""
        if self.year != _ONE_SCALE[-1] or self.simulated:
            return None
        return merger_check(self.completion.scores, data=self.folder)

    @cached_property
    def movers(self) -> pd.DataFrame:
        """Units with a published score in both years: ``before``, ``now``, ``change``, ranks."""
        columns = ["before", "now", "change", "rank_before", "rank_now"]
        if self.before is None:
            return pd.DataFrame(columns=columns)
        both = pd.DataFrame(
            {
                "before": self.before.table["score"],
                "now": self.board.table["score"],
                "rank_before": self.before.table["rank"],
                "rank_now": self.board.table["rank"],
            }
        ).dropna(subset=["before", "now"])
        both["change"] = both["now"] - both["before"]
        return both[columns].sort_values("change", ascending=False, kind="stable")


def prepare(
    year: int = 2024, lang: Lang = "vi", data: str = "published", draws: int = 1000, seed: int = 0
) -> Overview:
    """Read a year's scoreboard and complete it.

    Parameters
    ----------
    year : int
        The edition: 2023, 2024 (63 units) or 2025 (34).
    lang : {"vi", "en"}
    data : str
        ``"published"``, ``"demo"`` (simulated), or the path of a data folder.
    draws, seed : int

    Raises
    ------
    DataError
        If there is no scoreboard of the year, or its facts contradict one another.
    """
    say(lang, "", "")
    source = named_data(data)
    if source is not None and not source.is_dir():
        raise DataError(f"no folder {data!r}", "'published', 'demo' or a data folder")
    folder = data_dir(source)
    board = load_scoreboard(year, folder)
    same = year in _ONE_SCALE and year - 1 in _ONE_SCALE
    return Overview(
        year=year,
        lang=lang,
        board=board,
        before=load_scoreboard(year - 1, folder) if same else None,
        completion=complete_scoreboard(year, draws, seed, data=folder),
        names=provinces(board.basis, folder),
        folder=folder,
        draws=draws,
        seed=seed,
    )
