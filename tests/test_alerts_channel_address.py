"""What administrators paste: mail lists, Teams workflows, other services; and what is refused, with a reason."""

import pytest

from alerts.channel_address import AddressError, parse

WORKFLOWS = [
    "https://prod-161.westeurope.logic.azure.com:443/workflows/0f1e2d/triggers/manual/paths/invoke?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=Se-cret_1",
    "https://default1234.56.environment.api.powerplatform.com:443/powerautomate/automations/direct/workflows/0f1e2d/triggers/manual/paths/invoke?api-version=1&sp=x&sv=1.0&sig=Se-cret_1",
    "https://default1234.56.environment.api.powerplatform.com/powerautomate/automations/direct/cu/12/workflows/0f1e2d/triggers/manual/paths/invoke/?api-version=1&sig=Se-cret_1",
    "workflows://prod-161.westeurope.logic.azure.com:443/0f1e2d/Se-cret_1",
    "workflow://prod-161.westeurope.logic.azure.com/0f1e2d/Se-cret_1/?image=no",
]


@pytest.mark.parametrize("text", WORKFLOWS)
def test_all_shapes_of_teams_workflows(text: str) -> None:
    found = parse(f"  {text}\n")
    assert (found.kind, found.value, found.recipients) == ("teams", text, ())
    assert "Se-cret_1" not in found.shown
    assert found.shown.startswith("Teams workflow at ")


@pytest.mark.parametrize(
    "text",
    [
        "msteams://abcd/efgh/ijkl/mnop",
        "https://example.webhook.office.com/webhookb2/abc@def/IncomingWebhook/ghi/jkl",
        "https://outlook.office.com/webhook/abc",
    ],
)
def test_old_teams_addresses_are_refused_with_what_to_do(text: str) -> None:
    with pytest.raises(AddressError, match="Workflows") as caught:
        parse(text)
    assert "webhookb2" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "leads@example.org",
        "mailto:",
        "mailto:,",
        "mailto:not an address",
        "mailto:a@example.org%0d%0aBcc: b@example.org",
        "mailto:a@example.org\r\nBcc: b@example.org",
        "mailto://user:password@mail.example.org",
        "http://prod.logic.azure.com/workflows/a/triggers/manual/paths/invoke?sig=b",
        "https://www.example.org/",
        "https://prod.logic.azure.com/workflows/a/triggers/manual/paths/invoke",
        "https://user@prod.logic.azure.com/workflows/a/triggers/manual/paths/invoke?sig=b",
        "https://[::1/workflows",
        "https://host:99999/workflows/a/triggers/manual/paths/invoke?sig=b",
        "workflows://host",
        "file:///etc/passwd",
        "syslog://",
        "dbus://",
        "javascript:alert(1)",
        "slack://" + "x" * 30_000,
    ],
)
def test_what_cannot_be_used(text: str) -> None:
    with pytest.raises(AddressError):
        parse(text)


def test_mail_lists() -> None:
    found = parse(
        "mailto:Lead.One+reviews@Example.ORG, b@example.org,Lead.One+reviews@example.org,c@x.example,d@x.example"
    )
    assert found.recipients == ("Lead.One+reviews@example.org", "b@example.org", "c@x.example", "d@x.example")
    assert found.value == "mailto:" + ",".join(found.recipients)
    assert found.shown == "L…@example.org, b…@example.org, c…@x.example and 1 more"


def test_services_are_masked() -> None:
    assert parse("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/").shown == "Slack"
    assert parse("mmosts://chat.example.org/3ccdd113474722377935511fc85d3dd4").shown == "Mattermost at chat.example.org"
    assert parse("ntfy://secret-topic").shown == "ntfy"
    assert parse("tgram://123456789:AABBCCDDEEFFGGHHIIJJKKLLMMNNOOPPQQR/12345/").shown == "Telegram"
    assert parse("jsons://user:password@hooks.example.org/path").shown == "JSON webhook at hooks.example.org"


def test_what_is_kept_can_be_read_again() -> None:
    for text in [*WORKFLOWS, "mailto:a@example.org,b@example.org", "slack://a/b/c"]:
        assert parse(parse(text).value) == parse(text)
