# SPDX-License-Identifier: MIT
"""What became of each mutant: who noticed it, or that nobody did.

A mutant is held against the checks, then the compiler, then the unchanged objects, then QEMU. Two mutants that make the
same objects share one run. A scenario ends with status 0 when everything was as it should be: then the mutant survived.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from .build import Builder, DoesNotCompile, Rejected, generated
from .catalogue import Mutant
from .manifest import ROOT

RUN_SECONDS = 120.0  # a scenario takes 0.1 to 3 s and ends itself when nothing goes on


class Fate(Enum):
    CHECK = "killed by check"
    COMPILER = "killed by compiler"
    QEMU = "killed by qemu"
    UNUSED = "not used"
    SURVIVED = "survived"


@dataclass(frozen=True)
class Verdict:
    mutant: Mutant
    fate: Fate
    evidence: str  # codes, the compiler's words, the scenario's

    @property
    def on_the_bus(self) -> bool:
        """QEMU forgives it; the scenario saw an access that the datasheet does not."""
        return self.fate is Fate.QEMU and self.evidence.startswith("bus: ")


@dataclass(frozen=True)
class Run:
    """One run of a scenario."""

    passed: bool
    said: str


_running: set[subprocess.Popen[str]] = set()


def _kill(process: subprocess.Popen[str]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def run(program: Path) -> Run:
    """Run a scenario in a process group of its own, so that nothing is left of it. QEMU ends with its parent."""
    process = subprocess.Popen(
        [str(program)], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, errors="replace", start_new_session=True,
    )
    _running.add(process)
    try:
        output, _ = process.communicate(timeout=RUN_SECONDS)
    except subprocess.TimeoutExpired:
        _kill(process)
        process.communicate()
        return Run(False, f"did not end within {RUN_SECONDS:.0f} s")
    except BaseException:
        _kill(process)
        raise
    finally:
        _running.discard(process)
    if process.returncode == 0:
        return Run(True, "")
    said = next((line.removeprefix("FAILED: ") for line in output.splitlines() if line.startswith("FAILED: ")), "")
    if not said and process.returncode < 0:
        said = f"ended by {signal.Signals(-process.returncode).name}"
    return Run(False, said or (output.strip().splitlines() or [f"exit status {process.returncode}"])[-1])


class Judge:
    """Verdicts over the mutants of one driver. May be used by several threads."""

    def __init__(self, builder: Builder) -> None:
        self.builder = builder
        self.lock = threading.Lock()
        self.runs: dict[str, Future[Run]] = {}  # by objects

    def unchanged(self) -> Run:
        """The scenario with the driver as it is: it must pass, or no verdict means anything."""
        return run(self.builder.link(self.builder.folder / "unchanged"))

    def verdict(self, mutant: Mutant) -> Verdict:
        folder = Path(tempfile.mkdtemp(prefix="mutant-", dir=self.builder.folder))
        try:
            return Verdict(mutant, *self._fate(mutant, folder))
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _fate(self, mutant: Mutant, folder: Path) -> tuple[Fate, str]:
        try:
            files = generated(mutant.driver, mutant.text, folder)
            if self.builder.code_of(files) == self.builder.code:
                return Fate.UNUSED, "the same code"
            objects = self.builder.compile(files, folder)
        except Rejected as error:
            return Fate.CHECK, str(error)
        except DoesNotCompile as error:
            first = next((line for line in str(error).splitlines() if "error:" in line), str(error).strip())
            return Fate.COMPILER, first.rpartition("error: ")[2]
        if objects == self.builder.objects:
            return Fate.UNUSED, "the same objects"
        done = self._run(objects, folder)
        return (Fate.SURVIVED, "") if done.passed else (Fate.QEMU, done.said)

    def _run(self, objects: str, folder: Path) -> Run:
        with self.lock:
            future = self.runs.get(objects)
            mine = future is None
            if mine:
                future = self.runs[objects] = Future()
        assert future is not None
        if mine:
            try:
                future.set_result(run(self.builder.link(folder)))
            except BaseException as error:
                future.set_exception(error)
                raise
        return future.result()


def verdicts(judges: dict[str, Judge], mutants: Iterable[Mutant], jobs: int, told: Callable[[Verdict], None]) -> Iterator[Verdict]:
    """Judge every mutant, so many at a time; in their order. `told` hears of each as it comes."""

    def one(mutant: Mutant) -> Verdict:
        verdict = judges[mutant.driver].verdict(mutant)
        told(verdict)
        return verdict

    with ThreadPoolExecutor(jobs) as pool:
        futures = [pool.submit(one, mutant) for mutant in mutants]
        try:
            for future in futures:
                yield future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for process in list(_running):
                _kill(process)
            raise
