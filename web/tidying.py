"""Requests as the pages expect them: without NULs, and HEAD as a GET whose body stays here (RFC 9110, 9.3.2)."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

NUL = b"%00"


class Tidying:
    """ASGI middleware. Postgres keeps no NUL in a text and SQLite does: in an address none means anything.

    `request.state.head`: whether nobody will get the body, for those who need not make it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        head = scope["method"] == "HEAD"
        scope.setdefault("state", {})["head"] = head
        tidied = {
            **scope,
            "method": "GET" if head else scope["method"],
            "path": scope["path"].replace("\0", ""),
            "query_string": scope["query_string"].replace(NUL, b""),
        }

        async def send_without_body(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self.app(tidied, receive, send_without_body if head else send)
