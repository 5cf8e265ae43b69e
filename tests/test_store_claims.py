"""Claims: one process takes a row; a claim expires, and one of a dead process means nothing."""

import os
import subprocess
import sys
from datetime import datetime, timedelta

from sqlalchemy import Engine

from store import claims, sources
from store.database import writing
from store.models import Host

LASTS = timedelta(minutes=5)


def claim(engine: Engine, now: datetime) -> bool:
    with writing(engine) as session:
        return claims.claim(session, sources.host(session, "example.org"), now=now, lasts=LASTS)


def held_by(engine: Engine, holder: str, until: datetime) -> None:
    with writing(engine) as session:
        row = sources.host(session, "example.org")
        row.claimed_by, row.claimed_until = holder, until


def test_a_row_is_taken_once_until_it_is_given_back(engine: Engine, now: datetime) -> None:
    assert claim(engine, now)
    assert not claim(engine, now)
    with writing(engine) as session:
        claims.release(session.get_one(Host, "example.org"))
    assert claim(engine, now)


def test_a_claim_expires(engine: Engine, now: datetime) -> None:
    held_by(engine, "another-machine/1/1", now + LASTS)
    assert not claim(engine, now)
    assert claim(engine, now + LASTS)


def test_a_dead_process_of_this_machine_holds_nothing(engine: Engine, now: datetime) -> None:
    child = subprocess.run(
        [sys.executable, "-c", "from store.claims import holder; print(holder())"],
        check=True,
        capture_output=True,
        text=True,
        cwd=os.getcwd(),
    )
    held_by(engine, child.stdout.strip(), now + LASTS)
    assert claim(engine, now)
