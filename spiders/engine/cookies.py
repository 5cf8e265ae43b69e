"""Cookies for the length of one run: some sites redirect in a ring without them.

Scrapy's own part would ask the internet for the list of public suffixes, and keep it in the user's home.
"""

from scrapy.http import Request, Response

from spiders.engine.running import run_of


class RunCookies:
    """Sends back what a site has set in this run; nothing is kept after it."""

    def process_request(self, request: Request) -> None:
        request.headers.pop("Cookie", None)
        run_of(request).cookies.add_cookie_header(request)

    def process_response(self, request: Request, response: Response) -> Response:
        run_of(request).cookies.extract_cookies(response, request)
        return response
