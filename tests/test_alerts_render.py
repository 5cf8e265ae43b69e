"""Renderings: budgets, whole items, nothing from outside that does harm, nothing that may not stand in a preview."""

import json
from datetime import UTC, datetime
from email.parser import BytesParser
from email.policy import default
from typing import Any

import html2text
import lxml.html
import pytest

from alerts import phrases
from alerts.edition import Coverage, Edition, Unreadable
from alerts.mime import MailForm
from alerts.notifiers.teams import as_template
from alerts.render import CARD_BUDGET, MAIL_BUDGET, UNSUBSCRIBE, render, service, web_fragment
from alerts.templating import Templates
from tests.editions import INJECTION, edition, item

BASE = "https://watch.example.org"
LINK = "https://watch.example.org/unsubscribe/" + "a.b=_-c" * 20


def sent(of: Edition) -> bytes:
    form = MailForm(render(of, BASE), "Review watch <watch@example.org>")
    at = datetime(2031, 5, 2, 8, tzinfo=UTC)
    return form.completed(to="a@example.org", message_id="<d@example.org>", at=at, unsubscribe=LINK, one_click=True)


def texts(card: str) -> list[str]:
    """All that a reader of the card sees."""

    def walk(node: Any) -> list[str]:
        if isinstance(node, list):
            return [text for one in node for text in walk(one)]
        if isinstance(node, dict):
            own = [node[name] for name in ("text", "title") if isinstance(node.get(name), str)]
            return own + [text for value in node.values() for text in walk(value)]
        return []

    return walk(json.loads(card)["attachments"])


@pytest.mark.parametrize("count", [0, 1, 40, 400])
def test_all_renderings_stay_within_their_budgets(count: int) -> None:
    rendered = render(edition(count), BASE)
    assert len(sent(edition(count))) <= MAIL_BUDGET
    assert len(rendered.card.encode()) <= CARD_BUDGET
    for budget in (800, 2_000, 20_000):
        assert len(rendered.markdown(budget).encode()) <= budget


@pytest.mark.parametrize("count", [40, 400])
def test_what_does_not_fit_is_counted_and_linked(count: int) -> None:
    rendered = render(edition(count), BASE)
    shown = rendered.card.count('"type":"Container"')
    assert f"{count + 1 - shown:,} more in the full digest" in texts(rendered.card)
    in_mail = len(lxml.html.fromstring(rendered.html).findall(".//h3"))
    assert rendered.text.count(f"{BASE}/publications/") == in_mail
    if in_mail < count + 1:
        assert f"{count + 1 - in_mail} more in the full digest" in rendered.html
        assert f"{count + 1 - in_mail} more in the full digest:\n{BASE}/digests/12" in rendered.text


def test_hundreds_of_unreadable_publishers_do_not_break_the_budget() -> None:
    many = tuple(Unreadable(publisher=f"Publisher {n}", since="last read on 1 May 2031", why="?") for n in range(400))
    huge = edition(400, coverage=Coverage(sources=400, read=0, unreadable=many))
    assert len(sent(huge)) <= MAIL_BUDGET
    assert len(render(huge, BASE).card.encode()) <= CARD_BUDGET
    assert "and 360 more publishers" in render(huge, BASE).text


def test_subject_and_titles_carry_numbers_only() -> None:
    rendered = render(edition(3), BASE)
    assert rendered.subject == "reviewwatch digest 12: 3 new reviews, 1 update"
    card = json.loads(rendered.card)
    assert card["summary"] == rendered.subject
    assert card["attachments"][0]["content"]["body"][0]["text"] == rendered.subject
    mixed = edition(1, items=(item(1), item(2, kind="Annual report")), updates=())
    assert render(mixed, BASE).subject == "reviewwatch digest 12: 2 new publications"
    assert render(edition(0, updates=()), BASE).subject == "reviewwatch digest 12: nothing new"


def test_markup_from_outside_does_nothing_anywhere() -> None:
    hostile = item(1, title=INJECTION, publisher=INJECTION, area=INJECTION, abstract=INJECTION, themes=(INJECTION,),
                   url="javascript:alert(4)", elsewhere=())  # fmt: skip
    of = edition(0, items=(hostile,))
    rendered = render(of, BASE)
    for page in (rendered.html, str(web_fragment(of, BASE))):
        tree = lxml.html.fromstring(page)
        assert not tree.xpath("//script | //img | //@onerror")
        assert all(str(link).startswith(("https://", UNSUBSCRIBE)) for link in tree.xpath("//a/@href"))
        assert "alert(1)" in tree.text_content()
    assert "\u202e" not in rendered.html + rendered.text + rendered.card
    markdown = rendered.markdown()
    assert "](javascript" not in markdown
    assert "<script" not in markdown
    assert "@everyone" not in markdown
    assert "{{" not in as_template(rendered.card)
    assert json.loads(as_template(rendered.card)) == json.loads(rendered.card)
    runs = [block for block in json.loads(rendered.card)["attachments"][0]["content"]["body"] if "text" in block]
    assert len(runs) == 1, "only our own heading is read as markdown"


def test_the_mail_is_read_back_whole() -> None:
    message = BytesParser(policy=default).parsebytes(sent(edition(2)))
    assert not message.defects
    rendered = render(edition(2), BASE)
    for kind, written in (("plain", rendered.text), ("html", rendered.html)):
        part = message.get_body((kind,))
        assert part is not None
        assert not part.defects
        assert part.get_content().replace("\r\n", "\n").strip() == written.replace(UNSUBSCRIBE, LINK).strip()
    assert message["List-ID"] == "reviewwatch digests <subscription-3.reviewwatch.example.org>"
    assert all(len(line) <= 998 for line in sent(edition(400)).splitlines())


def test_html_and_text_say_the_same() -> None:
    rendered = render(edition(2), BASE)
    reader = html2text.HTML2Text(bodywidth=0)
    reader.ignore_links = reader.ignore_emphasis = True
    plain = " ".join(rendered.text.casefold().split())
    for line in reader.handle(rendered.html.replace("\u034f", "")).splitlines():
        said = " ".join(line.strip("#* ").replace("\\", "").casefold().split())
        if said and not said.startswith(("stop these", "unsubscribe", "1 may 2031", "also listed")):
            assert said.removesuffix("read this digest on the web") in plain, line


@pytest.mark.parametrize(
    ("sources", "read", "said"),
    [
        (1, 1, "The source could be read."),
        (1, 0, "0 of 1 source could be read."),
        (2, 2, "All 2 sources could be read."),
    ],
)
def test_what_could_be_read_is_counted_as_people_count(sources: int, read: int, said: str) -> None:
    assert phrases.coverage(edition(1, coverage=Coverage(sources=sources, read=read)))[0] == said


def test_lists_of_mails_show_no_title_beside_the_subject() -> None:
    """Mail programs show up to some 250 characters of what a mail begins with (rule 12)."""
    quiet = edition(2, notices=())
    beginning = lxml.html.fromstring(render(quiet, BASE).html).find("body").text_content()[:270]
    assert " ".join(beginning.replace("\u034f", "").split()).startswith("4 of 5 sources could be read.")
    assert "Wren" not in beginning
    assert "display: none" in render(quiet, BASE).html


def test_the_parts_stand_in_their_order() -> None:
    rendered = render(edition(2), BASE)
    parts = ["New", "Updates and corrections", "Late", "What we could and could not read"]
    headings = [one.text for one in lxml.html.fromstring(rendered.html).findall(".//h2")]
    assert headings[: len(parts)] == parts
    places = [rendered.text.index(f"\n{name.upper()}\n") for name in parts]
    assert places == sorted(places)
    assert [text for text in texts(rendered.card) if text in parts] == parts[:3]


def test_an_update_leads_to_the_publisher() -> None:
    rendered = render(edition(0), BASE)
    for form in (rendered.html, rendered.text, rendered.card, str(web_fragment(edition(0), BASE))):
        assert "https://birchton.example/reviews/9" in form


def test_all_links_are_absolute() -> None:
    for link in lxml.html.fromstring(render(edition(2), BASE).html).xpath("//a/@href"):
        assert str(link).startswith(("https://", UNSUBSCRIBE))


def test_no_pictures_and_nothing_loaded_from_elsewhere() -> None:
    tree = lxml.html.fromstring(render(edition(2), BASE).html)
    assert not tree.xpath("//img | //link | //script | //iframe | //object")
    assert "url(" not in render(edition(2), BASE).html
    assert "prefers-color-scheme: dark" in render(edition(2), BASE).html


def test_nothing_new_and_catch_up_are_said() -> None:
    quiet = render(edition(0, updates=(), catch_up=True), BASE)
    for form in (quiet.html, quiet.text, "\n".join(texts(quiet.card)), quiet.markdown()):
        assert "nothing new" in form
        assert "takes the place of several" in form


def test_the_web_view_is_whole() -> None:
    tree = lxml.html.fromstring(f"<div>{web_fragment(edition(400), BASE)}</div>")
    assert len(tree.findall(".//h3")) == 401


def test_a_small_service_still_gets_the_link() -> None:
    assert f"]({BASE}/digests/12)" in service(edition(400), BASE, 800, Templates())
