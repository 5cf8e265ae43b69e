"""GOV.UK: what each answer of its interfaces means. The numbers are those of the interfaces' check list."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from spiders.engine.crawl import read
from spiders.parsing.govuk import ContentItem, Place, change_notes, content_url, moment, read_item
from spiders.parsing.govuk_kinds import kind_of
from spiders.parsing.govuk_lists import organisation_in, search_url
from store.reading import (
    Basis,
    DocumentRole,
    EntryState,
    IncidentKind,
    LeftOut,
    PublicationKind,
    Reading,
    SeenEntry,
)
from tests.govuk_twin import SLUG, Answer, GovukTwin, Item, due, job, reading_of

PUBLICATIONS = "/government/publications/"
ASSETS = "https://assets.publishing.service.gov.uk/media/0123456789abcdef01234567/"
PLACE = Place("https://www.gov.uk/list", "https://www.gov.uk/api/content/page")


def item(slug: str = "review-of-care", number: int = 1, **fields: Any) -> Item:
    base: Item = {
        "base_path": PUBLICATIONS + slug,
        "content_id": f"0f0f0f0f-0000-4000-8000-{number:012}",
        "locale": "en",
        "schema_name": "publication",
        "document_type": "independent_report",
        "title": slug.replace("-", " ").capitalize(),
        "description": "One sentence.",
        "first_published_at": "2031-03-03T09:30:00+00:00",
        "public_updated_at": "2031-03-03T09:30:00Z",
        "withdrawn_notice": {},
        "details": {"attachments": [pdf()], "change_history": [note("2031-03-03T09:30:00Z", "First published.")]},
        "links": {},
    }
    return base | fields


def pdf(title: str = "Full report", name: str = "report.pdf", **fields: Any) -> Item:
    return {"attachment_type": "file", "url": ASSETS + name, "title": title, "content_type": "application/pdf"} | fields


def note(at: str, text: str) -> Item:
    return {"public_timestamp": at, "note": text}


def gone(path: str, **details: str) -> Item:
    return {"schema_name": "gone", "document_type": "gone", "base_path": path, "title": None, "details": details}


def redirect(path: str, destination: str) -> Item:
    rule = {"path": path, "type": "exact", "destination": destination}
    return {"schema_name": "redirect", "document_type": "redirect", "base_path": path, "redirects": [rule]}


def entry_of(content: Item) -> SeenEntry:
    found = read_item(ContentItem.model_validate(content), PLACE)
    assert isinstance(found, SeenEntry)
    return found


def only(reading: Reading) -> SeenEntry:
    assert reading.problem is None
    (entry,) = [one for one in reading.entries if "as_before" not in one.flags]
    return entry


def test_1_an_empty_withdrawn_notice_is_no_withdrawal() -> None:
    notice = {"explanation": "<p>Out of date.</p>", "withdrawn_at": "2031-04-01T10:00:00.000+01:00"}
    withdrawn = entry_of(item(withdrawn_notice=notice))
    assert entry_of(item()).state is EntryState.LIVE
    assert (withdrawn.state, withdrawn.state_note) == (EntryState.WITHDRAWN, "Out of date.")
    assert withdrawn.state_at == datetime(2031, 4, 1, 9, 0, tzinfo=UTC)


def test_1_a_page_that_leaves_the_list_is_asked_why() -> None:
    with GovukTwin([item(), item("other", 2)]) as twin:
        before = reading_of(twin)
        twin.items[PUBLICATIONS + "other"]["withdrawn_notice"] = {"withdrawn_at": "2031-04-01T10:00:00Z"}
        entry = only(reading_of(twin, before=before))
    assert (entry.heading, entry.state) == ("Other", EntryState.WITHDRAWN)


def test_2_a_renamed_page_keeps_its_identity() -> None:
    with GovukTwin([item("old-name")]) as twin:
        before = reading_of(twin)
        twin.items = {
            PUBLICATIONS + "new-name": item("new-name"),
            PUBLICATIONS + "old-name": redirect(PUBLICATIONS + "old-name", PUBLICATIONS + "new-name"),
        }
        entry = only(reading_of(twin, before=before))
    assert (entry.key, entry.state) == (before.entries[0].key, EntryState.LIVE)
    assert entry.url.endswith("/new-name")


def test_2_a_page_that_is_redirected_to_another_is_gone() -> None:
    with GovukTwin([item("old-name"), item("other", 2)]) as twin:
        before = reading_of(twin)
        twin.items[PUBLICATIONS + "old-name"] = redirect(PUBLICATIONS + "old-name", PUBLICATIONS + "other?page=2#top")
        entry = only(reading_of(twin, before=before))
    assert (entry.state, entry.key) == (EntryState.GONE, item()["content_id"])
    assert entry.state_note == f"redirected to {twin.base}{PUBLICATIONS}other"


def test_2_redirects_in_a_circle_end() -> None:
    one, two = PUBLICATIONS + "one", PUBLICATIONS + "two"
    with GovukTwin([item("one"), item("stays", 2)]) as twin:
        before = reading_of(twin)
        twin.items |= {one: redirect(one, two), two: redirect(two, one)}
        assert only(reading_of(twin, before=before)).state is EntryState.GONE


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (None, "Published in error. See https://webarchive.nationalarchives.gov.uk/x"),
        (Answer("<h1>Gone</h1>", 410), "its page answers 410 and says nothing more"),
        (Answer("<h1>Page not found</h1>", 404), "its page answers 404 and says nothing more"),
    ],
)
def test_3_what_is_gone_is_gone_whatever_the_status(answer: Answer | None, words: str) -> None:
    path = PUBLICATIONS + "mistake"
    with GovukTwin([item("mistake"), item("other", 2)]) as twin:
        before = reading_of(twin)
        archived = "https://webarchive.nationalarchives.gov.uk/x"
        twin.items[path] = gone(path, explanation="<p>Published in error.</p>", alternative_path=archived)
        twin.answers |= {f"/api/content{path}": answer} if answer else {}
        entry = only(reading_of(twin, before=before))
    assert (entry.key, entry.state, entry.state_note) == (item()["content_id"], EntryState.GONE, words)


def test_4_a_page_dated_years_back_is_found_far_down_the_list() -> None:
    with GovukTwin([item(f"page-{number}", number) for number in range(2, 6)]) as twin:
        before = reading_of(twin)
        old = {"first_published_at": "2019-01-01T00:00:00Z", "public_updated_at": "2019-01-01T00:00:00Z"}
        twin.items[PUBLICATIONS + "back-dated"] = item("back-dated", 9, **old)
        entry = only(reading_of(twin, before=before))
    assert (entry.heading, entry.published and entry.published.day) == ("Back dated", date(2019, 1, 1))


def test_5_a_major_update_is_read_again_with_its_note() -> None:
    with GovukTwin([item(), item("other", 2)]) as twin:
        before = reading_of(twin)
        changed = twin.items[PUBLICATIONS + "review-of-care"]
        changed["public_updated_at"] = "2031-03-09T09:30:00Z"
        changed["details"]["change_history"].insert(0, note("2031-03-09T09:30:00Z", "Added a response."))
        entry = only(reading_of(twin, before=before))
    assert [one.note for one in entry.notes] == ["First published.", "Added a response."]
    assert entry.content_hash != next(one for one in before.entries if one.key == entry.key).content_hash


def test_6_a_minor_edit_changes_nothing_that_is_compared() -> None:
    corrected = {"change_history": [note("2031-03-03T09:30:00Z", "First publication.")], "attachments": [pdf()]}
    edited = item(title="Review of care, corrected", updated_at="2031-03-09T09:30:00Z", details=corrected)
    assert entry_of(edited).content_hash == entry_of(item()).content_hash


def test_6_nothing_but_the_list_is_asked_for_when_nothing_changed() -> None:
    with GovukTwin([item(), item("other", 2)]) as twin:
        before = reading_of(twin)
        twin.asked.clear()
        reading = reading_of(twin, before=before)
    assert (reading.problem, reading.entries, len(twin.asked)) == (None, (), 1)
    assert [page.status for page in reading.pages] == [304]


def test_6_pages_due_for_a_second_look_are_asked_for_though_the_list_is_as_before() -> None:
    with GovukTwin([item(), item("other", 2)]) as twin:
        before = reading_of(twin)
        twin.items[PUBLICATIONS + "other"]["withdrawn_notice"] = {"withdrawn_at": "2031-04-01T10:00:00Z"}
        twin.answers["/api/search.json"] = Answer(b"", 304)
        again = due(job(f"{twin.base}/government/organisations/{SLUG}", before=before))
        reading = read(again, time_limit=60)
    states = {entry.heading: entry.state for entry in reading.entries if "as_before" not in entry.flags}
    assert states == {"Other": EntryState.WITHDRAWN}
    assert {entry.key for entry in reading.entries} == {entry.key for entry in before.entries}


def test_7_the_key_is_the_same_in_every_list() -> None:
    links = {"documents": [{"content_id": item()["content_id"], "base_path": PUBLICATIONS + "review-of-care"}]}
    collection = item("all", 8, base_path="/government/collections/all", document_type="document_collection")
    collection |= {"schema_name": "document_collection", "links": links}
    with GovukTwin([item(), collection]) as twin:
        by_organisation = {entry.key for entry in reading_of(twin).entries}
        by_collection = {entry.key for entry in reading_of(twin, "/government/collections/all").entries}
    assert by_collection == {item()["content_id"]} < by_organisation


def test_8_an_html_attachment_is_a_web_page_of_the_same_site() -> None:
    attachment = {"attachment_type": "html", "id": "7", "title": "Accessible version", "url": PUBLICATIONS + "a/b"}
    (document,) = entry_of(item(details={"attachments": [attachment]})).documents
    assert (document.url, document.media_type, document.fetch) == (
        f"https://www.gov.uk{PUBLICATIONS}a/b",
        "text/html",
        True,
    )


def test_8_a_page_of_another_site_is_kept_but_not_fetched() -> None:
    external = {"attachment_type": "external", "title": "Elsewhere", "url": "https://example.org/report"}
    file = external | {"url": "https://example.org/report.pdf"}
    documents = entry_of(item(details={"attachments": [external, file]})).documents
    assert [document.fetch for document in documents] == [False, True]


def test_8_a_page_without_attachments_is_its_own_document() -> None:
    (document,) = entry_of(item(details={})).documents
    assert (document.url, document.media_type) == (f"https://www.gov.uk{PUBLICATIONS}review-of-care", "text/html")


RETIRED = (
    '<section class="attachment"><div class="thumb"><a aria-hidden="true" href="/x/1/easy.pdf"><img/></a></div>'
    '<h2 class="title"><a href="/x/1/easy.pdf">Easy read version</a></h2>'
    '<p class="metadata"><span>PDF</span>, <span>1.5MB</span>, <span>12 pages</span></p></section>'
)


def test_9_the_retired_list_of_files_is_read_where_there_is_no_other() -> None:
    (document,) = entry_of(item(details={"documents": [RETIRED, "", None]})).documents
    assert (document.url, document.text) == ("https://www.gov.uk/x/1/easy.pdf", "Easy read version")
    assert (document.role, document.size, document.pages) == (DocumentRole.EASY_READ, 1572864, 12)
    both = entry_of(item(details={"documents": [RETIRED], "attachments": [pdf()]}))
    assert [document.url for document in both.documents] == [ASSETS + "report.pdf"]


def test_10_empty_strings_and_missing_keys_mean_none() -> None:
    blank = pdf(title="", filename="report.pdf", file_size="", number_of_pages=None, isbn="", locale="")
    bare = {"attachment_type": "file", "url": ASSETS + "bare.pdf"}
    no_address = pdf(url="")
    documents = entry_of(item(details={"attachments": [blank, bare, no_address], "change_history": None})).documents
    assert [(document.text, document.size, document.pages) for document in documents] == [
        ("report.pdf", None, None),
        ("", None, None),
    ]
    assert entry_of({"base_path": "/a-page", "schema_name": "publication", "document_type": "notice"}).key == "/a-page"


@pytest.mark.parametrize(
    "text",
    [
        "2031-05-12T08:00:00Z",
        "2031-05-12T08:00:00.123Z",
        "2031-05-12T08:00:00.000+00:00",
        "2031-05-12T09:00:00.000+01:00",
    ],
)
def test_11_four_shapes_of_time_are_one_moment(text: str) -> None:
    read_as = moment(text)
    assert read_as
    assert read_as.replace(microsecond=0) == datetime(2031, 5, 12, 8, 0, tzinfo=UTC)


def test_11_the_history_is_sorted_and_days_are_london_days() -> None:
    history = [note("2031-07-01T00:30:00.000+01:00", "First published."), note("2030-01-01T00:00:00Z", "Earlier.")]
    content = ContentItem.model_validate(
        item(first_published_at="2031-06-30T23:30:00Z", details={"change_history": history})
    )
    published = entry_of(item(first_published_at="2031-06-30T23:30:00Z")).published
    assert [one.note for one in change_notes(content)] == ["Earlier.", "First published."]
    assert published
    assert (published.day, published.basis) == (date(2031, 7, 1), Basis.PUBLISHED)
    assert moment("soon") is None


@pytest.mark.parametrize(
    ("organisation", "kind", "words"),
    [
        (None, IncidentKind.MOVED, "404"),
        ({"details": {"govuk_status": "live"}}, IncidentKind.EMPTY, "exists, but its list of pages is empty"),
        (
            {
                "details": {"govuk_status": "closed", "govuk_closed_status": "replaced"},
                "superseding_organisations": [{"web_url": "https://www.gov.uk/new-panel"}],
            },
            IncidentKind.MOVED,
            "its successors: https://www.gov.uk/new-panel",
        ),
    ],
)
def test_12_an_empty_list_raises_an_alarm(organisation: Item | None, kind: IncidentKind, words: str) -> None:
    with GovukTwin() as twin:
        twin.organisations = {SLUG: organisation} if organisation else {}
        reading = reading_of(twin)
    assert reading.problem
    assert reading.problem.kind is kind
    assert words in reading.problem.evidence


MIRROR = {"Content-Type": "application/json", "Fastly-Backend-Name": "mirrorS3"}
FOREIGN = '{"results": [{"title": "T", "link": "/t", "organisations": [{"slug": "another"}]}], "total": 1}'


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer("<h1>Unprocessable</h1>", 422), IncidentKind.SERVER_ERROR),
        (Answer("<h1>Too many requests</h1>", 429), IncidentKind.SERVER_ERROR),
        (Answer("<h1>Sorry</h1>", 503), IncidentKind.SERVER_ERROR),
        (Answer("<h1>Welcome</h1>"), IncidentKind.WRONG_TYPE),
        (Answer('{"results": [], "total": 0}', headers=MIRROR), IncidentKind.UNREACHABLE),
        (Answer(FOREIGN), IncidentKind.STRUCTURE),
        (Answer('{"results": [], "total": 712}'), IncidentKind.STRUCTURE),
        (Answer('{"results": [], "total": 1501}'), IncidentKind.LARGE),
        (Answer('{"found": []}'), IncidentKind.STRUCTURE),
        (Answer("[" * 100_000), IncidentKind.WRONG_TYPE),
    ],
)
def test_13_an_odd_answer_fails_the_reading_and_loses_nothing(answer: Answer, kind: IncidentKind) -> None:
    with GovukTwin([item()]) as twin:
        before = reading_of(twin)
        twin.answers["/api/search.json"] = answer
        reading = reading_of(twin, before=before)
    assert reading.problem
    assert reading.problem.kind is kind
    assert reading.entries == ()


def test_13_an_odd_answer_about_one_page_leaves_it_as_it_was_listed() -> None:
    with GovukTwin([item(), item("other", 2)]) as twin:
        twin.answers[f"/api/content{PUBLICATIONS}other"] = Answer("<h1>Welcome</h1>")
        reading = reading_of(twin)
    flagged = {entry.heading: entry.flags for entry in reading.entries}
    assert reading.problem is None
    assert flagged["Review of care"] == ()
    assert "its own page could not be read" in flagged["Other"][0]


def test_14_a_page_without_a_title_is_called_by_its_address() -> None:
    assert entry_of(item(title=None)).heading == "Review of care"
    assert entry_of(gone("/a/notice-of-meeting")).heading == "Notice of meeting"


def test_15_the_welsh_twin_is_an_entry_of_its_own() -> None:
    path = PUBLICATIONS + "review-of-care.cy"
    links = {"available_translations": [{"locale": "en"}, {"locale": "cy", "base_path": path, "title": "Adolygiad"}]}
    welsh = item(base_path=path, locale="cy", title="Adolygiad", links=links)
    with GovukTwin([item(links=links), welsh]) as twin:
        before = reading_of(twin)
        twin.items[PUBLICATIONS + "other"] = item("other", 2)
        after = reading_of(twin, before=before)
    english, twin_key = item()["content_id"], f"{item()['content_id']}:cy"
    assert {entry.key: entry.language for entry in before.entries} == {english: "en", twin_key: "cy"}
    assert {entry.key: bool(entry.flags) for entry in after.entries}[twin_key]


def test_a_collection_is_read_as_a_set() -> None:
    named = [{"content_id": item("one", number)["content_id"]} for number in (1, 2)]
    links = [named[0] | {"base_path": PUBLICATIONS + "one", "title": "One"}] * 2
    collection = item("all", 8, base_path="/government/collections/all", schema_name="document_collection")
    collection["details"] = {"collection_groups": [{"documents": [one["content_id"] for one in named]}]}
    collection["links"] = {"documents": links}
    with GovukTwin([item("one"), collection]) as twin:
        reading = reading_of(twin, "/government/collections/all")
    assert [entry.heading for entry in reading.entries] == ["One"]
    assert [left.text for left in reading.left_out] == [named[1]["content_id"]]


def test_a_single_page_is_one_entry_that_its_own_page_lists() -> None:
    with GovukTwin([item()]) as twin:
        entry = only(reading_of(twin, PUBLICATIONS + "review-of-care"))
    assert entry.page == f"{twin.base}/api/content{PUBLICATIONS}review-of-care"
    assert entry.published
    assert entry.published.day == date(2031, 3, 3)


def test_a_single_page_that_was_renamed_is_followed() -> None:
    with GovukTwin([item("old-name")]) as twin:
        before = reading_of(twin, PUBLICATIONS + "old-name")
        twin.items = {
            PUBLICATIONS + "new-name": item("new-name"),
            PUBLICATIONS + "old-name": redirect(PUBLICATIONS + "old-name", PUBLICATIONS + "new-name"),
        }
        entry = only(reading_of(twin, PUBLICATIONS + "old-name", before=before))
    assert (entry.key, entry.page) == (before.entries[0].key, before.entries[0].page)


def test_a_search_page_cannot_be_a_source() -> None:
    finder = item(base_path="/search/all-news", schema_name="finder", document_type="finder")
    with GovukTwin([finder]) as twin:
        reading = reading_of(twin, "/search/all-news")
    assert reading.problem
    assert reading.problem.kind is IncidentKind.WRONG_TYPE


def test_pages_that_are_no_publications_are_left_out_with_the_reason() -> None:
    group = item("group", 2, schema_name="working_group", document_type="working_group")
    with GovukTwin([item(), group]) as twin:
        reading = reading_of(twin)
        asked = [path for path in twin.asked if "group" in path]
    assert [(left.text, left.reason) for left in reading.left_out] == [("Group", "a working group's page")]
    assert asked == []
    assert isinstance(read_item(ContentItem.model_validate(group), PLACE), LeftOut)


def test_the_question_names_only_what_the_search_api_knows() -> None:
    url = search_url("https://www.gov.uk/x", "ofsted", '"practice review"', ("research", "guidance"))
    assert url == (
        "https://www.gov.uk/api/search.json?q=%22practice+review%22&filter_organisations=ofsted"
        "&filter_content_store_document_type=research&filter_content_store_document_type=guidance"
        "&order=-public_timestamp&count=1500"
        "&fields=title,link,description,content_id,public_timestamp,content_store_document_type,organisations"
    )


@pytest.mark.parametrize(
    ("url", "slug"),
    [
        ("https://www.gov.uk/government/organisations/example-panel", "example-panel"),
        ("https://www.gov.uk/government/organisations/example-panel.atom", "example-panel"),
        ("https://www.gov.uk/government/publications/example", ""),
    ],
)
def test_an_organisation_is_known_by_its_address(url: str, slug: str) -> None:
    assert organisation_in(url) == slug


def test_the_api_is_asked_on_the_same_scheme_and_host() -> None:
    assert content_url("http://localhost:8080/a/b.cy?x=1#y") == "http://localhost:8080/api/content/a/b.cy"
    assert content_url("http://localhost:8080/api/content/a/b/") == "http://localhost:8080/api/content/a/b"


@pytest.mark.parametrize(
    ("document_type", "title", "kind"),
    [
        ("independent_report", "Example Panel: annual report 2030 to 2031", PublicationKind.ANNUAL_REPORT),
        ("independent_report", "National review into life online", PublicationKind.NATIONAL_REVIEW),
        ("independent_report", "It stays unsaid", PublicationKind.THEMATIC_REPORT),
        ("independent_report", "Joint targeted area inspections: what was found", PublicationKind.INSPECTION_OVERVIEW),
        ("corporate_report", "Business plan", PublicationKind.OTHER),
        ("research", "Serious case reviews: an analysis of lessons", PublicationKind.RESEARCH),
        ("guidance", "Panel briefing: early help", PublicationKind.BRIEFING),
        ("statutory_guidance", "National review guidance", PublicationKind.GUIDANCE),
        ("press_release", "National review published", PublicationKind.NEWS),
        ("correspondence", "National review: terms of reference", PublicationKind.OTHER),
        ("document_collection", "National reviews", PublicationKind.OTHER),
    ],
)
def test_kinds(document_type: str, title: str, kind: PublicationKind) -> None:
    assert kind_of(document_type, title) is kind


def test_a_national_review_is_told_by_its_description_where_its_title_is_a_quotation() -> None:
    assert kind_of("independent_report", "It stays unsaid", "A national review of neglect.") is (
        PublicationKind.NATIONAL_REVIEW
    )


def test_a_check_reads_a_few_pages_and_shows_the_others_as_listed() -> None:
    with GovukTwin([item(f"page-{number}", number) for number in range(1, 9)]) as twin:
        order = job(f"{twin.base}/government/organisations/{SLUG}").model_copy(update={"check": True})
        reading = read(order, time_limit=60)
    assert len(reading.entries) == 8
    assert len(twin.asked) == 4
