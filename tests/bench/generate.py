#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""How long the generator takes, in milliseconds, best of several runs; beside each row with a budget, the budget.

"process" rows are what a build pays that generates from Python: the generator is loaded. Cold: no output is there, so all is
read, checked, lowered, rendered and written. Hot: the output is there and nothing changed. "first" is the very first manifest
of a process, which also pays for loading what is loaded only when it is needed (PyYAML, Jinja2, the templates). "command" rows
have the start of the interpreter in them. Bytecode is cached as for any installed program, whatever the environment says.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REPEAT = 7

FRESH = """
import sys, time
sys.path.insert(0, {generator!r})
import dddkgen, dddkgen.compile, dddkgen.emit
list(dddkgen.emit.emitters())
begin = time.perf_counter()
for path in {manifests!r}:
    for output in dddkgen.emit.generate(dddkgen.load(path)):
        pass
print((time.perf_counter() - begin) * 1000)
"""

Row = tuple[str, float, float | None]  # what, milliseconds, budget


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


def environment(folder: Path) -> dict[str, str]:
    """Bytecode is kept, in a folder of this run."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": str(folder / "bytecode"), "XDG_CACHE_HOME": str(folder / "cache")}


def best(work: Callable[[], float | None]) -> float:
    """The least of several runs: what `work` returns, or the milliseconds that it took."""
    found = float("inf")
    for _ in range(REPEAT):
        begin = time.perf_counter()
        said = work()
        found = min(found, (time.perf_counter() - begin) * 1000 if said is None else said)
    return found


def fresh(folder: Path, manifests: list[str]) -> float:
    """Milliseconds to generate manifests in a process that has generated nothing before."""
    script = FRESH.format(generator=str(ROOT / "generator"), manifests=manifests)

    def once() -> float:
        run = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=120, env=environment(folder)
        )
        return float(run.stdout)

    return best(once)


def command(folder: Path, *arguments: str) -> float:
    """Milliseconds of one run of the command."""

    def once() -> None:
        subprocess.run([str(ROOT / "generator/dddk"), *arguments], check=True, capture_output=True, timeout=120, env=environment(folder))

    return best(once)


def cold(manifest: str, folder: Path) -> float:
    """Milliseconds from a manifest to its files on disk in a process that has the generator loaded, where no file was before."""
    from dddkgen import load
    from dddkgen.emit import generate, write_if_changed

    number = iter(range(REPEAT))

    def once() -> None:
        target = folder / f"cold{next(number)}"
        for output in generate(load(manifest)):
            write_if_changed(target / output.name, output.text)

    return best(once)


def hot(folder: Path, manifests: list[str], output: Path) -> float:
    """Milliseconds a manifest to find, in a process that has the generator loaded, that nothing is to be done."""
    from dddkgen.incremental import unchanged

    command(folder, "gen", *manifests, "-o", str(output))
    assert len(unchanged(manifests, output)) == len(manifests)

    def once() -> None:
        unchanged(manifests, output)

    return best(once) / len(manifests)


def rows(folder: Path) -> list[Row]:
    """Every measurement."""
    from dddkgen import load
    from dddkgen.emit import generate

    e1000 = str(ROOT / "drivers/e1000/e1000.yaml")
    for i in range(100):
        (folder / f"m{i}.yaml").write_text(sixteen(f"m{i}"))
    large = folder / "thousand.yaml"
    large.write_text(thousand())
    hundred = [str(folder / f"m{i}.yaml") for i in range(100)]
    generate(load(hundred[0]))
    command(folder, "gen", e1000, "-o", str(folder / "out"))
    return [
        ("16 registers, process, cold", best(lambda: generate(load(hundred[1])) and None), 5),
        ("16 registers, process, cold: to files on disk", cold(hundred[1], folder), None),
        ("16 registers, process, hot: a manifest of 100", hot(folder, hundred, folder / "out"), 1),
        ("16 registers, process, first", fresh(folder, hundred[:1]), None),
        ("16 registers, 100 manifests, process, first", fresh(folder, hundred), None),
        ("e1000, process, cold: to files on disk", cold(e1000, folder), None),
        ("e1000, process, first", fresh(folder, [e1000]), None),
        ("e1000, command `dddk check`", command(folder, "check", e1000), 150),
        ("e1000, command `dddk gen`, hot", command(folder, "gen", e1000, "-o", str(folder / "out")), None),
        ("100 manifests of 16 registers, command `dddk gen`, hot", command(folder, "gen", *hundred, "-o", str(folder / "out")), None),
        ("1,000 registers with 4,000 fields, process, read and checked", best(lambda: load(large) and None), 500),
        ("1,000 registers with 4,000 fields, process, first", fresh(folder, [str(large)]), 500),
    ]


def main() -> int:
    sys.path.insert(0, str(ROOT / "generator"))
    with tempfile.TemporaryDirectory() as temporary:
        measured = rows(Path(temporary))
    print("generation, milliseconds (budget)")
    for name, milliseconds, budget in measured:
        print(f"  {milliseconds:9.2f}  {'' if budget is None else f'({budget:g})':6}  {name}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
