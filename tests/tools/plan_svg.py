#!/usr/bin/env python3
"""Draws the README's picture of a plan from what the program prints in colour: plan_svg.py PROGRAM PICTURE.

Lists are cut to a few entries, so that the picture fits beside text. The same output gives the same bytes. With --check,
the picture is compared with what would be drawn, and nothing is written.
"""

import os
import re
import subprocess
import sys
from html import escape
from pathlib import Path

ARGUMENTS = ["--config", "examples/acme", "--sandbox", "examples/acme/sandbox.json"]
ENTRIES, ROWS = 2, 2
COLUMNS = 92
WIDTH, HEIGHT, MARGIN = 8.4, 19, 18
COLOURS = {"31": "#ff7b72", "32": "#7ee787", "33": "#e3b341", "36": "#79c0ff"}
STYLE = re.compile("\x1b\\[([0-9;]*)m")


def plan(program):
    """The lines of the plan, with their colours."""
    environment = {"PATH": os.environ.get("PATH", ""), "CLICOLOR_FORCE": "1"}
    command = [program, "plan", *ARGUMENTS]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout.splitlines()


def shortened(lines):
    """The lines with the first entries of each list, and the first rows of each entry: an entry is indented as the first
    line below its heading is, its other rows by more. The table of seats is kept whole."""
    kept, indent, entries, rows, whole = [], None, 0, 0, False
    for line in lines:
        plain = STYLE.sub("", line)
        depth = len(plain) - len(plain.lstrip())
        if depth == 0:
            indent, entries, whole = None, 0, plain.startswith("Seats")
        elif indent is None or depth == indent:
            indent, entries, rows = depth, entries + 1, 1
        else:
            rows += 1
        if whole or depth == 0 or (entries <= ENTRIES and rows <= ROWS):
            kept.append(line)
        elif entries == ENTRIES + 1 and rows == 1:
            kept.append(" " * depth + "…")
    return kept


def spans(line):
    """The parts of a line: the column where each begins, its text and its styles."""
    column, styles = 0, set()
    for index, part in enumerate(STYLE.split(line)):
        if index % 2:
            styles = set() if part in ("", "0") else styles | set(part.split(";"))
        elif part:
            yield column, part, styles
            column += len(part)


def cut(line):
    """The words of the line as far as the picture is wide, each run with its column, so that columns stay columns."""
    for start, text, styles in spans(line):
        for run in re.finditer(r"\S+(?: \S+)*", text):
            column, words = start + run.start(), run.group()
            if column + len(words) > COLUMNS:
                words = words[: max(COLUMNS - column - 1, 0)] + "…"
            if column < COLUMNS:
                yield column, words, styles


def svg(lines):
    """The picture."""
    width, height = 2 * MARGIN + COLUMNS * WIDTH, 2 * MARGIN + len(lines) * HEIGHT
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" role="img" aria-labelledby="t">'
    yield '<title id="t">A plan as orgsync prints it on a terminal, shortened</title>'
    yield f'<rect width="{width:.0f}" height="{height}" rx="10" fill="#161b22"/>'
    yield '<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="14" fill="#e6edf3">'
    for row, line in enumerate(lines):
        for column, words, styles in cut(line):
            x, y = MARGIN + column * WIDTH, MARGIN + (row + 0.75) * HEIGHT
            colour = next((f' fill="{COLOURS[style]}"' for style in sorted(styles) if style in COLOURS), "")
            weight = ' font-weight="bold"' if "1" in styles else ""
            length = f' textLength="{len(words) * WIDTH:.1f}"'
            yield f'<text x="{x:.1f}" y="{y:.1f}"{length}{colour}{weight}>{escape(words)}</text>'
    yield "</g>"
    yield "</svg>"


def main():
    check = "--check" in sys.argv
    program, picture = [argument for argument in sys.argv[1:] if argument != "--check"]
    drawn = "\n".join(svg(shortened(plan(program)))) + "\n"
    if not check:
        Path(picture).write_text(drawn, encoding="utf-8")
    elif Path(picture).read_text(encoding="utf-8") != drawn:
        sys.exit(f"{picture} is not what the program prints: run tests/tools/book.sh with UPDATE=1")


main()
