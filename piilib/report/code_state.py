"""What a report is made with: code, notebooks and libraries, hashed."""

from __future__ import annotations

import hashlib
import platform
import re
import sys
from collections.abc import Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

from piilib import __version__
from piilib.report.formats import BRIEFING
from piilib.report.inputs import DIGITS
from piilib.report.job import NOTEBOOKS, notebook_folder

_PACKAGE: Final = Path(__file__).resolve().parent.parent
#: Parts of the package whose files are no code.
_NO_CODE: Final = {"_data", "_notebooks", "__pycache__"}


@cache
def code_digest() -> str:
    """Hash the package (modules, templates, measured tables) and the notebooks of reports.

    Examples
    --------
    >>> len(code_digest())
    32
    """
    digest = hashlib.sha256()
    for name, path in _files():
        digest.update(name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:DIGITS]


def _files() -> Iterator[tuple[str, Path]]:
    for path in sorted(_PACKAGE.rglob("*")):
        parts = path.relative_to(_PACKAGE).parts
        if path.is_file() and not _NO_CODE & set(parts) and path.suffix != ".pyc":
            yield "/".join(parts), path
    for name in (*NOTEBOOKS.values(), BRIEFING):
        yield name, notebook_folder() / name


@cache
def libraries() -> dict[str, str]:
    """List Python, the system and every library that piilib requires, with their versions.

    Returns
    -------
    dict
        By name, sorted. What is required only on another system or by an extra is left out.

    Examples
    --------
    >>> {"numpy", "pandas", "python"} <= set(libraries())
    True
    """
    found: dict[str, str] = {}
    waiting = ["piilib"]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        try:
            known = distribution(name)
        except PackageNotFoundError:
            continue
        found[name] = known.version
        plain = (line for line in known.requires or () if "extra ==" not in line)
        waiting += [_name(line) for line in plain]
    found["piilib"] = __version__
    found["python"] = platform.python_version()
    found["system"] = f"{sys.platform} {platform.machine()}"
    return dict(sorted(found.items()))


def _name(requirement: str) -> str:
    written = re.match(r"[A-Za-z0-9._-]+", requirement)
    return re.sub(r"[-_.]+", "-", written[0]).lower() if written else ""


@cache
def library_digest() -> str:
    """Hash the versions of `libraries`.

    Examples
    --------
    >>> len(library_digest())
    32
    """
    text = "\n".join(f"{name} {version}" for name, version in libraries().items())
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]
