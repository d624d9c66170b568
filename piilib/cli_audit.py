"""The part of the ``pii`` command that audits a plan."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from piilib.cli_notebook import notebook
from piilib.errors import DataError


@click.command()
@click.option("--province", required=True, help="Key or any spelling.")
@click.option("--year", type=int, default=2024, show_default=True, help="The latest sheet.")
@click.option("--data", default="", help="A data folder, or a CSV of sheets.")
@click.option("--lang", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "csv", "xlsx", "html"]),
    help="By the name of --out, else a table. html: the whole page, by the notebook.",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A new file; a page goes to reports/<year>/<lang>/<province>-audit.html unless given.",
)
def audit(
    province: str, year: int, data: str, lang: str, form: str | None, out: Path | None
) -> None:
    """Find what is wrong with a province's plan, and what it costs.

    Exit code 1 where a finding is an error.
    """
    from piilib.analysis.audit import audit as find
    from piilib.analysis.audit import files
    from piilib.data.read import free_place
    from piilib.data.sheet import load_sheet, sheet_years
    from piilib.data.tables import load_plan

    form = form or (out.suffix[1:].lower() if out else "table")
    if form not in (*files.FORMATS, "xlsx", "html"):
        form = "table"
    if form == "xlsx" and out is None:
        raise DataError("--format xlsx without --out", "--out with the name of a new .xlsx file")
    path = free_place(out) if out else None
    source = data or None
    plan = load_plan(province, source if source and Path(source).is_dir() else None)
    years = [one for one in sheet_years(province, source) if one <= year]
    latest = load_sheet(province, year, source)
    earlier = [load_sheet(province, one, source) for one in years if one < year]
    table = find(plan, [*earlier, latest], lang=lang, data=source)
    if form == "html":
        path = _page(province, year, data, lang, path)
    elif path is None:
        click.echo(files.FORMATS[form](table, lang), nl=False)
    elif form == "xlsx":
        files.write_excel(table, path, lang)
    else:
        path.write_text(files.FORMATS[form](table, lang), encoding="utf-8", newline="\n")
    if path is not None:
        click.echo(str(path))
    if (table["severity"] == "error").any():
        sys.exit(1)


def _page(province: str, year: int, data: str, lang: str, path: Path | None) -> Path:
    """Make the page by its notebook."""
    from piilib.report.make import make_audit

    with notebook():
        return make_audit(
            province, year, lang, data=str(Path(data).resolve()) if data else "published", path=path
        )
