"""What the children do in tests/test_spiders_engine_children.py."""

import logging
import os
import signal
import sys
import time
from pathlib import Path

from spiders.engine.channel import Channel


def echo(channel: Channel, payload: str) -> None:
    channel.result(payload)


def tell_process(channel: Channel, payload: str) -> None:
    channel.result(str(os.getpid()))
    channel.result(str(os.getppid()))


def tell_modules(channel: Channel, payload: str) -> None:
    channel.result(" ".join(sys.modules))


def hang(channel: Channel, payload: str) -> None:
    channel.result(str(os.getpid()))
    if payload:
        Path(payload).touch()
    time.sleep(600)


def killed(channel: Channel, payload: str) -> None:
    channel.result("before")
    os.kill(os.getpid(), signal.SIGKILL)


def failing(channel: Channel, payload: str) -> None:
    raise ValueError("no good")


def talking(channel: Channel, payload: str) -> None:
    logging.getLogger("spiders.example").warning("a warning of %s", payload)
    logging.getLogger("spiders.example").info("a detail")


def greedy(channel: Channel, payload: str) -> None:
    bytearray(2 * 1024**3)
