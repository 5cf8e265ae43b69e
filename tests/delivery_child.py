"""Sends what is due, as a process that a test can kill.

`python -m tests.delivery_child DATABASE FOLDER SMTP MOMENT`
"""

import sys
from datetime import datetime
from pathlib import Path

from pydantic import SecretStr

from alerts.delivery import deliver_due, make_due_digests
from config.settings import Settings
from store.database import engine_for


def settings_of(folder: Path, smtp: str) -> Settings:
    return Settings(
        data_dir=folder,
        smtp_url=SecretStr(smtp),
        secret_key=SecretStr("a key for tests"),
        mail_from="Review watch <watch@example.org>",
        base_url="https://watch.example.org",
        allow_private_addresses=True,
    )


if __name__ == "__main__":
    database, folder, smtp, moment = sys.argv[1:]
    engine = engine_for(database)
    settings, now = settings_of(Path(folder), smtp), datetime.fromisoformat(moment)
    make_due_digests(engine, settings, now)
    deliver_due(engine, settings, now)
