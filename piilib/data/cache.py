"""Results that take long, kept on this machine under a key made of everything they rest on."""

from __future__ import annotations

import hashlib
import os
import sys
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import numpy as np
from filelock import FileLock

from piilib.types import Array

Arrays = Mapping[str, Array]


def cache_folder() -> Path | None:
    """Return the folder of kept results: ``PIILIB_CACHE``, else the user's own cache.

    ``PIILIB_CACHE`` set to nothing turns keeping off (None).
    """
    named = os.environ.get("PIILIB_CACHE")
    if named is not None:
        return Path(named) if named else None
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    return base / "piilib"


def content_key(parts: Iterable[object]) -> str:
    """Hash what a result rests on: the contents of paths, and the text of everything else."""
    digest = hashlib.sha256()
    for part in parts:
        content = part.read_bytes() if isinstance(part, Path) else repr(part).encode()
        digest.update(hashlib.sha256(content).digest())
    return digest.hexdigest()[:32]


def kept(name: str, parts: Iterable[object], compute: Callable[[], Arrays]) -> dict[str, Array]:
    """Return a kept result, or compute and keep it.

    Parameters
    ----------
    name : str
        First part of the file's name.
    parts : iterable
        Everything that the result depends on: files (by content), code modules among them, and
        values (by their text).
    compute : callable
        Gives arrays by name.

    Returns
    -------
    dict
        The same arrays bit for bit, computed or kept. Of processes that want the same at the same
        time one computes and the others wait. A file that cannot be read is computed again; a
        folder that cannot be written costs nothing but time.

    Examples
    --------
    >>> import numpy as np
    >>> kept("example", ["one"], lambda: {"x": np.arange(3)})["x"].tolist()
    [0, 1, 2]
    """
    folder = cache_folder()
    if folder is None:
        return dict(compute())
    path = folder / f"{name}-{content_key(parts)}.npz"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        alone: Any = FileLock(path.with_suffix(".lock"))
        with alone:
            return _found(path, compute)
    except OSError:
        return _found(path, compute)


def _found(path: Path, compute: Callable[[], Arrays]) -> dict[str, Array]:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            return {key: stored[key] for key in stored.files}
    except (OSError, EOFError, ValueError, zipfile.BadZipFile):
        found = dict(compute())
    _keep(path, found)
    return found


def _keep(path: Path, found: Arrays) -> None:
    """Write beside the place, then move there in one step, so that nobody reads half a file."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
            np.savez(file, allow_pickle=False, **found)
        os.replace(file.name, path)
    except OSError:
        return
