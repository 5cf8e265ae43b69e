"""Scrapy's settings, in one place: polite, quiet, limited, and with nothing listening."""

from typing import Any

MIB = 1024**2
PAGE_LIMIT = 10 * MIB
DOCUMENT_LIMIT = 200 * MIB
PAGE_SECONDS = 60.0
DOCUMENT_SECONDS = 600.0
REDIRECTS = 5

# a gap is never shorter than asked for (rule 10): 1.25 times the delay, give or take a fifth of that
STRETCH = 1.25
JITTER = 0.2


def scrapy_settings(
    *, user_agent: str, delay: float, time_limit: float, documents: bool = False, private: bool = False
) -> dict[str, Any]:
    """Settings for one run. `delay` between two requests to a host and `time_limit` of the whole run in seconds.

    `private`: addresses on private networks are allowed.
    """
    seconds = DOCUMENT_SECONDS if documents else PAGE_SECONDS
    return {
        **QUIET,
        **LEAN,
        "USER_AGENT": user_agent,
        "DOWNLOAD_DELAY": delay * STRETCH,
        "DOWNLOAD_DELAY_JITTER": JITTER,
        "DOWNLOAD_MAXSIZE": DOCUMENT_LIMIT if documents else PAGE_LIMIT,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_TIMEOUT": min(seconds, time_limit / 2),
        "RETRY_GAP": delay,
        "ALLOW_PRIVATE_ADDRESSES": private,
    }


QUIET: dict[str, Any] = {
    "LOG_ENABLED": False,
    "LOG_INSTALL_ROOT_HANDLER": False,
    "LOGSTATS_INTERVAL": 0,
    "STATS_DUMP": False,
    "REMOTE_CONTROL_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False,
    "WARN_ON_GENERATOR_RETURN_VALUE": False,
}

LEAN: dict[str, Any] = {
    "DOWNLOADER": "spiders.engine.gaps.PatientDownloader",
    "CONCURRENT_REQUESTS": 1,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",
    "DOWNLOAD_VERIFY_CERTIFICATES": True,
    "TWISTED_DNS_RESOLVER": "spiders.engine.addresses.GuardedResolver",
    "DNS_TIMEOUT": 20,
    "REDIRECT_MAX_TIMES": REDIRECTS,
    "REFERRER_POLICY": "no-referrer",
    "DEFAULT_REQUEST_HEADERS": {
        "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "Accept-Language": "en-GB,en",
    },
    "EXTENSIONS_BASE": {},
    "SPIDER_MIDDLEWARES_BASE": {
        "scrapy.spidermiddlewares.referer.RefererMiddleware": 700,
    },
    # the first are next to the engine: asked first, answered last
    "DOWNLOADER_MIDDLEWARES_BASE": {
        "spiders.engine.addresses.AddressGuard": 100,
        "spiders.engine.robots.RobotsMiddleware": 200,
        "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
        "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
        "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
        "spiders.engine.retries.RetryAfterMiddleware": 550,
        "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": 590,
        "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": 600,
        "spiders.engine.cookies.RunCookies": 700,
        "spiders.engine.running.Counter": 900,
    },
}
