"""The process from which every report's own child is forked, with everything imported once.

It has one thread, runs no notebook itself and keeps nothing of a report, so that each child is
forked from the same state, whatever was made before. It ends with the process that started it.
"""

from __future__ import annotations

import ctypes
import gc
import os
import pickle
import selectors
import shutil
import signal
import socket
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NoReturn

from piilib.report.child import SIZE, answer

__all__ = ["serve"]

_DIE_WITH_PARENT, _ADOPT_ORPHANS = 1, 36  # of prctl(2)
_START: Final = "start"


def serve(descriptor: int, folder: str, warm: bool) -> None:
    """Fork a child for every request until the other end of a socket is closed.

    Parameters
    ----------
    descriptor : int
        A Unix socket. A request is one byte with two sockets: on the first the child reads what
        to make and writes what it made; on the second this process writes its id and,
        later, how it ended; it kills the child when the other end is shut.
    folder : str
        For temporary files; it is removed in the end.
    warm : bool
        Import everything that reports need, and draw once, before the first child is forked.

    Notes
    -----
    It ends every child of its process that it does not know, and so wants a process of its own.
    """
    _prctl(_ADOPT_ORPHANS, 1)
    nursery = _Nursery(socket.socket(fileno=descriptor), Path(folder))
    try:
        if warm:
            from piilib.report.preload import preload

            preload()
        gc.collect()
        gc.freeze()  # a collection in a child would copy every page of this process
        nursery.run()
    finally:
        nursery.end()


@dataclass
class _Nursery:
    control: socket.socket
    base: Path
    children: dict[int, tuple[socket.socket, Path]] = field(default_factory=dict)
    selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)

    def run(self) -> None:
        self.wake, woken = socket.socketpair()
        for end in (self.wake, woken):
            end.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(woken.fileno(), warn_on_full_buffer=False)
        self.selector.register(self.control, selectors.EVENT_READ, _START)
        self.selector.register(self.wake, selectors.EVENT_READ)
        while True:
            for key, _ in self.selector.select():
                if key.data == _START:
                    if not self.start():
                        return
                elif key.fileobj is self.wake:
                    with suppress(BlockingIOError):
                        self.wake.recv(4096)
                else:
                    self.selector.unregister(key.fileobj)
                    _kill(key.data)
            self.reap()

    def start(self) -> bool:
        """Fork one child; False where nobody asks any more."""
        message, descriptors, _, _ = socket.recv_fds(self.control, 1, 2)
        if not message:
            return False
        talk, status = (socket.socket(fileno=descriptor) for descriptor in descriptors)
        folder = Path(tempfile.mkdtemp(dir=self.base))
        me, pid = os.getpid(), os.fork()
        if pid == 0:
            self.become_child(me, talk, status, folder)
        talk.close()
        with suppress(OSError):
            status.send(pid.to_bytes(SIZE))
        self.children[pid] = (status, folder)
        self.selector.register(status, selectors.EVENT_READ, pid)
        return True

    def become_child(
        self, parent: int, talk: socket.socket, status: socket.socket, folder: Path
    ) -> NoReturn:
        """Leave everything of this process behind, make one report and end."""
        try:
            os.setsid()
            _prctl(_DIE_WITH_PARENT, signal.SIGKILL)
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            self.selector.close()
            for end in (self.control, self.wake, status, *(s for s, _ in self.children.values())):
                end.close()
            silent = os.open(os.devnull, os.O_RDWR)
            for descriptor in (0, 1, 2):
                os.dup2(silent, descriptor)
            gc.enable()
            if os.getppid() == parent:
                answer(talk, folder)
        finally:
            os._exit(0)

    def reap(self) -> None:
        """Tell how children ended, and end what they left behind."""
        with suppress(ChildProcessError):
            while (ended := os.wait4(-1, os.WNOHANG))[0]:
                pid, status, usage = ended
                if pid in self.children:
                    self.tell(pid, status, usage.ru_utime + usage.ru_stime)
        _end_others(self.children)

    def tell(self, pid: int, status: int, cpu: float) -> None:
        end, folder = self.children.pop(pid)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)  # what the child itself had started
        _end_others(self.children)
        shutil.rmtree(folder, ignore_errors=True)
        with suppress(KeyError):
            self.selector.unregister(end)
        with suppress(OSError), end:
            end.sendall(pickle.dumps((os.waitstatus_to_exitcode(status), cpu)))

    def end(self) -> None:
        """Leave nothing behind."""
        for pid in self.children:
            _kill(pid)
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)
        _end_others({})
        shutil.rmtree(self.base, ignore_errors=True)


def _kill(pid: int) -> None:
    for kill in (os.killpg, os.kill):
        with suppress(ProcessLookupError, PermissionError):
            kill(pid, signal.SIGKILL)


def _end_others(known: dict[int, Any]) -> None:
    """End children that are not known: what a dead child had started fell to this process."""
    me = os.getpid()
    children = Path(f"/proc/{me}/task/{me}/children")
    with suppress(OSError):
        while others := [pid for pid in map(int, children.read_text().split()) if pid not in known]:
            for pid in others:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)


def _prctl(option: int, value: int) -> None:
    """Set an attribute of this process where the system is Linux."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)
