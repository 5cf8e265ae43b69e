"""The child that reads a page that is only a picture: `python -m store.scan_child FILE NUMBER MEMORY SECONDS PROGRAM`.

Writes the page's words to standard output. See store.scan; tesseract, which it starts, has its limits too.
"""

import resource
import subprocess
import sys

import pypdfium2

DOTS_PER_INCH = 300
MOST_DOTS = 36_000_000
"""A page of A3; a larger one is drawn smaller."""


def main() -> int:
    path, number, memory, seconds, program = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    command = [program, "stdin", "stdout", "-l", "eng", "--dpi", str(DOTS_PER_INCH)]
    return subprocess.run(command, input=picture(path, int(number)), stderr=subprocess.DEVNULL, check=False).returncode


def picture(path: str, number: int) -> bytes:
    """A page, counted from 1, as grey dots: a PGM file. Raises PdfiumError for one that cannot be drawn."""
    with pypdfium2.PdfDocument(path) as document:
        page = document[number - 1]
        width, height = page.get_size()
        dots = width * height * (DOTS_PER_INCH / 72) ** 2
        scale = DOTS_PER_INCH / 72 * min(1.0, (MOST_DOTS / max(dots, 1.0)) ** 0.5)
        drawn = page.render(scale=scale, grayscale=True)
        rows, stride = memoryview(bytes(drawn.buffer)), drawn.stride
        lines = (rows[at * stride : at * stride + drawn.width] for at in range(drawn.height))
        return b"P5\n%d %d\n255\n" % (drawn.width, drawn.height) + b"".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
