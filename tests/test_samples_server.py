"""The sample server over real HTTP: validators, conditional requests, every way to fail, the log."""

import http.client
import json
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from samples.failures import MODES, PRIVATE, RETRY_AFTER
from samples.host import Request
from samples.page import PDF
from samples.server import SampleServer
from samples.timeline import HOSTS

LISTING = ("exampleshire", "/learning/reviews")
REPORT = ("exampleshire", "/media/wren-report.pdf")


class Answer:
    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()


@pytest.fixture(scope="module")
def running() -> Iterator[SampleServer]:
    with SampleServer() as server:
        yield server


@pytest.fixture
def server(running: SampleServer) -> Iterator[SampleServer]:
    """The running server on day 0 with nothing failing and an empty log."""
    yield running
    for host in HOSTS:
        running.recover(host)
    running.set_day(0)
    running.requests.clear()


def connect(server: SampleServer, host: str) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(urlsplit(server.base(host)).netloc, timeout=10)


def get(server: SampleServer, host: str, path: str, method: str = "GET", **headers: str) -> Answer:
    """One request on a connection of its own; header names are written with underscores."""
    connection = connect(server, host)
    try:
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        return Answer(connection.getresponse())
    finally:
        connection.close()


def test_every_publisher_has_an_origin_of_its_own(server: SampleServer) -> None:
    assert len({server.base(host) for host in HOSTS}) == len(HOSTS)
    for host in HOSTS:
        assert get(server, host, "/robots.txt").status == 200


def test_unknown_publisher_is_a_key_error(server: SampleServer) -> None:
    with pytest.raises(KeyError):
        server.base("nowhere")


def test_addresses_of_the_story_become_real_ones(server: SampleServer) -> None:
    body = get(server, "northbeck", "/local-reviews/").body.decode()
    assert f"{server.base('govuk')}/government/publications/safeguarding-babies" in body
    assert ".sample" not in body
    assert server.url("http://govuk.sample/x") == server.base("govuk") + "/x"


def test_a_connection_is_kept_alive(server: SampleServer) -> None:
    connection = connect(server, "exampleshire")
    try:
        for _ in range(3):
            connection.request("GET", LISTING[1])
            assert connection.getresponse().read()
            kept = connection.sock
        assert connection.sock is kept is not None
    finally:
        connection.close()


def test_head_has_the_headers_and_no_body(server: SampleServer) -> None:
    whole, head = get(server, *REPORT), get(server, *REPORT, method="HEAD")
    assert head.body == b""
    for name in ("Content-Length", "Content-Type", "ETag", "Last-Modified"):
        assert head.headers[name] == whole.headers[name]


@pytest.mark.parametrize("target", [LISTING, REPORT, ("govuk", "/api/content/government/publications/short-breaks")])
def test_conditional_requests_are_answered_304(server: SampleServer, target: tuple[str, str]) -> None:
    server.set_day(4)
    first = get(server, *target)
    by_tag = get(server, *target, If_None_Match=f'W/{first.headers["ETag"]}, "other"')
    by_date = get(server, *target, If_Modified_Since=str(first.headers["Last-Modified"]))
    assert (first.status, by_tag.status, by_date.status) == (200, 304, 304)
    assert by_tag.body == by_date.body == b""
    assert by_tag.headers["ETag"] == first.headers["ETag"]
    assert get(server, *target, If_None_Match='"other"').status == 200


def test_the_tag_counts_before_the_date_and_a_broken_date_is_no_date(server: SampleServer) -> None:
    changed = str(get(server, *LISTING).headers["Last-Modified"])
    assert get(server, *LISTING, If_None_Match='"other"', If_Modified_Since=changed).status == 200
    assert get(server, *LISTING, If_Modified_Since="yesterday").status == 200


def test_validators_change_with_the_page(server: SampleServer) -> None:
    first = get(server, *LISTING)
    server.set_day(1)
    validators = {"If_None_Match": str(first.headers["ETag"]), "If_Modified_Since": str(first.headers["Last-Modified"])}
    second = get(server, *LISTING, **validators)
    assert second.status == 200
    assert b"Robin" in second.body
    assert get(server, *LISTING, If_Modified_Since=str(first.headers["Last-Modified"])).status == 200


def test_one_publisher_sends_no_validators(server: SampleServer) -> None:
    answer = get(server, "merefold", "/learning")
    assert answer.headers["ETag"] is None
    assert answer.headers["Last-Modified"] is None


def test_one_publisher_wants_its_pages_asked_for_again(server: SampleServer) -> None:
    answer = get(server, "calderstow", "/safeguarding/reviews")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert get(server, "calderstow", "/safeguarding/reviews", If_None_Match=str(answer.headers["ETag"])).status == 304


def test_one_publisher_states_a_crawl_delay_of_nothing(server: SampleServer) -> None:
    assert b"Crawl-delay: 0\n" in get(server, "exampleshire", "/robots.txt").body


def test_documents_have_their_types(server: SampleServer) -> None:
    assert get(server, *REPORT).headers["Content-Type"] == PDF
    assert "wordprocessingml" in str(get(server, "wexmoor", "/doc/orchard-response.docx").headers["Content-Type"])
    assert get(server, "penwick", "/downloads/file/98/case_review_v_-_final_report").headers["Content-Type"] == PDF


def test_the_log_tells_what_was_asked(server: SampleServer) -> None:
    tag = str(get(server, *LISTING).headers["ETag"])
    get(server, *LISTING, If_None_Match=tag)
    get(server, "wexmoor", "/nothing", method="HEAD")
    length = server.requests[0].bytes
    assert length > 500
    assert server.requests == [
        Request("exampleshire", LISTING[1], "GET", 200, False, length),
        Request("exampleshire", LISTING[1], "GET", 304, True, 0),
        Request("wexmoor", "/nothing", "HEAD", 404, False, 0),
    ]
    assert len(server.requests.of("wexmoor")) == 1
    server.requests.clear()
    assert server.requests == []


@pytest.mark.parametrize(
    ("mode", "status"), [("500", 500), ("403", 403), ("404", 404), ("503_retry_after", 503), ("soft404", 200)]
)
def test_failing_with_a_status(server: SampleServer, mode: str, status: int) -> None:
    server.fail("exampleshire", mode)
    assert get(server, *LISTING).status == get(server, *REPORT).status == status
    assert get(server, "wexmoor", "/professionals/case-reviews/").status == 200
    server.recover("exampleshire")
    assert get(server, *REPORT).headers["Content-Type"] == PDF


def test_a_busy_site_says_when_to_come_back(server: SampleServer) -> None:
    server.fail("exampleshire", "503_retry_after")
    assert get(server, *LISTING).headers["Retry-After"] == str(RETRY_AFTER)


def test_a_site_that_is_down_answers_nothing(server: SampleServer) -> None:
    kept = connect(server, "exampleshire")
    kept.request("GET", LISTING[1])
    kept.getresponse().read()
    server.fail("exampleshire", "down")
    with pytest.raises(http.client.RemoteDisconnected):
        get(server, *LISTING)
    kept.request("GET", LISTING[1])
    with pytest.raises(http.client.RemoteDisconnected):
        kept.getresponse()
    kept.close()
    assert [request.status for request in server.requests] == [200, 0, 0]


def test_the_story_itself_takes_a_site_down(server: SampleServer) -> None:
    server.set_day(3)
    with pytest.raises(http.client.RemoteDisconnected):
        get(server, "ambleford", "/practice-reviews")
    server.set_day(5)
    assert b"Child QX" in get(server, "ambleford", "/practice-reviews").body


def test_redirects(server: SampleServer) -> None:
    server.fail("exampleshire", "redirect_home")
    assert get(server, *LISTING).headers["Location"] == "/"
    assert get(server, "exampleshire", "/").status == 200
    server.fail("exampleshire", "redirect_private")
    assert get(server, *LISTING).headers["Location"] == PRIVATE


def test_documents_that_are_web_pages(server: SampleServer) -> None:
    server.fail("exampleshire", "wrong_type")
    assert str(get(server, *REPORT).headers["Content-Type"]).startswith("text/html")
    assert b"Wren" in get(server, *LISTING).body


@pytest.mark.parametrize(
    ("host", "path", "word"),
    [
        ("exampleshire", "/learning/reviews", b"Wren"),
        ("calderstow", "/safeguarding/reviews", b"Teal"),
        ("valenews", "/feed.xml", b"briefing"),
        ("thornmere", "/sitemap.xml", b"finch"),
        ("brackenholt", "/wp-json/wp/v2/posts", b"Moss"),
        ("govuk", "/api/search.json", b"Guidance"),
    ],
)
def test_pages_without_their_list(server: SampleServer, host: str, path: str, word: bytes) -> None:
    assert word in get(server, host, path).body
    server.fail(host, "empty")
    answer = get(server, host, path)
    assert answer.status == 200
    assert word not in answer.body


def test_robots_that_forbid_all(server: SampleServer) -> None:
    server.fail("exampleshire", "robots")
    assert b"Disallow: /\n" in get(server, "exampleshire", "/robots.txt").body
    assert b"Wren" in get(server, *LISTING).body


def test_a_body_without_end(server: SampleServer) -> None:
    server.fail("exampleshire", "huge")
    connection = connect(server, "exampleshire")
    connection.request("GET", LISTING[1])
    response = connection.getresponse()
    assert response.headers["Content-Length"] is None
    assert len(response.read(5_000_000)) == 5_000_000
    response.close()
    connection.close()


def test_a_body_that_dribbles(server: SampleServer) -> None:
    server.fail("exampleshire", "slow")
    connection = connect(server, "exampleshire")
    connection.request("GET", LISTING[1])
    response = connection.getresponse()
    assert int(response.headers["Content-Length"]) > 500
    assert len(response.read1(100)) < 10
    response.close()
    connection.close()


def test_an_unknown_mode_is_refused(server: SampleServer) -> None:
    with pytest.raises(ValueError, match="unknown failure mode"):
        server.fail("exampleshire", "tired")
    assert "down" in MODES


def test_closing_ends_every_connection_and_frees_the_port() -> None:
    with SampleServer() as server:
        server.fail("exampleshire", "huge")
        connection = connect(server, "exampleshire")
        connection.request("GET", LISTING[1])
        address = (connection.host, connection.port)
    connection.close()
    with socket.socket() as probe:
        assert probe.connect_ex(address) != 0


def test_a_second_server_can_take_the_port_that_it_is_given() -> None:
    with SampleServer() as first:
        port = urlsplit(first.base("exampleshire")).port
    assert port
    with SampleServer(port=port) as second:
        assert urlsplit(second.base("exampleshire")).port == port


def test_without_addresses_every_host_has_a_port(server: SampleServer) -> None:
    with SampleServer(host_pattern="192.0.2.{n}") as fallback:  # a range that no machine has
        assert {urlsplit(fallback.base(host)).hostname for host in HOSTS} == {"127.0.0.1"}
        assert len({fallback.base(host) for host in HOSTS}) == len(HOSTS)
        assert b"Wren" in get(fallback, *LISTING).body


def test_wordpress_has_no_second_page_of_posts(server: SampleServer) -> None:
    posts = "/wp-json/wp/v2/posts?per_page=100"
    first = get(server, "brackenholt", f"{posts}&page=1")
    assert [post["title"]["rendered"] for post in json.loads(first.body)] == ["Review of Child Moss published"]
    assert first.headers["X-WP-Total"] == "1"
    assert get(server, "brackenholt", f"{posts}&page=2").status == 400
