#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""How long the generator takes: cold and warm, in one process and as a command. Best of several runs, in milliseconds.

"cold" is the first manifest of a fresh process, after its imports; "warm" is a later one of the same process; "unchanged" is
a run whose output is already there. A command's time has the interpreter's start in it.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REPEAT = 5

FRESH = """
import sys, time
sys.path.insert(0, {generator!r})
import dddkgen, dddkgen.emit
list(dddkgen.emit.emitters())
begin = time.perf_counter()
for path in {manifests!r}:
    for output in dddkgen.emit.generate(dddkgen.load(path)):
        pass
print((time.perf_counter() - begin) * 1000)
"""


def sixteen(name: str) -> str:
    """A manifest with 16 registers of three fields each."""
    lines = ["dddk: 1", f"driver: {name}", "title: sixteen registers", "class: misc", "license: MIT", "match:", "  - pci: 1234:5678"]
    lines += ["regions:", "  regs: {bar: 0, size: 4KiB}", "registers:"]
    lines += [f"  R{i}: {{at: {4 * i:#x}, fields: {{A: 0, B: 7:4, C: {{bit: 31, access: w1c}}}}}}" for i in range(16)]
    return "\n".join(lines) + "\n"


def thousand() -> str:
    """1,000 registers with 4,000 fields."""
    text = sixteen("thousand").split("registers:")[0].replace("4KiB", "64KiB") + "registers:\n"
    fields = "{A: 0, B: 7:4, C: {bit: 31, access: w1c}, D: 15:8}"
    return text + "".join(f"  R{i}: {{at: {4 * i:#x}, fields: {fields}}}\n" for i in range(1000))


def fresh(manifests: list[str]) -> float:
    """Milliseconds to generate manifests in a process that has generated nothing before."""
    script = FRESH.format(generator=str(ROOT / "generator"), manifests=manifests)
    runs = [subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=120) for _ in range(REPEAT)]
    return min(float(run.stdout) for run in runs)


def command(*arguments: str) -> float:
    """Milliseconds of one run of the command."""
    best = float("inf")
    for _ in range(REPEAT):
        begin = time.perf_counter()
        subprocess.run([str(ROOT / "generator/dddk"), *arguments], check=True, capture_output=True, timeout=120)
        best = min(best, (time.perf_counter() - begin) * 1000)
    return best


def in_process(work: object) -> float:
    best = float("inf")
    for _ in range(REPEAT):
        begin = time.perf_counter()
        work()  # type: ignore[operator]
        best = min(best, (time.perf_counter() - begin) * 1000)
    return best


def main() -> int:
    e1000 = str(ROOT / "drivers/e1000/e1000.yaml")
    sys.path.insert(0, str(ROOT / "generator"))
    import dddkgen
    import dddkgen.emit

    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for i in range(100):
            (folder / f"m{i}.yaml").write_text(sixteen(f"m{i}"))
        (folder / "thousand.yaml").write_text(thousand())
        hundred = [str(folder / f"m{i}.yaml") for i in range(100)]
        dddkgen.emit.generate(dddkgen.load(hundred[0]))
        command("gen", e1000, "-o", str(folder / "out"))
        rows = [
            ("e1000, cold, in a fresh process", fresh([e1000])),
            ("e1000, warm", in_process(lambda: dddkgen.emit.generate(dddkgen.load(e1000)))),
            ("e1000, `dddk gen`, output there and unchanged", command("gen", e1000, "-o", str(folder / "out"))),
            ("e1000, `dddk check`", command("check", e1000)),
            ("16 registers, cold, in a fresh process", fresh(hundred[:1])),
            ("16 registers, warm", in_process(lambda: dddkgen.emit.generate(dddkgen.load(hundred[1])))),
            ("100 manifests of 16 registers, in a fresh process", fresh(hundred)),
            ("1,000 registers with 4,000 fields, read and checked", in_process(lambda: dddkgen.load(folder / "thousand.yaml"))),
            ("1,000 registers with 4,000 fields, generated", fresh([str(folder / "thousand.yaml")])),
        ]
    print("generation, milliseconds")
    for name, milliseconds in rows:
        print(f"  {milliseconds:9.1f}  {name}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
