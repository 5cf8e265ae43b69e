"""The nursery process: imports Scrapy and each source kind once, then forks a child for each socket it is handed.

It ends when its parent has gone (its door is closed), and the system ends its children when it ends.
"""

import contextlib
import ctypes
import gc
import logging
import os
import resource
import signal
import socket
import sys
from importlib import import_module
from multiprocessing.connection import Connection
from typing import NoReturn

from spiders.engine.channel import Channel, Message, MessageKind

# what every crawl needs; none of them may import twisted.internet.reactor, which must be chosen in the child
PRELOADED = (
    "scrapy.crawler",
    "scrapy.core.downloader.handlers.http11",
    "scrapy.downloadermiddlewares.httpcompression",
    "scrapy.downloadermiddlewares.redirect",
    "twisted.internet.asyncioreactor",
    "scrapy.squeues",
    "scrapy.statscollectors",
    "spiders.engine.cookies",
    "spiders.engine.crawl_child",
    "spiders.engine.fetch_child",
    "spiders.engine.gaps",
    "spiders.engine.retries",
    "spiders.engine.robots",
)
PR_SET_PDEATHSIG = 1
LONGEST_NAME = 4000


def main(door: int) -> None:
    """Serve until the parent closes its end of `door` (a file descriptor)."""
    for number in (signal.SIGINT, signal.SIGTERM):  # these are for the parent: we end when it ends
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system buries the children
    for name in PRELOADED:
        import_module(name)
    with socket.socket(fileno=door) as sockets:
        while True:
            module, fds, _, _ = socket.recv_fds(sockets, LONGEST_NAME, 1)
            if not module:
                return
            for name in module.decode().split(","):
                _get_ready(name)
            if os.fork() == 0:
                sockets.close()
                _live(fds[0])
            os.close(fds[0])


def _get_ready(module: str) -> None:
    """Import what the next child needs, so that the ones after it find it done."""
    if module in sys.modules:
        return
    with contextlib.suppress(Exception):  # the child will try again, and can tell
        import_module(module)
    gc.collect()
    gc.freeze()  # the children share these pages; counting them again would copy them


def _live(fd: int) -> NoReturn:
    """The whole life of a child."""
    parent = os.getppid()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # the nursery died in between
        os._exit(1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    channel = Channel(Connection(fd))
    try:
        _work(channel)
        channel.send(Message(kind=MessageKind.ENDED))
    finally:
        os._exit(0)


def _work(channel: Channel) -> None:
    task = channel.task()
    channel.send(Message(kind=MessageKind.STARTED, number=os.getpid()))
    resource.setrlimit(resource.RLIMIT_DATA, (task.memory_limit, task.memory_limit))
    logging.getLogger().addHandler(ChannelHandler(channel))
    module, _, function = task.target.partition(":")
    try:
        getattr(import_module(module), function)(channel, task.payload)
    except Exception as error:
        logging.getLogger(__name__).exception("a child process failed")
        channel.send(Message(kind=MessageKind.FAILED, text=in_a_line(error)))


def in_a_line(error: BaseException) -> str:
    """An error in at most 400 characters on one line."""
    return f"{type(error).__name__}: {' '.join(str(error).split())[:400]}"


class ChannelHandler(logging.Handler):
    """Hands log lines to the parent, which knows how to write them."""

    def __init__(self, channel: Channel) -> None:
        super().__init__(logging.WARNING)
        self.channel = channel

    def emit(self, record: logging.LogRecord) -> None:
        self.channel.send(
            Message(kind=MessageKind.LOG, text=self.format(record), number=record.levelno, logger=record.name)
        )
