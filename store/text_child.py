"""The child that reads documents: `python -m store.text_child DESCRIPTOR MEMORY`. See store.text."""

import contextlib
import json
import resource
import signal
import sys
from multiprocessing.connection import Connection
from pathlib import Path

from store.extract import read_document

_GRACE_SECONDS = 5


def main() -> None:
    descriptor, memory = int(sys.argv[1]), int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # the alarm's default action ends the process even inside a library: no orphan reads for ever
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(EOFError, ConnectionError), Connection(descriptor) as pipe:
        while True:
            request = json.loads(pipe.recv_bytes())
            signal.alarm(int(request["seconds"]) + _GRACE_SECONDS)
            answer = read_document(Path(request["path"]), request["media_type"])
            signal.alarm(0)
            pipe.send_bytes(json.dumps(answer).encode())


if __name__ == "__main__":
    main()
