"""One publication, once: quality over the labelled corpus, signing beside peers, and what one new document costs.

Quality is ours from entry to publication; beside it what text alone tells with each library's own index at its usual
thresholds. datasketch takes part where it is installed.
"""

import random
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from itertools import combinations
from pathlib import Path

import rensa
from sqlalchemy import Engine, insert, text
from sqlmodel import Session

from bench.timing import alternately, ratios
from store import likeness, signatures
from store.database import engine_for, writing
from store.matching import NEARLY_SAME
from store.migrate import migrate
from store.models import Document, TextBand, TextSignature, Version
from tests.corpus import Spoken, make
from tests.corpus_archive import NOW, quality, take

PERMUTATIONS = likeness.PERMUTATIONS
Pairs = set[frozenset[int]]


def run(quick: bool) -> list[str]:
    corpus = make(24, (300, 900)) if quick else make(200)
    with tempfile.TemporaryDirectory(prefix="reviewwatch-bench-") as folder:
        return [
            *_quality(corpus, Path(folder)),
            *_by_text_alone(corpus),
            *_signing(corpus[: 20 if quick else 200]),
            *(line for size in _sizes(quick) for line in _lookup(size, Path(folder))),
        ]


def _sizes(quick: bool) -> Sequence[int]:
    return (200, 2000) if quick else (2000, 20_000, 200_000)


def _fresh(folder: Path, name: str) -> Engine:
    engine = engine_for(f"sqlite:///{folder / name}.sqlite3")
    migrate(engine)
    return engine


def _quality(corpus: Sequence[Spoken], folder: Path) -> Iterator[str]:
    with writing(_fresh(folder, "corpus")) as session:
        found = quality(take(session, corpus))
    yield f"{len(corpus)} entries, automatic decisions: precision {found.precision:.4f}, recall {found.recall:.4f}"
    yield f"in the queue {found.queue:.2%} of publications; anonymous joined with named {found.anonymous}"
    for what, shapes in (("wrongly joined", found.wrong), ("missed", found.missed)):
        yield from (f"  {what}: {one} and {other}" for one, other in shapes[:10])


def _by_text_alone(corpus: Sequence[Spoken]) -> Iterator[str]:
    """Of all pairs of documents: which are copies? An anonymous copy is one as well here."""
    truly = {
        frozenset(pair)
        for pair in combinations(range(len(corpus)), 2)
        if corpus[pair[0]].truth == corpus[pair[1]].truth
    }
    for name, found in _found_by_text(corpus):
        hits = len(found & truly)
        yield f"{name:44} precision {hits / max(len(found), 1):.3f}, recall {hits / max(len(truly), 1):.3f}"


def _found_by_text(corpus: Sequence[Spoken]) -> Iterator[tuple[str, Pairs]]:
    yield "by text alone: ours", _ours(corpus)
    for threshold in (0.5, 0.7):
        yield f"rensa's LSH, {threshold}", _rensa(corpus, threshold)
        if find_spec("datasketch"):
            yield f"datasketch's LSH, {threshold}", _datasketch(corpus, threshold)


def _ours(corpus: Sequence[Spoken]) -> Pairs:
    words = [likeness.main_words(one.pages) for one in corpus]
    digests = [signature.digest if (signature := likeness.sign(one)) else b"" for one in words]
    by_band: dict[int, list[int]] = {}
    for number, digest in enumerate(digests):
        for band in likeness.bands(digest) if digest else ():
            by_band.setdefault(band, []).append(number)
    near = {frozenset(pair) for numbers in by_band.values() for pair in combinations(numbers, 2)}
    return {pair for pair in near if _same(*pair, words=words, digests=digests)}


def _same(one: int, other: int, *, words: Sequence[list[str]], digests: Sequence[bytes]) -> bool:
    """As store.signatures decides it: the doubtful ones are read again."""
    common = likeness.estimate(digests[one], digests[other])
    if abs(common - NEARLY_SAME) < signatures.SURE:
        common = likeness.compare(words[one], words[other]).common
    return common >= NEARLY_SAME


def _raw(one: Spoken) -> list[str]:
    words = " ".join(one.pages).lower().split()
    return [" ".join(run) for run in zip(*(words[at:] for at in range(likeness.SHINGLE)), strict=False)]


def _rensa(corpus: Sequence[Spoken], threshold: float) -> Pairs:
    index = rensa.RMinHashLSH(threshold, PERMUTATIONS, 32)
    hashes = [_rensa_sign(one) for one in corpus]
    for number, minhash in enumerate(hashes):
        index.insert(number, minhash)
    return {
        frozenset((number, other))
        for number, minhash in enumerate(hashes)
        for other in index.query(minhash)
        if other != number and minhash.jaccard(hashes[other]) >= threshold
    }


def _rensa_sign(one: Spoken) -> rensa.RMinHash:
    minhash = rensa.RMinHash(PERMUTATIONS, likeness.SEED)
    minhash.update(_raw(one))
    return minhash


def _datasketch(corpus: Sequence[Spoken], threshold: float) -> Pairs:
    library = import_module("datasketch")
    index = library.MinHashLSH(threshold=threshold, num_perm=PERMUTATIONS)
    hashes = [_datasketch_sign(one) for one in corpus]
    for number, minhash in enumerate(hashes):
        index.insert(number, minhash)
    return {
        frozenset((number, other))
        for number, minhash in enumerate(hashes)
        for other in index.query(minhash)
        if other != number
    }


def _datasketch_sign(one: Spoken) -> object:
    minhash = import_module("datasketch").MinHash(num_perm=PERMUTATIONS)
    minhash.update_batch([shingle.encode() for shingle in _raw(one)])
    return minhash


def _signing(corpus: Sequence[Spoken]) -> Iterator[str]:
    ways = {
        "signing: ours, normalisation included": lambda: _all(
            likeness.sign(likeness.main_words(x.pages)) for x in corpus
        ),
        "signing: rensa, text as it is": lambda: _all(_rensa_sign(one) for one in corpus),
        "tokenise only": lambda: _all(" ".join(one.pages).lower().split() for one in corpus),
    }
    if find_spec("datasketch"):
        ways["signing: datasketch, text as it is"] = lambda: _all(_datasketch_sign(one) for one in corpus)
    yield from ratios(alternately(ways, 3), "signing: ours, normalisation included")


def _signed(one: Spoken) -> likeness.Signature | None:
    return likeness.sign(likeness.main_words(one.pages))


def _all(made: Iterable[object]) -> int:
    return sum(1 for _ in made)


def _lookup(size: int, folder: Path) -> Iterator[str]:
    """One new document against so many stored ones: finding its copy in the database, nothing kept in memory."""
    engine = _fresh(folder, f"lookup-{size}")
    chance = random.Random(size)
    with writing(engine) as session:
        before = _bytes(session)
        _store(session, [chance.randbytes(4 * PERMUTATIONS) for _ in range(size)])
        each = (_bytes(session) - before) / size
    with Session(engine) as session:
        keys = chance.sample(range(1, size + 1), 50)
        taken = alternately(
            {"lookup": lambda: [signatures.alike(session, key, at_least=NEARLY_SAME) for key in keys]}, 5
        )
    engine.dispose()
    yield f"{size:7} stored: {taken['lookup'] / len(keys) * 1000:.2f} ms a lookup, {each:.0f} bytes a document"


def _bytes(session: Session) -> int:
    """What signatures and bands take in the file."""
    session.flush()
    found = session.connection().execute(text("SELECT sum(pgsize) FROM dbstat WHERE name LIKE '%text%'")).scalar()
    return int(found or 0)


def _store(session: Session, digests: Sequence[bytes]) -> None:
    """Rows as `signatures.keep` makes them, many at once."""
    numbers = range(1, len(digests) + 1)
    connection = session.connection()
    connection.execute(
        insert(Document),
        [{"id": n, "url": f"https://a.example/{n}", "canonical": f"a.example/{n}", "first_seen": NOW} for n in numbers],
    )
    seen = {"first_seen": NOW, "last_seen": NOW}
    connection.execute(insert(Version), [{"id": n, "document_id": n, "sha256": str(n), **seen} for n in numbers])
    signed = [
        {"version_id": n, "algorithm": likeness.ALGORITHM, "words": 5000, "digest": digest}
        for n, digest in zip(numbers, digests, strict=True)
    ]
    connection.execute(insert(TextSignature), signed)
    for start in range(0, len(digests), 1000):
        part = enumerate(digests[start : start + 1000], start=start + 1)
        connection.execute(
            insert(TextBand), [{"band": band, "version_id": n} for n, one in part for band in likeness.bands(one)]
        )
