"""What notebook 06 rests on: a province's sheets and what they allow the method to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from piilib.analysis.inference import Inference, infer_method
from piilib.analysis.levers import levers
from piilib.analysis.whatif import anchor
from piilib.data.lookup import data_dir
from piilib.data.provinces import provinces, resolve
from piilib.data.sheet import Sheet, load_sheet, sheet_years
from piilib.data.tables import basis_of, load_effort
from piilib.errors import DataError
from piilib.index.framework import INFERRED_YEARS, Framework
from piilib.index.reconcile import READINGS, fit_counts
from piilib.report.index_words import say
from piilib.report.numbers import Lang, listing
from piilib.report.prepare import named_data

_KINDS: Mapping[str, tuple[str, str]] = {
    "none": ("min-max thuần túy", "plain min-max"),
    "reversed": ("đảo chiều", "reversed"),
    "cap": ("trần", "cap"),
    "floor": ("sàn", "floor"),
    "log": ("logarit", "logarithm"),
    "log_gii": ("logarit GII", "GII logarithm"),
}
_STATUS: Mapping[str, tuple[str, str]] = {
    "tested": ("đã kiểm chứng", "tested"),
    "fitted": ("chọn cho khớp", "fitted"),
    "one of several": ("một trong nhiều khả năng", "one of several"),
    "not needed": ("không cần", "not needed"),
    "not identified": ("không xác định được", "not identified"),
    "no value": ("không có giá trị", "no value"),
    "no published score": ("không có điểm công bố", "no published score"),
    "unexplained": ("chưa giải thích được", "unexplained"),
    "plain": ("min-max thuần túy khớp", "plain min-max fits"),
    "no free number": ("khớp, không số tự do", "fits, no free number"),
}
READINGS_WORDS = {
    "adopted": ("cách đọc đã chọn", "as adopted"),
    "not negative": ("mọi giá trị không âm", "no value below 0"),
    "not pinned": (
        "in bằng mức thấp nhất chưa chắc là thấp nhất",
        "printed level with the lowest need not be the lowest",
    ),
}


@dataclass(frozen=True)
class MethodCheck:
    """A province's sheets, and what they allow the method to be.

    Attributes
    ----------
    key : str
    sheets : tuple of Sheet
        Earliest first; the last is the one that levers are computed for.
    found : Inference
    names, fw : DataFrame, Framework
    """

    key: str
    lang: Lang
    sheets: tuple[Sheet, ...]
    found: Inference
    names: pd.DataFrame
    fw: Framework
    folder: Path
    draws: int
    seed: int

    def say(self, vi: str, en: str) -> str:
        """Return the text in the page's language."""
        return say(self.lang, vi, en)

    def kinds(self, codes: str) -> str:
        """Word the codes of treatments, as in "none; log"."""
        parts = [part.strip() for part in codes.split(";") if part.strip()]
        return ", ".join(self.say(*_KINDS.get(part, (part, part))) for part in parts)

    def status(self, code: str) -> str:
        """Word a status."""
        return self.say(*_STATUS.get(code, (code, code)))

    @property
    def name(self) -> str:
        """The province in the page's language."""
        return str(self.names.at[self.key, f"name_{self.lang}"])

    @property
    def years(self) -> str:
        """The years of the sheets."""
        return listing([str(sheet.year) for sheet in self.sheets], self.lang)

    @property
    def official(self) -> bool:
        """Whether caps have been adopted for every year of the sheets."""
        return all(sheet.year in INFERRED_YEARS for sheet in self.sheets)

    @cached_property
    def counts(self) -> dict[str, dict[str, int]]:
        """Fits of the sub-pillar scores under every reading of the printed figures."""
        return {r: fit_counts(self.sheets, self.folder, r) for r in READINGS}

    @cached_property
    def levers(self) -> dict[str, pd.DataFrame]:
        """Lever tables under every method that could be meant, the adopted one first."""
        sheet = self.sheets[-1]
        efforts = load_effort(None, self.folder)
        tables = {}
        for name in ("official", "minimal", "reversed"):
            fw = self.found.framework(sheet.year) if name == "minimal" else None
            method = "official" if name == "minimal" else name
            base = anchor(sheet, method, efforts, seed=self.seed, data=sheet.file, framework=fw)
            tables[name] = levers(base, draws=self.draws, seed=self.seed, data=self.folder)
        return tables


def prepare(
    province: str = "cao-bang",
    lang: Lang = "vi",
    data: str = "published",
    draws: int = 2000,
    seed: int = 0,
) -> MethodCheck:
    """Read all sheets of a province and infer the method from them.

    Parameters
    ----------
    province : str
        Key or any spelling.
    lang : {"vi", "en"}
    data : str
        ``"published"``, ``"demo"`` (simulated), a data folder, or a file of sheets.
    draws, seed : int

    Raises
    ------
    DataError
        If there is no sheet of the province.
    """
    say(lang, "", "")
    source = named_data(data)
    if source is not None and not source.exists():
        raise DataError(f"no file or folder {data!r}", "'published' or an existing path")
    folder = data_dir(source if source is not None and source.is_dir() else None)
    key = resolve(province, folder)
    years = sheet_years(key, source)
    if not years:
        raise DataError(
            f"no sheet of {key!r}", f"one; pii template sheet --province {key} makes one to fill in"
        )
    sheets = tuple(load_sheet(key, year, source) for year in years)
    return MethodCheck(
        key=key,
        lang=lang,
        sheets=sheets,
        found=infer_method(sheets),
        names=provinces(basis_of(years[-1]), folder),
        fw=Framework.official(inferred=False, data=folder),
        folder=folder,
        draws=draws,
        seed=seed,
    )
