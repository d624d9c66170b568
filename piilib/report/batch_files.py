"""Files that appear whole or not at all, and one batch at a time in a folder."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, Final

from filelock import FileLock, Timeout

from piilib.errors import DataError

#: The file by which a batch holds its folder; it stays and is empty.
LOCK: Final = ".pii-batch.lock"
_PREFIX, _SUFFIX = ".pii-", ".part"


def write_whole(files: Mapping[Path, bytes]) -> None:
    """Write every file beside its place, then move them there.

    Contents and the folder's entries are on the disk before this returns. A process that is killed
    at any moment leaves each file as it was or as it is to be, and perhaps a part that `sweep`
    removes.

    Parameters
    ----------
    files : mapping
        Contents by path; missing folders are made. They are moved in this order.

    Raises
    ------
    OSError
        If the disk is full or the folder cannot be written: every file is then as it was, but for
        those that were moved before the fault.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "2024", "x.html")
    ...     write_whole({path: b"x"})
    ...     path.read_bytes(), [p.name for p in path.parent.iterdir()]
    (b'x', ['x.html'])
    """
    staged: dict[Path, Path] = {}
    try:
        for path, content in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            staged[path] = _stage(path, content)
        for path, waiting in staged.items():
            os.replace(waiting, path)
    except BaseException:
        for waiting in staged.values():
            waiting.unlink(missing_ok=True)
        raise
    for folder in {path.parent for path in files}:
        _settle(folder)


def _stage(path: Path, content: bytes) -> Path:
    with NamedTemporaryFile(dir=path.parent, prefix=_PREFIX, suffix=_SUFFIX, delete=False) as file:
        waiting = Path(file.name)
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            with suppress(OSError):
                file.close()
            waiting.unlink(missing_ok=True)
            raise
    waiting.chmod(0o644)  # a temporary file is the owner's alone; what is published is everyone's
    return waiting


def _settle(folder: Path) -> None:
    """Have the folder's entries on the disk, where the system can."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sweep(folders: Iterator[Path]) -> None:
    """Remove the parts of files that a killed run has left in these folders.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     Path(folder, ".pii-x.part").touch()
    ...     sweep(iter([Path(folder)]))
    ...     list(Path(folder).iterdir())
    []
    """
    for folder in folders:
        for part in folder.glob(f"{_PREFIX}*{_SUFFIX}"):
            with suppress(OSError):
                part.unlink()


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold a folder; a second batch there does not wait, it is refused.

    Waiting would hide a scheduler that starts runs faster than they end. A process that dies lets
    go of the folder, however it dies.

    Raises
    ------
    DataError
        If another batch holds the folder, or nothing can be written there.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder, alone(Path(folder)):
    ...     with alone(Path(folder)):
    ...         pass
    Traceback (most recent call last):
        ...
    piilib.errors.DataError: found another batch at work in ...; expected one at a time: ...
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock: Any = FileLock(folder / LOCK, timeout=0, mode=0o644)
        lock.acquire()
    except Timeout:
        raise DataError(
            f"another batch at work in {str(folder)!r}",
            "one at a time: run again when it has ended",
        ) from None
    except OSError as error:
        raise DataError(
            f"{error.strerror}: {str(folder)!r}", "a folder that can be written"
        ) from error
    try:
        yield
    finally:
        lock.release()


def state_of(path: Path, base: Path, content: bytes) -> dict[str, Any]:
    """Describe a file that was written: place, sha256, size in bytes and time.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "x")
    ...     _ = path.write_bytes(b"x")
    ...     state = state_of(path, Path(folder), b"x")
    ...     state["file"], state["size"], is_whole(state, Path(folder))
    ('x', 1, True)
    """
    return {
        "file": path.relative_to(base).as_posix(),
        "sha256": hashlib.sha256(content).hexdigest(),
        "size": len(content),
        "mtime_ns": path.stat().st_mtime_ns,
    }


def is_whole(state: Mapping[str, Any] | None, base: Path) -> bool:
    """Tell whether a file is still as it was written; it is read only where its time differs.

    Examples
    --------
    >>> is_whole(None, Path())
    False
    """
    if not state:
        return False
    path = base / state["file"]
    try:
        found = path.stat()
        if found.st_size != state["size"]:
            return False
        if found.st_mtime_ns == state["mtime_ns"]:
            return True
        return hashlib.sha256(path.read_bytes()).hexdigest() == str(state["sha256"])
    except OSError:
        return False
