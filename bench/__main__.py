"""`python -m bench [--quick] [NAME ...]`: runs the benchmarks of this folder, all of them unless named.

A benchmark is a module with `run(quick: bool) -> list[str]`: the lines to print. It measures ours and its peers
alternately in one run and prints ratios of medians: a busy machine slows both.
"""

import argparse
import logging
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from config.logging import set_up_logging

HELPERS = {"__main__", "timing"}


def names() -> list[str]:
    folder = str(Path(__file__).parent)
    return sorted(m.name for m in iter_modules([folder]) if m.name not in HELPERS and not m.name.startswith("_"))


def main() -> int:
    known = [name for name in names() if hasattr(import_module(f"bench.{name}"), "run")]
    parser = argparse.ArgumentParser(prog="bench", description="Speed and quality beside peers, as ratios.")
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that it works")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(known))
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(known):
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    set_up_logging("text", level=logging.ERROR)
    for name in arguments.names or known:
        sys.stdout.write(f"\n== {name}\n")
        sys.stdout.flush()
        for line in import_module(f"bench.{name}").run(arguments.quick):
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
