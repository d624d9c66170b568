"""The ``pii`` command. Heavy packages are imported by the subcommands that need them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from piilib import __version__
from piilib.cli_audit import audit
from piilib.cli_batch import batch
from piilib.cli_diff import diff
from piilib.cli_effort import effort, template_effort
from piilib.cli_import import import_file, template_plan, template_scoreboard
from piilib.cli_notebook import notebook
from piilib.cli_seminar import seminar
from piilib.errors import DataError
from piilib.report.job import FORMATS

LANGUAGES = click.Choice(["vi", "en"])


class _Group(click.Group):
    """Turns errors in data into one line and exit code 2."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except DataError as error:
            click.echo(f"pii: {error}", err=True)
            ctx.exit(2)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="pii")
def main() -> None:
    """Vietnam's Provincial Innovation Index: where a province stands and what raises it.

    Exit codes: 0 good; 1 it ran and something needs a look; 2 the command or its input is wrong
    and nothing was written.
    """


@main.command()
@click.option("--province", required=True, help="Key or any spelling: cao-bang, 'Cao Bằng' …")
@click.option("--year", type=int, default=2024, show_default=True, help="Edition of the index.")
@click.option("--lang", type=LANGUAGES, default="vi", show_default=True)
@click.option(
    "--data",
    default="published",
    show_default=True,
    help="'published', 'demo' (simulated), a data folder, or a CSV of sheets.",
)
@click.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the processed tables (else PIILIB_DATA, else the nearest data/).",
)
@click.option("--effort", default="", help="An own table of efforts instead of effort.csv.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("reports"),
    show_default=True,
    help="Folder of the reports.",
)
@click.option(
    "--format",
    "formats",
    multiple=True,
    type=click.Choice(FORMATS),
    default=["html"],
    show_default=True,
    help="Repeatable; the files lie beside each other.",
)
@click.option("--seed", type=int, default=0, show_default=True)
def report(
    province: str,
    year: int,
    lang: str,
    data: str,
    data_dir: Path | None,
    effort: str,
    out: Path,
    formats: tuple[str, ...],
    seed: int,
) -> None:
    """Make a province's diagnostic report.

    Exit code 1 where the report was made but the province's sheet is not in hand, or where the
    notebook failed and nothing was written.
    """
    from piilib.report.make import make_formats

    if data not in ("published", "demo"):
        data = str(Path(data).resolve())
    if effort:
        effort = str(Path(effort).resolve())
    given: dict[str, Any] = {"data": data, "data_dir": data_dir, "effort": effort, "seed": seed}
    with notebook():
        paths, complete = make_formats(province, year, lang, formats, out=out, **given)
    for path in paths:
        click.echo(str(path))
    if not complete:
        click.echo(
            "pii: made without the province's sheet; the report says how to supply it", err=True
        )
        sys.exit(1)


@main.command()
@click.option("--province", required=True, help="Key or any spelling.")
@click.option("--year", type=int, default=2024, show_default=True)
@click.option("--data", default="", help="A data folder, or a CSV of sheets.")
@click.option("--effort", default="", help="An own table of efforts instead of effort.csv.")
@click.option(
    "--format", "form", type=click.Choice(["table", "csv"]), default="table", show_default=True
)
def levers(province: str, year: int, data: str, effort: str, form: str) -> None:
    """List the indicators by the gain that a unit of effort buys."""
    from piilib.analysis.levers import levers as find
    from piilib.data.sheet import load_sheet

    sheet = load_sheet(province, year, data or None)
    table = find(sheet, effort or None, data=data or None)
    if form == "csv":
        click.echo(table.to_csv(index_label="code"), nl=False)
        return
    shown = table[table["eligible"]]
    per = "per year" if (table["effort_unit"] == "years").all() else "per mVND"
    click.echo(f"{'code':8}{'gain':>8}{'net':>8}{'effort':>8}{per:>10}{'P(10)':>7}  group")
    for code, row in shown.iterrows():
        click.echo(
            f"{code:8}{row['gain']:8.3f}{row['net']:8.3f}{row['effort']:8.2f}"
            f"{row['gain_per_effort']:10.4f}{row['p_top']:7.2f}  {row['group']}"
        )


@main.command()
@click.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the processed tables.",
)
@click.argument("sheets", nargs=-1, type=click.Path(dir_okay=False, path_type=Path))
def check(data_dir: Path | None, sheets: tuple[Path, ...]) -> None:
    """Validate the processed tables, or CSV files of sheets, and report every finding."""
    from piilib.data.check import check_sheets, check_tables

    found = check_sheets(sheets) if sheets else check_tables(data_dir)
    for line in found:
        click.echo(line)
    if found:
        click.echo(f"pii: {len(found)} finding(s)", err=True)
        sys.exit(2)
    click.echo("no findings")


@main.command()
@click.option("--year", type=int, default=2024, show_default=True, help="Edition of the index.")
@click.option("--lang", type=LANGUAGES, default="vi", show_default=True)
@click.option(
    "--data",
    default="published",
    show_default=True,
    help="'published', 'demo' (simulated), or a data folder.",
)
@click.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the processed tables.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("reports"),
    show_default=True,
    help="Folder of the reports.",
)
@click.option("--seed", type=int, default=0, show_default=True)
def overview(year: int, lang: str, data: str, data_dir: Path | None, out: Path, seed: int) -> None:
    """Make the national overview: every province's score, or its interval."""
    from piilib.report.make import make_overview

    with notebook():
        path = make_overview(year, lang, data=data, data_dir=data_dir, out=out, seed=seed)
    click.echo(str(path))


@main.command()
@click.option("--panel", required=True, help="CSV or Excel file: units × indicators.")
@click.option("--framework", default="", help="CSV or Excel file; see 'pii template framework'.")
@click.option("--lang", type=LANGUAGES, default="vi", show_default=True)
@click.option("--unit", default="", help="Whose rank is taken apart; else the least certain.")
@click.option("--treatment", default="none", show_default=True)
@click.option("--normalisation", default="minmax", show_default=True)
@click.option("--aggregation", default="arithmetic", show_default=True)
@click.option("--draws", type=int, default=10_000, show_default=True)
@click.option("--seed", type=int, default=0, show_default=True)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("reports/own"),
    show_default=True,
    help="Folder of the page.",
)
def index(panel: str, out: Path, lang: str, **choices: Any) -> None:
    """Build any index from a panel of one's own: ranks, and how far they hold."""
    from piilib.report.make import make_index

    with notebook():
        path = make_index(panel, lang, out=out, **choices)
    click.echo(str(path))


@main.group()
def template() -> None:
    """Write a file to fill in."""


@template.command("framework")
@click.option("--panel", help="CSV or Excel file whose columns the framework is to hold.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("framework.csv"),
    show_default=True,
)
def template_framework(panel: str | None, out: Path) -> None:
    """Write a framework: a row a node, with parent, weight and direction."""
    from piilib.index.framework_file import write_framework_template

    click.echo(str(write_framework_template(out, panel)))


@template.command("sheet")
@click.option("--province", required=True, help="Key or any spelling.")
@click.option("--year", type=int, default=2024, show_default=True)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A .csv or .xlsx file; <province>-<year>.xlsx unless given.",
)
def template_sheet(province: str, year: int, out: Path | None) -> None:
    """Write a sheet for a province's own 52 values, the national bounds filled in."""
    from piilib.data.provinces import resolve
    from piilib.data.sheet_template import write_sheet_template

    path = out or Path(f"{resolve(province)}-{year}.xlsx")
    click.echo(str(write_sheet_template(path, province, year)))


# The forms for plans and scoreboards, and the import that reads them back.
template.add_command(template_plan)
template.add_command(template_scoreboard)
main.add_command(import_file)
# The audit of a plan.
main.add_command(audit)
# Every province's report.
main.add_command(batch)
# The forms for effort.
template.add_command(template_effort)
main.add_command(effort)
# What changed since the last edition.
main.add_command(diff)
# Everything for a seminar.
main.add_command(seminar)


@main.command()
def lab() -> None:
    """Open JupyterLab on the notebooks."""
    from importlib.util import find_spec
    from subprocess import run

    if find_spec("jupyterlab") is None:
        raise DataError(
            "no JupyterLab in this environment", "make lab, or pip install 'piilib[lab]'"
        )
    from piilib.report.make import notebook_folder

    command = [sys.executable, "-m", "jupyterlab", *_NO_NETWORK, str(notebook_folder())]
    sys.exit(run(command).returncode)


#: JupyterLab would ask for news and for newer versions of itself.
_NO_NETWORK = (
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
)
