"""Old Word and OpenDocument files, turned by LibreOffice into a kind that is read here."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from piilib.errors import DataError

#: What LibreOffice makes of each kind.
TARGETS = {"doc": "docx", "odt": "docx", "ods": "xlsx"}
_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.exe",
)
_TIMEOUT = 120
#: Kilobytes of address space and seconds of processor time.
_LIMIT = 'ulimit -v 6000000; ulimit -t 100; exec "$@"'
#: A fresh profile: no macro runs, nothing linked is loaded.
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
{}</oor:items>
"""
_ITEM = (
    '<item oor:path="/org.openoffice.Office.Common/Security/Scripting">'
    '<prop oor:name="{}" oor:op="fuse"><value>{}</value></prop></item>\n'
)
_SETTINGS = {
    "DisableMacrosExecution": "true",
    "MacroSecurityLevel": "3",
    "BlockUntrustedRefererLinks": "true",
}


def office_program() -> str | None:
    """Return the path of LibreOffice's program, or None where it is not installed."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return found or next((place for place in _PLACES if Path(place).is_file()), None)


def convert(path: Path, kind: str, folder: Path, timeout: float = _TIMEOUT) -> Path:
    """Convert a file with LibreOffice, in a profile of its own.

    Parameters
    ----------
    path : Path
        The file; it is copied, so that nothing is written beside it.
    kind : str
        "doc", "odt" or "ods".
    folder : Path
        An empty folder for the copy, the profile and the result.
    timeout : float
        Seconds after which LibreOffice and what it started are ended.

    Returns
    -------
    Path
        The converted file.

    Raises
    ------
    DataError
        If LibreOffice is not installed, takes too long or makes nothing.
    """
    target = TARGETS[kind]
    by_hand = f"open it in Word, Excel or LibreOffice and save it as .{target}"
    program = office_program()
    if program is None:
        raise DataError(
            f"a .{kind} file, and no LibreOffice to read it", f"LibreOffice installed, or {by_hand}"
        )
    profile, copy = folder / "profile", folder / f"input.{kind}"
    (profile / "user").mkdir(parents=True)
    settings = "".join(_ITEM.format(*setting) for setting in _SETTINGS.items())
    (profile / "user" / "registrymodifications.xcu").write_text(_PROFILE.format(settings), "utf-8")
    shutil.copyfile(path, copy)
    command = [
        program, "--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck",
        f"-env:UserInstallation={profile.as_uri()}", "--convert-to", target,
        "--outdir", str(folder / "out"), str(copy),
    ]  # fmt: skip
    in_time = _run(command, folder, timeout)
    made = folder / "out" / f"input.{target}"
    if not in_time or not made.is_file():
        found = "made nothing of" if in_time else f"needed more than {timeout:g} s for"
        raise DataError(f"a .{kind} file; LibreOffice {found} it", f"a whole file; {by_hand}")
    return made


def _run(command: list[str], folder: Path, timeout: float) -> bool:
    """Run a command without network and within limits; say whether it ended in time."""
    dead_end = "http://127.0.0.1:9"
    around = {"http_proxy": dead_end, "https_proxy": dead_end, "HOME": str(folder)}
    posix = sys.platform != "win32"
    process = subprocess.Popen(
        ["/bin/sh", "-c", _LIMIT, "sh", *command] if posix else command,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        cwd=folder, env=os.environ | around, start_new_session=posix,
    )  # fmt: skip
    try:
        process.wait(timeout)
    except subprocess.TimeoutExpired:
        return False
    finally:
        _end(process)
    return True


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and, on POSIX, those that it started: `soffice` is a script around another."""
    if sys.platform == "win32":
        process.kill()
    else:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
