"""Decisions about matches taken back: a thousand random sequences, each of which must leave the archive as it was."""

import tempfile
from pathlib import Path
from time import process_time

from sqlmodel import Session

from store.database import engine_for
from store.migrate import migrate
from tests.corpus import make
from tests.corpus_archive import take
from tests.decisions import returns_to_the_start, subscribe

REVIEWS, WORDS, LENGTH = 8, (160, 220), 12


def run(quick: bool) -> list[str]:
    """Sequences that left something are named by their seeds."""
    seeds = range(50 if quick else 1000)
    with tempfile.TemporaryDirectory(prefix="reviewwatch-bench-") as folder:
        engine = engine_for(f"sqlite:///{Path(folder) / 'decisions.sqlite3'}")
        migrate(engine)
        with Session(engine) as session:
            take(session, make(REVIEWS, WORDS))
            subscribe(session)
            start = process_time()
            left = {seed: found for seed in seeds if (found := returns_to_the_start(session, seed, LENGTH))}
            taken = process_time() - start
        engine.dispose()
    return [
        f"{len(seeds)} sequences of {LENGTH} decisions, all taken back: {len(seeds) - len(left)} returned to the start"
        f" ({taken / len(seeds) * 1000:.0f} ms each)",
        *(f"seed {seed}: {', '.join(found)} differ" for seed, found in left.items()),
    ]
