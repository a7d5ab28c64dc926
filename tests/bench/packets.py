#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Instructions a packet, receive and transmit together: the generated e1000 on a device made of memory.

    packets.py [--json]

Generates the driver, builds it with tests/bench/packets.c for the direct port, and runs it under callgrind with two
different numbers of batches: their difference, divided by the packets between them, has nothing of start and stop in it. Only
functions of the driver and of the runtime count. ixy's figures are those of docs: its C ixgbe driver on a fake NIC of the
same kind, pool included.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "generator"))

import dddkgen  # noqa: E402
from dddkgen.emit import glue, registers  # noqa: E402

IXY = {32: 87.6, 8: 96.4, 1: 178.7}
PACKETS = 4096  # more in the long run than in the short one
FLAGS = ["-O2", "-std=gnu11", "-D_GNU_SOURCE"]


def build(compiler: str, folder: Path) -> tuple[Path, set[str]]:
    """The program, and the names of the functions that count."""
    generated = folder / "e1000"
    generated.mkdir(exist_ok=True)
    driver = dddkgen.load(ROOT / "drivers/e1000/e1000.yaml")
    for output in (*glue.files(driver), *registers.files(driver)):
        (generated / output.name).write_text(output.text)
    counted = [generated / "e1000.dddk.c", ROOT / "drivers/e1000/e1000.c", *sorted((ROOT / "runtime").glob("*.c"))]
    include = ["-I", ROOT, "-I", ROOT / "runtime/port/direct", "-I", generated]
    objects, names = [], set()
    for source in [*counted, ROOT / "tests/bench/packets.c"]:
        target = folder / f"{compiler}-{source.stem}.o"
        subprocess.run([compiler, *FLAGS, *include, "-c", source, "-o", target], check=True)
        objects.append(target)
        if source in counted:
            symbols = subprocess.run(["nm", "--defined-only", target], check=True, capture_output=True, text=True).stdout
            names |= {line.split()[2] for line in symbols.splitlines() if line.split()[1] in "tT"}
    program = folder / f"{compiler}-packets"
    subprocess.run([compiler, "-o", program, *objects], check=True)
    return program, names


def instructions(program: Path, names: set[str], batch: int, batches: int, mode: str, folder: Path) -> int:
    """Instructions executed inside the functions `names`, those they call left out."""
    out = folder / "callgrind.out"
    subprocess.run(
        ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", program, str(batch), str(batches), mode],
        check=True,
        capture_output=True,
    )
    known: dict[str, str] = {}
    total, counts, skip = 0, False, False
    for line in out.read_text().splitlines():
        match = re.match(r"fn=\((\d+)\)(?: (.*))?$", line)
        if match:
            if match[2]:
                known[match[1]] = match[2]
            counts = re.sub(r"'\d+$", "", known[match[1]]) in names
        elif match := re.match(r"cfn=\((\d+)\)(?: (.*))?$", line):
            if match[2]:
                known[match[1]] = match[2]
        elif line.startswith("calls="):
            skip = True  # the next line is what the call cost, which is counted where it was spent
        elif re.match(r"[+\-*\d]", line):
            if not skip and counts:
                total += int(line.split()[1])
            skip = False
    return total


def measure(program: Path, names: set[str], batch: int, mode: str, folder: Path) -> float:
    """Instructions a packet."""
    few, many = 512 // batch + 16, (512 + PACKETS) // batch + 16
    cost = instructions(program, names, batch, many, mode, folder) - instructions(program, names, batch, few, mode, folder)
    return cost / ((many - few) * batch)


def main() -> int:
    if not shutil.which("valgrind"):
        print("packets.py: valgrind is not installed", file=sys.stderr)
        return 1
    compilers = [compiler for compiler in ("gcc", "clang") if shutil.which(compiler)]
    rows: dict[str, dict[int, float]] = {}
    with tempfile.TemporaryDirectory() as name:
        for compiler in compilers:
            program, names = build(compiler, Path(name))
            for mode in ("poll", "interrupt"):
                rows[f"{compiler}, {mode}"] = {batch: measure(program, names, batch, mode, Path(name)) for batch in IXY}
    if "--json" in sys.argv:
        print(json.dumps(rows))
        return 0
    print("instructions a packet, receive + transmit          batch" + "".join(f"{batch:>8}" for batch in IXY))
    print(f"{'ixy, C, poll mode':<56}" + "".join(f"{value:8.1f}" for value in IXY.values()))
    for row, values in rows.items():
        print(f"{'e1000, ' + row:<56}" + "".join(f"{value:8.1f}" for value in values.values()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
