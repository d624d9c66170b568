"""The demonstration panel as a folder of tables, in the place of the published ones."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

import piilib
from piilib.analysis.demonstration import KNOWN, Demonstration, demonstration
from piilib.data.cache import cache_folder, content_key
from piilib.data.lookup import MARKER, data_dir
from piilib.data.provinces import provinces
from piilib.data.read import Row, read_rows, write_rows
from piilib.index.framework import Framework

#: What stands in every row that was simulated.
SOURCE = "Số liệu mô phỏng (simulated)"
STATUS = "simulated"
#: Decimals of simulated values, and of scores, as published sheets print them.
VALUE_DECIMALS, SCORE_DECIMALS = 6, 2


def demonstration_folder(seed: int = 0, *, data: str | Path | None = None) -> Path:
    """Write the simulated panels as a data folder, once on this machine, and say where.

    Parameters
    ----------
    seed : int
        See `demonstration`.
    data : path, optional
        The data folder with what was published.

    Returns
    -------
    Path
        Give it as ``data`` to the functions that read tables. ``sheets.csv`` has all 63 provinces,
        ``panel.csv`` both years, each row marked as simulated; tables about the method, names and
        plans are copies. A file ``SIMULATED.txt`` marks the folder, and every page made from it
        says so.

    Raises
    ------
    DataError
        As `demonstration`.

    Examples
    --------
    >>> import piilib as pii
    >>> folder = pii.demonstration_folder()
    >>> pii.load_sheet("Hà Giang", 2024, folder).source
    'Số liệu mô phỏng (simulated)'
    """
    published = data_dir(data)
    code = sorted(Path(__file__).parent.glob("*.py"))
    key = content_key([*sorted(published.glob("*.csv")), *code, piilib.__version__, seed])
    kept = cache_folder()
    place = (kept or Path(tempfile.mkdtemp(prefix="pii-"))) / f"demonstration-{key}"
    if (place / MARKER).is_file():
        return place
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=".pii-") as staged:
        folder = Path(staged) / place.name
        _write(folder, published, demonstration(seed, data=published), seed)
        try:
            os.replace(folder, place)
        except OSError:  # another process has just put it there
            if not (place / MARKER).is_file():
                raise
    return place


def _write(folder: Path, published: Path, demo: Demonstration, seed: int) -> None:
    """Copy the published tables, and write those that are simulated over them."""
    shutil.copytree(published, folder)
    units = provinces(63, published)
    years = sorted(demo.panels)
    tables = {
        "sheets": [row for year in years for row in _sheets(demo, year, published)],
        "scoreboard": [row for year in years for row in _scoreboard(demo, year, units)],
        "pillars": [row for year in years for row in _pillars(demo, year, published)],
        "regions": list(_regions(demo, published, units)),
    }
    for name, rows in tables.items():
        columns = list(pd.read_csv(published / f"{name}.csv", nrows=0).columns)
        write_rows(folder / f"{name}.csv", columns, rows)
    codes = list(demo.panels[years[0]].columns)
    write_rows(
        folder / "panel.csv",
        ["unit", "year", "simulated", *codes],
        (
            {"unit": unit, "year": year, "simulated": STATUS, **_text(row)}
            for year in years
            for unit, row in demo.panels[year].iterrows()
        ),
    )
    _add_source(folder, published, seed)
    (folder / MARKER).write_text(
        "SỐ LIỆU MÔ PHỎNG: không phải số liệu của tỉnh, thành phố nào. Soạn bằng piilib để trình "
        "diễn.\nSIMULATED: not the data of any province. Made with piilib for demonstration.\n"
        f"piilib {piilib.__version__}, pii.demonstration(seed={seed})\n\n"
        "What could not be kept of what was published (published figures are rounded):\n"
        f"{demo.relaxed.to_csv(index=False, lineterminator=chr(10))}",
        encoding="utf-8",
    )


def _text(row: pd.Series) -> dict[str, str]:
    return {
        str(code): "" if value != value else f"{value:.{VALUE_DECIMALS}f}".rstrip("0").rstrip(".")
        for code, value in row.items()
    }


def _sheets(demo: Demonstration, year: int, published: Path) -> Iterator[dict[str, object]]:
    """Every unit's sheet: the known province's as published, the others' from the panel."""
    rows = [
        row
        for row in read_rows(published / "sheets.csv", _SHEET_COLUMNS)
        if row["province"] == KNOWN and row["year"] == str(year)
    ]
    for row in rows:
        yield {name: row[name] for name in _SHEET_COLUMNS}
    scores, panel = demo.scores[year], demo.panels[year]
    ranks = scores["PII"].rank(ascending=False, method="min").astype(int)
    for unit in scores.index.drop(KNOWN):
        values = _text(panel.loc[unit])
        for row in rows:
            code = row["code"]
            indicator = code in values
            yield {
                **{name: row[name] for name in _SHEET_COLUMNS},
                "province": unit,
                "value": values[code] if indicator else _score(row, scores.at[unit, code]),
                "rank": ranks[unit] if code == "PII" else "",
                "of": len(scores) if code == "PII" else "",
                "source": SOURCE,
            }


_SHEET_COLUMNS = (
    "province", "year", "code", "value", "lowest", "highest", "rank", "of", "source"
)  # fmt: skip


def _score(row: Row, score: float) -> str:
    """Print a score within the printed bounds of the country."""
    low, high = (float(row[name] or end) for name, end in (("lowest", 0.0), ("highest", 100.0)))
    return f"{min(max(score, low), high):.{SCORE_DECIMALS}f}"


def _scoreboard(demo: Demonstration, year: int, units: pd.DataFrame) -> Iterator[dict[str, object]]:
    scores = demo.scores[year]["PII"]
    ranks = scores.rank(ascending=False, method="min").astype(int)
    for unit, score in scores.items():
        yield {
            "key": unit,
            "province_vi": units.at[unit, "name_vi"],
            "year": year,
            "score": f"{score:.2f}",
            "rank": ranks[unit],
            "status": STATUS,
            "quote": "",
            "address": SOURCE,
        }


def _pillars(demo: Demonstration, year: int, published: Path) -> Iterator[dict[str, object]]:
    fw = Framework.official(year, data=published)
    for code in (*fw.children(fw.root), *fw.at_level("pillar")):
        scores = demo.scores[year][code]
        ranks = scores.rank(ascending=False, method="min").astype(int)
        for unit, score in scores.items():
            yield {
                "key": unit,
                "year": year,
                "code": code,
                "score": f"{score:.2f}",
                "rank": ranks[unit],
                "status": STATUS,
                "address": SOURCE,
            }


def _regions(
    demo: Demonstration, published: Path, units: pd.DataFrame
) -> Iterator[dict[str, object]]:
    names = list(pd.read_csv(published / "regions.csv", nrows=0).columns)
    for row in read_rows(published / "regions.csv", names):
        year = int(row["year"])
        if year in demo.scores:
            inside = units.index[units["region_key"] == row["region_key"]]
            mean = round(float(demo.scores[year].loc[inside, "PII"].mean()), 2)
            yield {
                **{name: row[name] for name in names},
                "score": f"{mean:.2f}",
                "low": f"{mean - 0.005:.3f}",
                "high": f"{mean + 0.005:.3f}",
                "address": SOURCE,
                "note": STATUS,
            }


def _add_source(folder: Path, published: Path, seed: int) -> None:
    """Name the simulation first among the sources, by the hash of its panel."""
    path = published / "sources.csv"
    names = list(pd.read_csv(path, nrows=0).columns)
    rows = [{name: row[name] for name in names} for row in read_rows(path, names)]
    own = {
        "source": "piilib-demonstration",
        "date": max(str(row["date"]) for row in rows),
        "publisher": "piilib",
        "title": "Demonstration panel, SIMULATED",
        "title_vi": "Bộ số liệu trình diễn, MÔ PHỎNG",
        "address": f"pii.demonstration(seed={seed})",
        "licence": rows[0]["licence"],
        "files": "panel.csv sheets.csv scoreboard.csv pillars.csv regions.csv",
        "sha256": hashlib.sha256((folder / "panel.csv").read_bytes()).hexdigest(),
    }
    write_rows(folder / "sources.csv", names, [own, *rows])
