"""Signals that end a run early: it stops where it is, says and writes what it found by then, and ends with exit code 2."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
from _thread import interrupt_main
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.pytest_plugin.contract import Contract
    from contracts.pytest_plugin.parts import Folder

SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
"""What asks a process to end: Ctrl-C, a service manager, a terminal that is closed."""

LOOK = 0.2
"""Seconds between two looks of a worker at whether it has to end."""

GRACE = 10.0
"""Seconds that workers have to end by themselves, until the first process goes on without them."""


class Interruption:
    """Turns the first signal that asks this process to end into `KeyboardInterrupt`; later ones change nothing.

    Attributes:
        reason: why the run ends early; empty where it does not.
        over: whether that was noticed, or it is too late to end early: nothing is raised any more.
    """

    def __init__(self) -> None:
        self.reason = ""
        self.over = False
        self._ours: list[signal.Signals] = []
        self._gently: Callable[[], None] | None = None

    def install(self) -> Callable[[], None]:
        """Handle the signals that nobody has this process ignore; call what is returned to handle them as before."""
        if threading.current_thread() is not threading.main_thread():
            return lambda: None
        before = {number: signal.getsignal(number) for number in SIGNALS}
        ours = {number: old for number, old in before.items() if old not in (signal.SIG_IGN, None)}
        self._ours = list(ours)
        for number in ours:
            signal.signal(number, self._handle)

        def restore() -> None:
            for number, old in ours.items():
                signal.signal(number, old)

        return restore

    def _handle(self, number: int, _: object) -> None:
        if self.over:
            return
        first, self.reason = not self.reason, self.reason or signal.Signals(number).name
        if self._gently is None:
            raise KeyboardInterrupt
        if first:
            self._gently()

    def defer(self) -> None:
        """In a worker that starts: raise nothing before `begin`, for pytest-xdist would take it for a crash."""
        self._gently = lambda: None

    def begin(self) -> None:
        """Raise from now on, and at once if a signal came before.

        It may have come where what it raised is lost or turns into another exception: in a finalizer, in a library.
        """
        self._gently = None
        if self.reason:
            raise KeyboardInterrupt

    def followed(self, folder: Folder) -> None:
        """In a process that only waits for workers: have a signal ask them to end, and raise if they do not."""

        def ask() -> None:
            folder.interrupt(self.reason)
            patience = threading.Timer(GRACE, self.wake, (self.reason,))
            patience.daemon = True
            patience.start()

        self._gently = ask

    def wake(self, reason: str) -> None:
        """Raise in the main thread, whatever it waits for; call it from another thread."""
        self.reason = self.reason or reason
        self._gently = None
        if self.over:
            return
        if sys.platform == "win32":
            interrupt_main()
        elif self._ours:
            signal.pthread_kill(threading.main_thread().ident or 0, self._ours[-1])

    def notice(self) -> None:
        """Raise nothing any more."""
        self.over = True


def attend(contract: Contract, folder: Folder) -> None:
    """In a worker: end early when the run does, and at once when its first process is gone."""
    parent = os.getppid()

    def look() -> None:
        over = threading.Event()
        while not over.wait(LOOK):
            if os.getppid() != parent:
                shutil.rmtree(folder.place, ignore_errors=True)
                contract.records.drop()
                os._exit(1)
            if (reason := folder.interrupted) and not contract.interruption.over:
                contract.interruption.wake(reason)

    threading.Thread(target=look, daemon=True).start()
