"""`fetch()` against real servers."""

import gzip
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from spiders.engine.children import Ending, Outcome
from spiders.engine.fetch import fetch, result_of
from store.reading import Fetched, FetchJob, FetchRequest, FetchResult
from tests.loopback import Handler, Page, Site, serve

PDF = b"%PDF-1.7 a report"


@pytest.fixture
def site() -> Iterator[Site]:
    with serve({"/a.pdf": Page(PDF, type="application/pdf", etag='"a"')}) as running:
        yield running


def job(site: Site, folder: Path, *paths: str, **fields: Any) -> FetchJob:
    values: dict[str, Any] = {
        "requests": tuple(FetchRequest(document=n, url=site.url + path) for n, path in enumerate(paths, 1)),
        "folder": str(folder),
        "user_agent": "reviewwatch/0.1 (+mailto:watch@example.org)",
        "download_delay": 0,
        "allow_private_addresses": True,
        "now": datetime(2026, 3, 2, 9, tzinfo=UTC),
    }
    return FetchJob(**{**values, **fields})


def never_answer(handler: Handler) -> None:
    threading.Event().wait(30)


def only(result: FetchResult) -> Fetched:
    [fetched] = result.fetched
    return fetched


def test_a_document_is_kept_in_the_folder(site: Site, tmp_path: Path) -> None:
    result = fetch(job(site, tmp_path, "/a.pdf"))
    fetched = only(result)
    assert Path(fetched.path).read_bytes() == PDF
    assert Path(fetched.path).parent == tmp_path
    assert (fetched.status, fetched.media_type, fetched.file_name) == (200, "application/pdf", "a.pdf")
    assert (fetched.sha256, fetched.size, fetched.etag) == (sha256(PDF).hexdigest(), len(PDF), '"a"')
    assert fetched.problem is None
    assert [(state.host, state.status) for state in result.robots] == [(site.url.removeprefix("http://"), 404)]


def test_several_one_after_the_other_with_one_robots_txt(site: Site, tmp_path: Path) -> None:
    site.pages["/b"] = Page(PDF + b"2", headers={"Content-Disposition": 'attachment; filename="Brief.pdf"'})
    result = fetch(job(site, tmp_path, "/a.pdf", "/gone.pdf", "/b"))
    assert [(one.document, one.status, one.file_name) for one in result.fetched] == [
        (1, 200, "a.pdf"),
        (2, 404, "gone.pdf"),
        (3, 200, "Brief.pdf"),
    ]
    assert site.paths == ["/robots.txt", "/a.pdf", "/gone.pdf", "/b"]


def test_a_known_version_is_not_sent_again(site: Site, tmp_path: Path) -> None:
    known = FetchRequest(document=7, url=f"{site.url}/a.pdf", etag='"a"')
    fetched = only(fetch(job(site, tmp_path, requests=(known,))))
    assert (fetched.document, fetched.status, fetched.path, fetched.problem) == (7, 304, "", None)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("status", [404, 410])
def test_gone_is_a_status_not_a_problem(site: Site, tmp_path: Path, status: int) -> None:
    site.pages["/a.pdf"] = Page("gone", status=status)
    fetched = only(fetch(job(site, tmp_path, "/a.pdf")))
    assert (fetched.status, fetched.path, fetched.sha256, fetched.problem) == (status, "", "", None)


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        (Page("<!doctype html><title>Sign in</title>"), "wrong_type"),
        (Page("<!doctype html><title>Page not found</title>"), "soft_404"),
        (Page(b"", type="application/pdf"), "empty"),
        (Page("no", status=403), "blocked"),
        (Page("no", status=500), "server_error"),
        (Page("", status=302, headers={"Location": "/"}), "moved"),
        (Page("", status=302, headers={"Location": "http://169.254.169.254/a.pdf"}), "unreachable"),
    ],
)
def test_what_is_no_document_is_a_problem(site: Site, tmp_path: Path, page: Page, kind: str) -> None:
    site.pages |= {"/a.pdf": page, "/": Page("<!doctype html><h1>Welcome</h1>")}
    fetched = only(fetch(job(site, tmp_path, "/a.pdf")))
    assert fetched.problem is not None
    assert fetched.problem.kind == kind
    assert fetched.path == ""
    assert list(tmp_path.iterdir()) == []


def test_a_web_page_may_be_a_document(site: Site, tmp_path: Path) -> None:
    site.pages["/summary"] = Page("<!doctype html><h1>Summary</h1>")
    fetched = only(fetch(job(site, tmp_path, "/summary")))
    assert (fetched.media_type, fetched.problem) == ("text/html", None)


def test_where_it_came_from_in_the_end(site: Site, tmp_path: Path) -> None:
    site.pages["/old.pdf"] = Page("", status=301, headers={"Location": "/a.pdf"})
    fetched = only(fetch(job(site, tmp_path, "/old.pdf")))
    assert (fetched.url, fetched.final_url) == (f"{site.url}/old.pdf", f"{site.url}/a.pdf")


def test_a_packed_answer_is_kept_unpacked(site: Site, tmp_path: Path) -> None:
    site.pages["/a.pdf"] = Page(gzip.compress(PDF), headers={"Content-Encoding": "gzip"})
    assert only(fetch(job(site, tmp_path, "/a.pdf"))).sha256 == sha256(PDF).hexdigest()


def test_a_document_that_is_too_large_is_not_begun(site: Site, tmp_path: Path) -> None:
    def announce(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(300 * 1024**2))
        handler.end_headers()

    site.pages["/a.pdf"] = announce
    fetched = only(fetch(job(site, tmp_path, "/a.pdf")))
    assert fetched.problem is not None
    assert fetched.problem.kind == "large"


def test_robots_txt_is_for_documents_too(site: Site, tmp_path: Path) -> None:
    site.pages["/robots.txt"] = Page("User-agent: *\nDisallow: /private/", type="text/plain")
    first, second = fetch(job(site, tmp_path, "/private/a.pdf", "/a.pdf")).fetched
    assert first.problem is not None
    assert first.problem.kind == "robots"
    assert second.status == 200


def test_an_address_that_is_none_does_not_stop_the_others(site: Site, tmp_path: Path) -> None:
    odd = FetchRequest(document=1, url="javascript:void(0)")
    good = FetchRequest(document=2, url=f"{site.url}/a.pdf")
    first, second = fetch(job(site, tmp_path, requests=(odd, good))).fetched
    assert first.problem is not None
    assert "only http and https" in first.problem.evidence
    assert second.status == 200


def test_what_was_fetched_before_the_time_was_up_is_kept(site: Site, tmp_path: Path) -> None:
    site.pages |= {"/b.pdf": never_answer, "/c.pdf": never_answer}
    fetch(job(site, tmp_path, "/a.pdf"))  # the nursery is up
    first, *others = fetch(job(site, tmp_path, "/a.pdf", "/b.pdf", "/c.pdf"), time_limit=2).fetched
    assert (first.status, Path(first.path).read_bytes()) == (200, PDF)
    assert [one.problem and one.problem.kind for one in others] == ["slow", "slow"]


def test_a_folder_that_cannot_be_written_is_our_own_fault(site: Site, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file or directory"):
        fetch(job(site, tmp_path / "missing", "/a.pdf", "/a.pdf"))


def test_a_crash_is_told_for_each_document_that_is_missing() -> None:
    wanted = FetchJob(
        requests=(
            FetchRequest(document=1, url="https://a.example/1"),
            FetchRequest(document=2, url="https://a.example/2"),
        ),
        folder="/nowhere",
        user_agent="reviewwatch/0.1",
        now=datetime(2026, 3, 2, tzinfo=UTC),
    )
    one = FetchResult(fetched=(Fetched(document=1, url="https://a.example/1", status=200),)).model_dump_json()
    first, second = result_of(wanted, Outcome((one,), Ending.DIED, "its process ended")).fetched
    assert first.problem is None
    assert second.problem is not None
    assert second.problem.kind == "structure"
