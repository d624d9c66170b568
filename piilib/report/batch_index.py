"""``index.html``: every report of a folder, found by name, by place on a map, by state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from piilib.data.provinces import basis_of, key_of, province_names
from piilib.data.read import read_rows
from piilib.report.batch_words import LEGEND, TEXT, State, state_words
from piilib.report.failure import failure_files
from piilib.report.formats import SUFFIX
from piilib.report.job import Job, rests_on_simulated, source_of
from piilib.report.numbers import MISSING, Lang, number
from piilib.report.simulated import MARKS
from piilib.report.template import TEMPLATES

#: The index in each language; the first is the one that a folder opens with.
PAGES: Final[dict[Lang, str]] = {"vi": "index.html", "en": "index-en.html"}
LANGUAGES: Final = {"vi": "Tiếng Việt", "en": "English"}
#: What the other formats are called, by how their names end.
NAMES: Final = {
    SUFFIX["pdf"]: "PDF",
    SUFFIX["docx"]: "Word",
    SUFFIX["pptx"]: "PowerPoint",
    SUFFIX["xlsx"]: "Excel",
}
SLIDES: Final[dict[Lang, str]] = {"vi": "Trang chiếu", "en": "Slides"}
_NOTHING: Final = State("none")


@dataclass(frozen=True)
class Row:
    """A province of a year in the index: what the table and the map show of it."""

    key: str
    name: str
    region: str
    score: str
    rank: str
    by_score: str
    by_rank: str
    find: str
    states: dict[str, State]

    def first(self, lang: str) -> State:
        """Return the report in this language, else in the other, for the map's link."""
        there = [self.states[lang], *self.states.values()]
        return next((state for state in there if state.href), self.states[lang])


def index_pages(reports: Mapping[str, Mapping[str, Any]], base: Path, job: Job) -> dict[str, str]:
    """Write the index in both languages.

    Parameters
    ----------
    reports : mapping
        Entries of the manifest by name.
    base : Path
        The folder with the reports; a page that is not there is not linked.
    job : Job
        One report of the run: its data give names, regions, scores and the map's grid.

    Returns
    -------
    dict
        HTML by file name: ``index.html`` in Vietnamese, ``index-en.html`` in English. Each is one
        file without a date, which asks nothing of the network and can be read without JavaScript;
        with it the table can be searched without diacritics and sorted.

    Examples
    --------
    >>> pages = index_pages({}, Path(), Job("overview", "", 2024, "vi"))
    >>> list(pages)
    ['index.html', 'index-en.html']
    """
    folder, _ = source_of(job)
    years = sorted({int(record["year"]) for record in reports.values()}, reverse=True)
    template = TEMPLATES.get_template("batch/index.html.j2")
    found = {}
    for lang, name in PAGES.items():
        sections = [_section(reports, base, folder, year, lang) for year in years]
        found[name] = template.render(
            lang=lang,
            say=TEXT[lang],
            legend=LEGEND[lang],
            languages=LANGUAGES,
            other=PAGES["en" if lang == "vi" else "vi"],
            mark=MARKS[lang] if rests_on_simulated(job) else "",
            sections=sections,
            counts=_counts(sections, lang),
        )
    return found


def _section(
    reports: Mapping[str, Mapping[str, Any]], base: Path, folder: Path, year: int, lang: Lang
) -> dict[str, Any]:
    own = {name: record for name, record in reports.items() if record["year"] == year}
    rows = _rows(own, base, folder, year, lang)
    whole = {
        each: _state(own.get(f"{year}/{each}/overview"), f"{year}/{each}/overview", base, lang)
        for each in LANGUAGES
    }
    tiles = _tiles(folder, basis_of(year), {row.key: row for row in rows}, lang)
    return {"year": year, "rows": rows, "overview": whole, "tiles": tiles}


def _rows(
    own: Mapping[str, Mapping[str, Any]], base: Path, folder: Path, year: int, lang: Lang
) -> list[Row]:
    """One row a province of the year: those with a report, and the others of the map."""
    units = province_names(basis_of(year), folder)
    regions = {
        row["key"]: row[f"region_{lang}"]
        for row in read_rows(folder / "provinces.csv", ["basis", "key"], ["region_vi", "region_en"])
        if row["basis"] == str(basis_of(year))
    }
    board = {
        row["key"]: row
        for row in read_rows(folder / "scoreboard.csv", ["key", "year", "score", "rank"])
        if row["year"] == str(year)
    }
    rows = []
    for key, names in units.items():
        published = board.get(key, {"score": "", "rank": ""})
        states = {
            each: _state(own.get(f"{year}/{each}/{key}"), f"{year}/{each}/{key}", base, lang)
            for each in LANGUAGES
        }
        region = regions.get(key, "")
        rows.append(
            Row(
                key=key,
                name=names[lang],
                region=region,
                score=number(float(published["score"]), 2, lang) if published["score"] else MISSING,
                rank=published["rank"] or MISSING,
                by_score=published["score"] or "-1",
                by_rank=published["rank"] or "999",
                find=key_of(f"{names['vi']} {names['en']} {region}").replace("-", " "),
                states=states,
            )
        )
    return sorted(rows, key=lambda row: key_of(row.name))


def _state(record: Mapping[str, Any] | None, name: str, base: Path, lang: Lang) -> State:
    if record is None:
        return _NOTHING
    page = base / f"{name}.html"
    shown, _ = failure_files(page)
    state = state_words(
        record,
        lang,
        href=f"{name}.html" if page.is_file() else "",
        why=f"{name}.failed.html" if shown.is_file() else "",
    )
    return replace(state, more=tuple(_others(record, base, lang)))


def _others(record: Mapping[str, Any], base: Path, lang: Lang) -> Iterator[tuple[str, str]]:
    """Give the name and the address of every other format that lies beside the page."""
    for end, kept in record.get("files", {}).items():
        if (base / kept["file"]).is_file():
            yield NAMES.get(end, SLIDES[lang]), kept["file"]


def _tiles(folder: Path, basis: int, rows: Mapping[str, Row], lang: Lang) -> list[dict[str, Any]]:
    path = folder / "tiles.csv"
    if not path.is_file():
        return []
    wanted = ["basis", "key", "part", "column", "row", f"label_{lang}"]
    return [
        {
            "column": int(tile["column"]) + 1,
            "row": int(tile["row"]) + 1,
            "label": tile[f"label_{lang}"],
            "part": bool(tile["part"]),
            "of": rows[tile["key"]],
            "state": rows[tile["key"]].first(lang),
        }
        for tile in read_rows(path, wanted)
        if tile["basis"] == str(basis) and tile["key"] in rows
    ]


def _counts(sections: list[dict[str, Any]], lang: Lang) -> list[tuple[str, str, int]]:
    """Count the reports in each state, in the order of the legend."""
    every = [
        state
        for section in sections
        for states in (section["overview"], *(row.states for row in section["rows"]))
        for state in states.values()
    ]
    counted = ((kind, word, sum(s.kind == kind for s in every)) for kind, word in LEGEND[lang])
    return [found for found in counted if found[2] and found[0] != "none"]
