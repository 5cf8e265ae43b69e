"""One publication, once: quality over the labelled corpus, signing beside peers, and what one new document costs.

Quality is ours from entry to publication; beside it what text alone tells with each library's own index at its usual
thresholds. datasketch takes part where it is installed.
"""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from itertools import combinations
from pathlib import Path
from time import process_time

import rensa
from sqlalchemy import Engine

from bench._match_lookup import lookup
from bench.timing import alternately, ratios
from store import likeness, signatures
from store.candidates import SUMMARY_SHARE
from store.database import engine_for, writing
from store.matching import NEARLY_SAME
from store.migrate import migrate
from store.relating import INSIDE
from tests.corpus import Spoken, make
from tests.corpus_archive import quality, take

PERMUTATIONS = likeness.PERMUTATIONS
Pairs = set[frozenset[int]]


def run(quick: bool) -> list[str]:
    corpus = make(24, (300, 900)) if quick else make(200)
    with tempfile.TemporaryDirectory(prefix="reviewwatch-bench-") as folder:
        return [
            *_quality(corpus, Path(folder)),
            *_by_text_alone(corpus),
            *_parts(corpus),
            *_signing(corpus[: 20 if quick else 200]),
            *(line for size in _sizes(quick) for line in lookup(size, _fresh(Path(folder), f"lookup-{size}"))),
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
    combos, templates, summaries = (_pairs_of(corpus, shape) for shape in ("combo", "template", "summary"))
    for name, found in _found_by_text(corpus):
        hits = len(found & truly)
        yield (
            f"{name:24} precision {hits / max(len(found), 1):.3f}, recall {hits / max(len(truly), 1):.3f}; "
            f"combo {len(found & combos & truly) / max(len(combos & truly), 1):.3f}, "
            f"template60 taken for copies {len(found & templates - truly) / max(len(templates - truly), 1):.3f}, "
            f"summaries merged {len(found & summaries - truly)}"
        )


def _pairs_of(corpus: Sequence[Spoken], shape: str) -> Pairs:
    """Each document of this shape with the others that come from the same report."""
    number = [one.truth.rpartition("-")[2] for one in corpus]
    return {
        frozenset((one, other))
        for one, spoken in enumerate(corpus)
        if spoken.shape == shape
        for other in range(len(corpus))
        if other != one and number[other] == number[one]
    }


def _found_by_text(corpus: Sequence[Spoken]) -> Iterator[tuple[str, Pairs]]:
    yield "by text alone: ours", _ours(corpus)
    for threshold in (0.5, 0.7):
        yield f"rensa's LSH, {threshold}", _rensa(corpus, threshold)
        if find_spec("datasketch"):
            yield f"datasketch's LSH, {threshold}", _datasketch(corpus, threshold)


def _ours(corpus: Sequence[Spoken]) -> Pairs:
    texts = [likeness.main_text(one.pages) for one in corpus]
    signed = [likeness.sign(text) for text in texts]
    by_mark: dict[int, list[int]] = {}
    for number, signature in enumerate(signed):
        for mark in signature.marks if signature else ():
            by_mark.setdefault(mark, []).append(number)
    few = (numbers[: signatures.COMMON] for numbers in by_mark.values())
    near = {frozenset(pair) for numbers in few for pair in combinations(numbers, 2)}
    return {pair for pair in near if _same(*pair, texts=texts, signed=signed)}


def _same(one: int, other: int, *, texts: Sequence[bytes], signed: Sequence[likeness.Signature | None]) -> bool:
    """As store.signatures decides it: the doubtful ones are read again."""
    mine, theirs = signed[one], signed[other]
    if mine is None or theirs is None:
        return False
    common = likeness.estimate(mine.digest, theirs.digest)
    if common >= NEARLY_SAME - signatures.SURE and (
        common < NEARLY_SAME + signatures.SURE or min(mine.words, theirs.words) < signatures.LONG
    ):
        common = likeness.compare(texts[one], texts[other]).common
    return common >= NEARLY_SAME


def _parts(corpus: Sequence[Spoken]) -> Iterator[str]:
    """Of the pairs of which one holds most of the other, as reading all pairs tells: how many do the marks show?"""
    texts = [likeness.main_text(one.pages) for one in corpus]
    signed = [likeness.sign(text) for text in texts]
    inside = shown = read = 0
    for one, other in combinations(range(len(corpus)), 2):
        mine, theirs = signed[one], signed[other]
        if (
            mine is None
            or theirs is None
            or min(mine.words, theirs.words) > SUMMARY_SHARE * max(mine.words, theirs.words)
        ):
            continue
        by_marks = likeness.estimate_contained(mine, theirs) >= signatures.RARELY
        read += by_marks
        if (
            corpus[one].truth in (corpus[other].related, corpus[other].truth)
            or corpus[one].related == corpus[other].truth
        ):
            truly = likeness.compare(texts[one], texts[other]).contained >= INSIDE
            inside += truly
            shown += truly and by_marks
    yield f"one holds most of the other: {shown} of {inside} pairs found by their marks; {read} pairs read for it"


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
            likeness.sign(likeness.main_text(x.pages)) for x in corpus
        ),
        "signing: rensa, text as it is": lambda: _all(_rensa_sign(one) for one in corpus),
        "tokenise only": lambda: _all(" ".join(one.pages).lower().split() for one in corpus),
    }
    if find_spec("datasketch"):
        ways["signing: datasketch, text as it is"] = lambda: _all(_datasketch_sign(one) for one in corpus)
    yield from ratios(alternately(ways, 5, process_time), "signing: ours, normalisation included")


def _all(made: Iterable[object]) -> int:
    return sum(1 for _ in made)
