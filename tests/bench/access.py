#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Instructions of generated register accessors, next to hand-written twins, counted in the disassembly.

    access.py                  one line a kind of access, one column a processor, compiler and level
    access.py --show NAME      both disassemblies of one kind, x86_64 gcc -O2
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "registers"))

from cc import write_headers  # noqa: E402
from toy import TOY  # noqa: E402
from twins import COMPILERS, LEVELS, TARGETS, Twin, twins  # noqa: E402


def show(folder: Path, name: str) -> int:
    pair = next((pair for pair in twins(TARGETS[0], "gcc", "-O2", folder) if pair.name == name), None)
    if pair is None:
        print(f"no accessor kind {name}", file=sys.stderr)
        return 2
    width = max(map(len, pair.generated)) + 4
    for row in range(max(len(pair.generated), len(pair.by_hand))):
        left = pair.generated[row] if row < len(pair.generated) else ""
        print(f"{left:{width}}{pair.by_hand[row] if row < len(pair.by_hand) else ''}")
    return 0


def table(folder: Path) -> int:
    columns: dict[str, dict[str, Twin]] = {}
    for target in TARGETS:
        for compiler in COMPILERS:
            for level in LEVELS:
                column = f"{target.name} {compiler} {level}"
                columns[column] = {pair.name: pair for pair in twins(target, compiler, level, folder)}
    print("Instructions of a generated accessor / of the same by hand, return and checks included:\n")
    for number, column in enumerate(columns):
        print(f"  {chr(ord('a') + number)}: {column}")
    kinds = list(next(iter(columns.values())))
    print(f"\n{'':24}" + "".join(f"{chr(ord('a') + number):>8}" for number in range(len(columns))))
    pairs = worse = fewer = 0
    for kind in kinds:
        cells = []
        for column in columns.values():
            generated, by_hand = len(column[kind].generated), len(column[kind].by_hand)
            pairs += 1
            worse += generated > by_hand
            fewer += generated < by_hand
            cells.append(f"{generated}/{by_hand}")
        print(f"{kind.replace('_', ' '):24}" + "".join(f"{cell:>8}" for cell in cells))
    print(f"\n{pairs} pairs: {pairs - worse - fewer} equal, {fewer} shorter, {worse} longer")
    return 1 if worse else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--show", metavar="NAME")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = write_headers(TOY, Path(temporary))
        return show(folder, options.show) if options.show else table(folder)


if __name__ == "__main__":
    raise SystemExit(main())
