"""Where the real samples are: beside the repository, or where SAMPLES_DIR says. They are not part of the project."""

import os
from pathlib import Path

import pytest

BESIDE = Path(__file__).parents[2] / "shared" / "samples"


def samples(part: str) -> list[Path]:
    """The sample files of a part (a pattern), in order; none when the folder is not there."""
    folder = Path(os.environ.get("SAMPLES_DIR") or BESIDE)
    return sorted(path for path in folder.glob(part) if path.is_file() and path.suffix != ".md")


def parameters(part: str) -> list[object]:
    """The files as parameters of a test; one that skips when there are none."""
    found = samples(part)
    skipped = pytest.param(None, marks=pytest.mark.skip(reason="the real samples are not beside the repository"))
    return [pytest.param(path, id=path.name) for path in found] or [skipped]
