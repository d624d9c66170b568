"""The parts of the ``pii`` command that read documents, and that write the forms for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click


@click.command("plan")
@click.option("--province", required=True, help="Key or any spelling.")
@click.option("--year", type=int, required=True, help="The year that the targets are for.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A .csv or .xlsx file; <province>-plan-<year>.xlsx unless given.",
)
def template_plan(province: str, year: int, out: Path | None) -> None:
    """Write a form for a plan: the target of every node, who leads, who takes part."""
    from piilib.data.plan_template import write_plan_template
    from piilib.data.provinces import resolve

    path = out or Path(f"{resolve(province)}-plan-{year}.xlsx")
    click.echo(str(write_plan_template(path, province, year)))


@click.command("scoreboard")
@click.option("--year", type=int, required=True, help="Edition of the index.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A .csv or .xlsx file; scoreboard-<year>.xlsx unless given.",
)
def template_scoreboard(year: int, out: Path | None) -> None:
    """Write a form for the scores and ranks of all provinces."""
    from piilib.data.plan_template import write_scoreboard_template

    click.echo(str(write_scoreboard_template(out or Path(f"scoreboard-{year}.xlsx"), year)))


@click.command("import")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--province", help="Whose document it is, where it does not say so.")
@click.option("--year", type=int, help="Year of columns that state none; else the one to read.")
@click.option("--kind", type=click.Choice(["sheet", "plan", "scoreboard"]))
@click.option(
    "--to",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder whose raw/<source>/<date>/ is written; the data folder unless given.",
)
@click.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the processed tables.",
)
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@click.option(
    "--corrections",
    type=click.Path(dir_okay=False, path_type=Path),
    help="CSV code,column,printed,read_as,reason: what to read where the document misprints.",
)
@click.option("--reason", default="", help="Why values differ from print, or from the data.")
@click.option("--source", help="Name of the folder under raw/.")
@click.option("--publisher", default="not stated")
@click.option("--title", help="That of the document unless given.")
@click.option("--date", help="Date of the document, such as 2025-10-28.")
@click.option("--address", help="Where the document can be found.")
@click.option("--licence", default="not stated")
def import_file(
    file: Path,
    province: str | None,
    year: int | None,
    kind: str | None,
    data_dir: Path | None,
    corrections: Path | None,
    **options: Any,
) -> None:
    """Read a document into the data: a sheet, a plan or a scoreboard.

    Shows what was understood, asks nothing, and writes all of it or nothing.
    """
    from piilib.data.document import read_document
    from piilib.data.import_write import document_summary, import_read

    document = read_document(
        file, province=province, year=year, kind=kind, data=data_dir, corrections=corrections
    )
    written = import_read(document, data=data_dir, **options)
    click.echo(document_summary(document))
    click.echo("would be written:" if options["dry_run"] else "written:")
    for path in written:
        click.echo(f"  {path}")
