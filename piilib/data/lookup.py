"""Where the data are: one answer for the library, the notebooks and the command line."""

from __future__ import annotations

import os
from pathlib import Path

from piilib.errors import DataError

#: Copy of ``data/processed`` shipped inside the wheel.
SHIPPED = Path(__file__).resolve().parent.parent / "_data" / "processed"

#: A file that marks a folder of simulated tables.
MARKER = "SIMULATED.txt"


def is_simulated(folder: Path) -> bool:
    """Tell whether the tables of a folder are simulated: everything made from them must say so."""
    return (folder / MARKER).is_file()


def data_dir(given: str | os.PathLike[str] | None = None) -> Path:
    """Find the folder of processed tables.

    The order is: the argument, the environment variable ``PIILIB_DATA``, the nearest
    ``data/`` upwards of the working directory, the copy shipped with the package, which in
    a checkout is the checkout's own ``data/``.

    Parameters
    ----------
    given : path, optional
        A folder that holds the tables, or holds a folder ``processed`` with them; or one that
        ``pii import`` wrote, which is laid over the tables that would be found without it.

    Returns
    -------
    Path
        The folder in which ``framework.csv`` and the other tables lie.

    Raises
    ------
    DataError
        If a folder was named and holds no tables, or none is found anywhere.
    """
    if given is not None and _is_imported(Path(given)):
        from piilib.data.overlay import overlay_folder

        return overlay_folder(Path(given).resolve(), data_dir())
    named = given if given is not None else os.environ.get("PIILIB_DATA")
    if named:
        return _tables_in(Path(named).resolve())
    here = Path.cwd().resolve()
    for folder in (here, *here.parents):
        if (folder / "data" / "processed" / "framework.csv").is_file():
            return folder / "data" / "processed"
    if (SHIPPED / "framework.csv").is_file():
        return SHIPPED
    return _tables_in(Path(__file__).resolve().parents[2] / "data")


def _is_imported(folder: Path) -> bool:
    """Tell whether a folder is no whole set of tables but one that ``pii import`` wrote."""
    if not (folder / "source.yml").is_file() or (folder / "framework.csv").is_file():
        return False
    from piilib.data.overlay import is_imported

    return is_imported(folder)


def _tables_in(folder: Path) -> Path:
    for candidate in (folder, folder / "processed"):
        if (candidate / "framework.csv").is_file():
            return candidate
    raise DataError(
        f"no framework.csv in {str(folder)!r} or in its folder 'processed'",
        "a folder with the processed tables (see data/README.md)",
    )
