"""Watched pages on many loopback hosts, in a process of its own: `python -m bench._site PAGES HOSTS`.

One server listens on the whole of 127/8; a host is an address. It prints its port, counts what it is asked, and
answers `/_version/N` (pages of version N from now on) and `/_counts` (what was asked since the last time).
"""

import asyncio
import json
import sys
from dataclasses import asdict, dataclass

LINKS = 50
FILLER = "Partners in the area work together so that children are safe; this page tells what has been learned. "
NO_CACHE_EVERY = 4
"""Each so many-th host marks its pages `no-cache`."""


@dataclass
class Counts:
    requests: int = 0
    not_modified: int = 0
    robots: int = 0
    connections: int = 0
    hosts: int = 0


def address(number: int, hosts: int, port: int) -> str:
    """The address of a page."""
    host = number % hosts
    return f"http://127.1.{host // 250}.{host % 250 + 1}:{port}/reviews/{number}"


def etag(number: int, version: int) -> str:
    return f'"{number}-{version}"'


def page(number: int, version: int) -> bytes:
    """About 18 KB with 50 links; each version lists one review more than the one before."""
    reviews = "".join(
        f"<li><a href='/reviews/{number}/{one}'>Child {chr(65 + one)}{number} local child safeguarding practice review"
        f"</a> published {one + 1} March 2025</li>"
        for one in range(version)
    )
    links = "".join(f"<li><a href='/about/{one}'>Part {one} of our pages</a></li>" for one in range(LINKS - version))
    text = f"<p>{FILLER * 2}</p>" * 60
    return (
        f"<!doctype html><html><head><title>Reviews</title></head><body><nav><ul>{links}</ul></nav>"
        f"<main><h1>Child safeguarding practice reviews</h1><ul>{reviews}</ul></main>"
        f"<footer>{text}</footer></body></html>"
    ).encode()


def report(number: str, one: str) -> bytes:
    """The page that a review leads to."""
    words = " ".join(f"finding{number}x{one}x{word}" for word in range(40))
    return f"<!doctype html><html><head><title>Review</title></head><body><p>{words}</p></body></html>".encode()


class Site:
    def __init__(self) -> None:
        self.version = 1
        self.counts = Counts()
        self.asked_hosts: set[str] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host = writer.get_extra_info("sockname")[0]
        first = True
        while True:
            try:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            except (asyncio.IncompleteReadError, ConnectionError):
                break
            path = head.split(" ", 2)[1]
            if not path.startswith("/_"):
                self.counts.connections += first
                self.asked_hosts.add(host)
                first = False
            writer.write(self.answer(path, head, host))
        writer.close()

    def answer(self, path: str, head: str, host: str) -> bytes:
        parts = path.strip("/").split("/")
        if parts[0] == "_version":
            self.version = int(parts[1])
            return _answer(200, b"")
        if parts[0] == "_counts":
            self.counts.hosts = len(self.asked_hosts)
            told = json.dumps(asdict(self.counts)).encode()
            self.counts, self.asked_hosts = Counts(), set()
            return _answer(200, told)
        if parts[0] == "robots.txt":
            self.counts.robots += 1
            return _answer(200, b"User-agent: *\nDisallow: /private\n", 'ETag: "r"\r\nContent-Type: text/plain\r\n')
        self.counts.requests += 1
        if parts[0] != "reviews" or len(parts) > 3:
            return _answer(404, b"nothing here")
        if len(parts) == 3:
            return _answer(200, report(*parts[1:]), "Content-Type: text/html; charset=utf-8\r\n")
        return self._page(int(parts[1]), head, host)

    def _page(self, number: int, head: str, host: str) -> bytes:
        tag = etag(number, self.version)
        cache = "no-cache" if int(host.rpartition(".")[2]) % NO_CACHE_EVERY == 0 else "max-age=0"
        fields = f"ETag: {tag}\r\nCache-Control: {cache}\r\nContent-Type: text/html; charset=utf-8\r\n"
        if f"if-none-match: {tag}".lower() in head.lower():
            self.counts.not_modified += 1
            return f"HTTP/1.1 304 Not Modified\r\n{fields}\r\n".encode()
        return _answer(200, page(number, self.version), fields)


def _answer(status: int, body: bytes, fields: str = "") -> bytes:
    return f"HTTP/1.1 {status} -\r\n{fields}Content-Length: {len(body)}\r\n\r\n".encode() + body


async def main() -> None:
    server = await asyncio.start_server(Site().serve, "0.0.0.0", 0, backlog=1000)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
