"""Ending a process cleanly on SIGTERM and SIGINT."""

import ctypes
import os
import signal
import sys
import threading
from types import FrameType

GRACE = 6.0
"""Seconds that the work under way gets to end. It is claimed row by row, so ending it early loses nothing."""

PR_SET_PDEATHSIG = 1
"""From <linux/prctl.h>."""


def end_with_parent() -> None:
    """On Linux: get SIGTERM when the parent ends, however it ends; else a killed parent's children hold the port."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Stop:
    """Set by SIGTERM and SIGINT. Made in the main thread."""

    def __init__(self, grace: float = GRACE) -> None:
        self._event = threading.Event()
        self._grace = grace
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._asked)

    def wait(self, seconds: float) -> bool:
        """Wait, but not longer than until we are asked to stop. True: stop."""
        return self._event.wait(seconds)

    @property
    def is_set(self) -> bool:
        return self._event.is_set()

    def _asked(self, _number: int, _frame: FrameType | None) -> None:
        if not self._event.is_set() and self._grace:
            last = threading.Timer(self._grace, os._exit, [0])
            last.daemon = True
            last.start()
        self._event.set()
