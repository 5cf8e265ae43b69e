"""Cookies for the length of one run: some sites redirect in a ring without them.

Scrapy's own part would ask the internet for the list of public suffixes, and keep it in the user's home.
"""

from scrapy.http import Request, Response
from scrapy.http.cookies import CookieJar


class RunCookies:
    """Sends back what a site has set in this run; nothing is kept after it."""

    def __init__(self) -> None:
        self.jar = CookieJar()

    def process_request(self, request: Request) -> None:
        request.headers.pop("Cookie", None)
        self.jar.add_cookie_header(request)

    def process_response(self, request: Request, response: Response) -> Response:
        self.jar.extract_cookies(response, request)
        return response
