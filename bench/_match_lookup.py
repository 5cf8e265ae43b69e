"""What one new document costs beside 2,000 to 200,000 known ones: in the database, nothing kept in memory."""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from time import process_time

import rensa
from sqlalchemy import Engine, insert, text
from sqlmodel import Session

from bench.timing import alternately
from store import joining, likeness, signatures
from store.candidates import SUMMARY_SHARE
from store.database import writing
from store.matching import NEARLY_SAME
from store.models import (
    Document,
    Entry,
    EntryDocument,
    Publication,
    Publisher,
    Source,
    TextMark,
    TextSignature,
    Version,
)
from tests.corpus import Spoken, Writer
from tests.corpus_archive import NOW, add_entry

PLACES = [f"place-{number}" for number in range(150)]
ASKED = 50
IN_MEMORY = 20_000
"""The peers keep their index in memory; filling it beyond this takes minutes."""
_TEMPLATES = 500
"""Marks of templates, of which each document has a few: what keeps a look-up from being trivial."""


def lookup(size: int, engine: Engine) -> Iterator[str]:
    chance = random.Random(size)
    with writing(engine) as session:
        before = _bytes(session)
        _store(session, chance, size)
        each = (_bytes(session) - before) / size
    keys = chance.sample(range(1, size + 1), ASKED)
    with Session(engine) as session:
        ways: dict[str, Callable[[], object]] = {
            "ours, in the database": lambda: [_relatives(session, key) for key in keys]
        }
        if size <= IN_MEMORY:
            ways |= _peers(size, keys)
        for name, seconds in alternately(ways, 5, process_time).items():
            yield f"{size:7} stored, {name:24} {seconds / ASKED * 1000:6.2f} ms of CPU a look-up"
    yield f"{size:7} stored: {each:.0f} bytes a document in the file"
    yield _settling(size, engine, chance)
    engine.dispose()


def _relatives(session: Session, version_id: int) -> int:
    """Copies and parts, as matching asks for them; a row that the session holds is read anew."""
    session.expire_all()
    found = signatures.Relatives(session, version_id)
    return len(found.alike(at_least=NEARLY_SAME)) + len(found.parts(shorter=SUMMARY_SHARE))


def _peers(size: int, keys: Sequence[int]) -> dict[str, Callable[[], object]]:
    chance = random.Random(1)
    texts = [[chance.randbytes(8) for _ in range(40)] for _ in range(size)]
    ours = rensa.RMinHashLSH(0.5, likeness.PERMUTATIONS, 32)
    hashes = [_rensa(one) for one in texts]
    for number, minhash in enumerate(hashes):
        ours.insert(number, minhash)
    ways: dict[str, Callable[[], object]] = {
        "rensa's LSH, in memory": lambda: [ours.query(hashes[key - 1]) for key in keys]
    }
    if find_spec("datasketch"):
        library = import_module("datasketch")
        index = library.MinHashLSH(threshold=0.5, num_perm=likeness.PERMUTATIONS)
        made = library.MinHash.bulk(texts, num_perm=likeness.PERMUTATIONS)
        for number, minhash in enumerate(made):
            index.insert(number, minhash)
        ways["datasketch's LSH, in memory"] = lambda: [index.query(made[key - 1]) for key in keys]
    return ways


def _rensa(tokens: Sequence[bytes]) -> rensa.RMinHash:
    minhash = rensa.RMinHash(likeness.PERMUTATIONS, likeness.SEED)
    minhash.update(tokens)
    return minhash


def _settling(size: int, engine: Engine, chance: random.Random) -> str:
    """The whole way of one new entry to its publication: address, bytes, area, text."""
    writer = Writer(chance)
    signing = settling = 0.0
    with writing(engine) as session:
        sources = {"list": session.get_one(Source, 1)}
        for number in range(ASKED):
            area = PLACES[number % len(PLACES)]
            pages = (" ".join(writer.sentences(3000)),)
            new = Spoken(f"new-{number}", "list", area, f"Child N{number}", 2026, "A review", pages, "", str(number))
            start = process_time()
            entry = add_entry(session, sources, new, 10_000_000 + number)
            signing += process_time() - start
            start = process_time()
            joining.settle_one(session, entry.id or 0, now=NOW)
            settling += process_time() - start
    return (
        f"{size:7} stored: {settling / ASKED * 1000:.1f} ms of CPU to find a new entry its publication, all signals; "
        f"{signing / ASKED * 1000:.1f} ms before that to store and sign its text"
    )


def _bytes(session: Session) -> int:
    """What signatures and marks take in the file, their indexes too."""
    session.flush()
    found = session.connection().execute(
        text("SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'text%' OR name LIKE 'ix_text%'")
    )
    return int(found.scalar() or 0)


def _store(session: Session, chance: random.Random, size: int) -> None:
    """Rows as the program makes them, many at once: publications with an entry, a document and its signature."""
    session.add_all(Publisher(id=one, name=one, short=one, kind="partnership") for one in PLACES)
    session.flush()
    session.add(Source(id=1, name="list", publisher_id=PLACES[0], kind="listing", url=""))
    session.flush()
    kept = Counter[int]()
    signatures_of = _signatures(chance)
    for start in range(1, size + 1, 1000):
        numbers = range(start, min(start + 1000, size + 1))
        _store_archive(session, numbers)
        signed, marks = [], []
        for number in numbers:
            digest, own = next(signatures_of)
            packed = b"".join(mark.to_bytes(4) for mark in own)
            signed.append(
                {
                    "version_id": number,
                    "algorithm": likeness.ALGORITHM,
                    "words": 5000,
                    "digest": digest,
                    "marks": packed,
                }
            )
            marks += [{"mark": mark, "version_id": number} for mark in own if kept[mark] < signatures.COMMON]
            kept.update(own)
        session.execute(insert(TextSignature), signed)
        session.execute(insert(TextMark), marks)


def _signatures(chance: random.Random) -> Iterator[tuple[bytes, list[int]]]:
    """Digest and marks; every second one is a copy of the one before it, all have some marks of templates."""
    templates = [chance.getrandbits(31) for _ in range(_TEMPLATES)]
    while True:
        digest, marks = chance.randbytes(2 * likeness.PERMUTATIONS), {chance.getrandbits(31) for _ in range(34)}
        for _ in range(2):
            yield digest, sorted(marks | set(chance.sample(templates, likeness.MARKS - len(marks))))


def _store_archive(session: Session, numbers: Sequence[int]) -> None:
    seen = {"first_seen": NOW, "last_seen": NOW}
    empty: dict[str, object] = {"labels": {}, "themes": [], "flags": [], "notes": []}
    areas = {n: PLACES[n % len(PLACES)] for n in numbers}
    session.execute(
        insert(Publication),
        [{"id": n, "title": f"Review {n}", "kind": "local_review", "first_seen": NOW, "area": areas[n],
          "publisher_id": areas[n], "subject": f"Child {n}", "themes": [], "fields_from": {}} for n in numbers],
    )  # fmt: skip
    session.execute(
        insert(Entry),
        [{"id": n, "source_id": 1, "key": f"k{n}", "publication_id": n, "url": f"https://a.example/e/{n}",
          "canonical": f"a.example/e/{n}", "page": "https://a.example", "heading": f"Child {n}", "kind": "local_review",
          "area": areas[n], "area_publisher_id": areas[n], "subject": f"Child {n}", "published": date(2020, 1, 1),
          **seen, **empty}
         for n in numbers],
    )  # fmt: skip
    session.execute(
        insert(Document),
        [{"id": n, "publication_id": n, "url": f"https://a.example/{n}", "canonical": f"a.example/{n}",
          "first_seen": NOW, "role": "overview_report", "current_version_id": n} for n in numbers],
    )  # fmt: skip
    session.execute(insert(EntryDocument), [{"entry_id": n, "document_id": n, "first_seen": NOW} for n in numbers])
    session.execute(
        insert(Version),
        [{"id": n, "document_id": n, "sha256": str(n), "state": "current", **seen} for n in numbers],
    )
