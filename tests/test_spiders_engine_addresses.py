import pytest

from spiders.engine.addresses import is_forbidden, refusal


@pytest.mark.parametrize(
    "url",
    [
        "https://www.example.org/reviews",
        "http://example.org:80/",
        "https://example.org:8443/x",
        "https://93.184.216.34/",
        "https://[2606:2800:220:1:248:1893:25c8:1946]/",
    ],
)
def test_public_addresses_may_be_asked(url: str) -> None:
    assert refusal(url, private=False) == ""


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/",
        "file:///etc/passwd",
        "data:text/html,x",
        "https:///reviews",
        "reviews",
        "https://someone:secret@example.org/",
        "http://[::1",
        "http://example.org:99999/",
        "http://example.org:22/",
        "http://127.0.0.1/",
        "http://10.0.0.7/",
        "http://172.16.0.1/",
        "http://192.168.1.1/",
        "http://100.64.0.1/",
        "http://0.0.0.0/",
        "http://169.254.169.254/latest/meta-data",
        "http://168.63.129.16/",
        "http://224.0.0.1/",
        "http://255.255.255.255/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[fe80::1]/",
        "http://[fd00:ec2::254]/",
    ],
)
def test_other_addresses_are_refused_in_words(url: str) -> None:
    assert refusal(url, private=False)


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.7", "::1", "fd00::1", "192.168.1.1"])
def test_private_networks_when_settings_allow_them(address: str) -> None:
    assert is_forbidden(address, private=False)
    assert not is_forbidden(address, private=True)


@pytest.mark.parametrize(
    "address", ["169.254.169.254", "168.63.129.16", "100.100.100.200", "224.0.0.1", "fe80::1", "::"]
)
def test_never_asked_whatever_the_settings(address: str) -> None:
    assert is_forbidden(address, private=True)


def test_any_port_of_a_private_network_when_allowed() -> None:
    assert refusal("http://127.0.0.1:40123/", private=True) == ""
