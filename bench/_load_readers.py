"""People who search, in a process of their own: `python -m bench._load_readers FILE PORT SECONDS PAUSE`.

Prints `[[status, seconds, moment], ...]`. Each has one connection, as a browser would keep it; PAUSE is the mean time
between an answer and the next question.
"""

import asyncio
import json
import random
import sys
import time
from pathlib import Path

REQUEST = "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\nCookie: reviewwatch={cookie}\r\n\r\n"


async def person(port: int, reader: dict[str, object], until: float, pause: float, answers: list[list[float]]) -> None:
    chance = random.Random(str(reader["cookie"]))
    await asyncio.sleep(chance.uniform(0, pause))
    incoming, outgoing = await asyncio.open_connection("127.0.0.1", port)
    asks = reader["asks"]
    assert isinstance(asks, list)
    while time.monotonic() < until:
        path = chance.choice(asks)
        if incoming.at_eof():  # the server closes what is idle for long
            outgoing.close()
            incoming, outgoing = await asyncio.open_connection("127.0.0.1", port)
        start = time.perf_counter()
        outgoing.write(REQUEST.format(path=path, cookie=reader["cookie"]).encode())
        status = await answered(incoming)
        answers.append([status, time.perf_counter() - start, time.monotonic()])
        if pause:
            await asyncio.sleep(chance.uniform(pause * 2 / 3, pause * 4 / 3))
    outgoing.close()


async def answered(incoming: asyncio.StreamReader) -> int:
    """The status of an answer that is read whole."""
    head = (await incoming.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    if "transfer-encoding: chunked" in head:
        while length := int((await incoming.readuntil(b"\r\n")).strip(), 16):
            await incoming.readexactly(length + 2)
        await incoming.readexactly(2)
    else:
        await incoming.readexactly(int(head.partition("content-length:")[2].split()[0]))
    return int(head.split()[1])


async def main() -> None:
    file, port, seconds, pause = sys.argv[1:]
    answers: list[list[float]] = []
    until = time.monotonic() + float(seconds)
    readers = json.loads(Path(file).read_text())
    await asyncio.gather(*(person(int(port), one, until, float(pause), answers) for one in readers))
    sys.stdout.write(json.dumps(answers))


if __name__ == "__main__":
    asyncio.run(main())
