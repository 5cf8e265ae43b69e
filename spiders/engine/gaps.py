"""The gap between two requests to a host, also where another process has just asked it (rule 10)."""

from time import monotonic

from scrapy.core.downloader import Downloader, Slot
from scrapy.crawler import Crawler
from scrapy.http import Request
from scrapy.spiders import Spider


class PatientDownloader(Downloader):
    """Begins with a gap at every host: who had the host before us, and when it last asked, we cannot know.

    That may be a process that was killed, the child that read the list before we fetch its documents, or another
    machine. Within a process Scrapy's own slots keep the gaps, over all sources and redirects.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.began = monotonic()

    def _get_slot(self, request: Request, spider: Spider | None = None) -> tuple[str, Slot]:
        key, slot = super()._get_slot(request)
        slot.lastseen = slot.lastseen or self.began
        return key, slot
