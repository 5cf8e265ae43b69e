"""Whole programs to compare with, each installed into an environment of its own below `.venv/peers`."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from bench._site import etag

HERE = Path(__file__).parent
PEERS = Path(sys.prefix) / "peers"
BARE = """
import sys, scrapy
from scrapy.crawler import AsyncCrawlerProcess
class Bare(scrapy.Spider):
    name = "bare"
    async def start(self):
        for line in open(sys.argv[1]):
            url, etag = line.split()
            yield scrapy.Request(url, headers={"If-None-Match": etag}, dont_filter=True)
    def parse(self, response):
        if response.status == 200:
            self.links = response.css("a::attr(href)").getall()
process = AsyncCrawlerProcess({"LOG_ENABLED": False, "HTTPERROR_ALLOWED_CODES": [304], "REMOTE_CONTROL_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False, "ROBOTSTXT_OBEY": False, "CONCURRENT_REQUESTS_PER_DOMAIN": 1})
process.crawl(Bare)
process.start()
"""
"""A spider as anyone would write it: it sends validators that it is given, collects links, and keeps nothing."""


def program(name: str) -> Path:
    """A peer's command, installed when it is not there, in the version of `peers.txt`."""
    folder = PEERS / name
    command = folder / "bin" / name
    if not command.exists():
        uv = Path(sys.prefix) / "bin" / "uv"
        [wanted] = [line for line in (HERE / "peers.txt").read_text().splitlines() if line.startswith(f"{name}==")]
        subprocess.run([uv, "venv", "-q", "--clear", "-p", sys.executable, folder], check=True)
        subprocess.run([uv, "pip", "install", "-q", "-p", folder / "bin" / "python", wanted], check=True)
    return command


def bare_scrapy(folder: Path, urls: Sequence[str]) -> list[str]:
    """The bare spider, which holds the validators of version 1 of each page."""
    listed = folder / "addresses"
    listed.write_text("".join(f"{url} {etag(number, 1)}\n" for number, url in enumerate(urls)))
    return [sys.executable, "-c", BARE, str(listed)]


def urlwatch(folder: Path, urls: Sequence[str]) -> list[str]:
    """urlwatch, comparing the links of each page."""
    home = folder / "urlwatch"
    home.mkdir()
    jobs = [f"name: page {n}\nurl: {url}\nfilter:\n  - xpath: //a/@href\n" for n, url in enumerate(urls)]
    (home / "urls.yaml").write_text("---\n".join(jobs))
    options = ("--urls", "urls.yaml"), ("--config", "config.yaml"), ("--hooks", "hooks.py"), ("--cache", "cache.db")
    return [str(program("urlwatch")), *(part for name, file in options for part in (name, str(home / file)))]


def changedetection(folder: Path, urls: Sequence[str]) -> tuple[list[str], list[str]]:
    """changedetection.io: the command that takes the pages in and reads them, and the one that reads them all again."""
    command = [str(program("changedetection.io")), "-d", str(folder / "changedetection"), "-b"]
    return [*command, "-C", *(part for url in urls for part in ("-u", url))], [*command, "-r", "all"]


def environment(**more: str) -> dict[str, str]:
    """What a command is run with: nothing of ours from outside, and private addresses are allowed."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("REVIEWWATCH_")}
    outside.pop("DATABASE_URL", None)
    return outside | {"ALLOW_IANA_RESTRICTED_ADDRESSES": "true", "DISABLE_VERSION_CHECK": "true"} | more
