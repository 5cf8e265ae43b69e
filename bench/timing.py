"""Timing of several ways to do one thing, alternately, so that what disturbs one disturbs all."""

import time
from collections.abc import Callable, Mapping
from statistics import median


def alternately(
    ways: Mapping[str, Callable[[], object]],
    rounds: int,
    clock: Callable[[], float] = time.perf_counter,
    before: Callable[[], object] = lambda: None,
) -> dict[str, float]:
    """Median seconds of each way over so many rounds, in which each way has one turn.

    `clock`: `time.process_time` for what this process alone computes, so that a busy machine disturbs it less.
    `before`: done before each round.
    """
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        before()
        for name, way in ways.items():
            start = clock()
            way()
            taken[name].append(clock() - start)
    return {name: median(times) for name, times in taken.items()}


def ratios(medians: Mapping[str, float], ours: str) -> list[str]:
    """A line for each way: its median, and ours as a multiple of it."""
    return [
        f"{name:40} {seconds:9.3f} s" + ("" if name == ours else f"   ours / this = {medians[ours] / seconds:.2f}")
        for name, seconds in medians.items()
    ]
