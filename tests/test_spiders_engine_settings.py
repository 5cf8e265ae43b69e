from spiders.engine.settings import DOCUMENT_LIMIT, PAGE_LIMIT, scrapy_settings


def test_a_gap_is_never_shorter_than_asked_for() -> None:
    settings = scrapy_settings(user_agent="reviewwatch/0.1", delay=2, time_limit=600)
    assert settings["DOWNLOAD_DELAY"] * (1 - settings["DOWNLOAD_DELAY_JITTER"]) >= 2


def test_no_delay_stays_none() -> None:
    assert scrapy_settings(user_agent="reviewwatch/0.1", delay=0, time_limit=600)["DOWNLOAD_DELAY"] == 0


def test_nothing_listens_and_certificates_are_looked_at() -> None:
    settings = scrapy_settings(user_agent="reviewwatch/0.1", delay=2, time_limit=600)
    assert settings["REMOTE_CONTROL_ENABLED"] is False
    assert settings["TELNETCONSOLE_ENABLED"] is False
    assert settings["DOWNLOAD_VERIFY_CERTIFICATES"] is True


def test_documents_may_be_larger_than_pages() -> None:
    pages = scrapy_settings(user_agent="reviewwatch/0.1", delay=2, time_limit=600)
    documents = scrapy_settings(user_agent="reviewwatch/0.1", delay=2, time_limit=600, documents=True)
    assert (pages["DOWNLOAD_MAXSIZE"], documents["DOWNLOAD_MAXSIZE"]) == (PAGE_LIMIT, DOCUMENT_LIMIT)


def test_one_page_may_not_use_the_whole_time() -> None:
    assert scrapy_settings(user_agent="reviewwatch/0.1", delay=2, time_limit=20)["DOWNLOAD_TIMEOUT"] == 10
