# SPDX-License-Identifier: MIT
"""Random mistakes in random manifests: an answer with exit status 0 or 1, in time, in bounded memory, in every format; the same
answer in whatever order the checks run; and the schema refuses nothing that the validator takes.

`make test` makes the same ones each time; DDDK_LONG=1 makes many more, others each time. DDDK_SEED=... makes them again.
"""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import sys
import time
import traceback
from pathlib import Path

import jsonschema
import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from random_manifests.maker import Made, Maker  # noqa: E402
from random_manifests.mutations import mutated_text, mutated_tree  # noqa: E402
from test_schema import compare  # noqa: E402

from dddkgen import cli  # noqa: E402
from dddkgen.check import CHECKS, check  # noqa: E402
from dddkgen.diagnostics import Report  # noqa: E402
from dddkgen.keys import schema as schema_module  # noqa: E402
from dddkgen.keys.driver import DRIVER  # noqa: E402
from dddkgen.keys.parameters import parameters  # noqa: E402
from dddkgen.read import read_text  # noqa: E402
from dddkgen.read.assemble import assemble  # noqa: E402
from dddkgen.read.source import Source  # noqa: E402
from dddkgen.resolve import resolve  # noqa: E402

LONG = os.environ.get("DDDK_LONG") == "1"
SEED = int(os.environ.get("DDDK_SEED", random.SystemRandom().randrange(1 << 32) if LONG else 20260101))
MUTANTS = 20_000 if LONG else 120
ORDERS = 2_000 if LONG else 40
#: What a command may take for one manifest beyond what this process has, and how long on a busy machine.
MEMORY_KIB = 200 << 10
SECONDS = 20
MUTATIONS = (mutated_tree, mutated_tree, mutated_text)


@pytest.fixture(scope="module")
def valid() -> list[Made]:
    print(f"seed {SEED}")
    maker = Maker(SEED)
    return [maker.make(size=size) for size in (1, 1, 1, 4, 4, 4, 10, 10, 10)]


@pytest.fixture(scope="module")
def written() -> list[Made]:
    """By hand, with every key there is; their text is changed."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted((HERE / "whole").glob("plenty_*.yaml"))}
    return [Made(name, "", text) for name, text in texts.items() if "\ninclude:" not in text and "\nextends:" not in text]


def commands(path: str, out: str) -> list[list[str]]:
    """What somebody would do with a manifest, in each format once. The last one changes it."""
    return [["check", path, "--format=text"], ["gen", path, "-o", out, "--format=json"], ["check", "--fix", path, "--format=sarif"]]


def _answer(command: list[str], output: Path) -> str | None:
    """What is wrong with how one command ended."""
    beside = output.with_name("beside")  # what is for people
    with open(output, "w", encoding="utf-8", errors="backslashreplace") as stream, open(beside, "w", encoding="utf-8", errors="backslashreplace") as errors:
        keep = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = stream, errors
        try:
            status = cli.main(command)
        except BaseException:
            errors.write(traceback.format_exc())
            status = -1
        finally:
            sys.stdout, sys.stderr = keep
    said, told = (path.read_text(encoding="utf-8", errors="backslashreplace") for path in (output, beside))
    if status not in (0, 1) or "Traceback" in told or "D0900" in said + told:
        return f"status {status}: {(said + told)[-3000:]}"
    if "--format=text" in command and (status == 1) != ("error[D" in told):
        return f"status {status}, and it says: {told[-3000:]}"
    if command[-1] in ("--format=json", "--format=sarif"):
        try:
            json.loads(said)
        except ValueError as error:
            return f"no JSON: {error}: {said[:500]}"
    return None


def _in_a_child(texts: list[tuple[str, Made]], folder: Path) -> list[str]:
    """Run every command on every text in a process of its own; what went wrong."""
    result = folder / "result"
    child = os.fork()
    if child == 0:
        wrong: list[str] = []
        try:
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            for number, (text, made) in enumerate(texts):
                path = folder / "mutant.yaml"
                for name, part in made.parts.items():
                    (folder / name).parent.mkdir(exist_ok=True)
                    (folder / name).write_text(part, encoding="utf-8")
                path.write_text(text, encoding="utf-8", errors="surrogatepass")
                for command in commands(str(path), str(folder / "out")):
                    result.write_text(f"{number}: {command}: a signal, or longer than {SECONDS} s\n{text}", encoding="utf-8", errors="surrogatepass")
                    signal.alarm(SECONDS)
                    said = _answer(command, folder / "said")
                    signal.alarm(0)
                    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
                    if used > MEMORY_KIB:
                        said, before = f"{used} KiB", before + used
                    if said is not None:
                        wrong.append(f"number {number}: dddk {' '.join(command)}\n{said}")
                        (folder.parent / f"wrong{number}.yaml").write_text(text, encoding="utf-8", errors="surrogatepass")
            result.write_text(json.dumps(wrong[:20]), encoding="utf-8")
            os._exit(0)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    if status != 0:
        return [result.read_text(encoding="utf-8", errors="replace")]
    return list(json.loads(result.read_text(encoding="utf-8")))


def test_random_mistakes_are_answered_in_every_format(valid: list[Made], written: list[Made], tmp_path: Path) -> None:
    choose = random.Random(SEED)
    texts = []
    for number in range(MUTANTS):
        made = choose.choice(written if number % 2 else valid)
        texts.append((choose.choice(MUTATIONS if made.data else (mutated_text,))(made, choose), made))
    for begin in range(0, len(texts), 200):
        folder = tmp_path / str(begin)
        folder.mkdir()
        start = time.monotonic()
        wrong = _in_a_child(texts[begin : begin + 200], folder)
        assert wrong == [], f"seed {SEED}, from number {begin}; in {tmp_path}\n" + "\n\n".join(wrong)
        print(f"seed {SEED}: mutants {begin} to {begin + 199} in {time.monotonic() - start:.1f} s")


def _codes(root: object, report: Report, path: str, order: list[object]) -> object:
    check(resolve(root, path, report), report, order)  # type: ignore[arg-type]
    return report.sorted()


def test_checks_of_random_mistakes_run_in_any_order(valid: list[Made], tmp_path: Path) -> None:
    choose = random.Random(SEED + 1)
    several = 0
    for number in range(ORDERS):
        made = choose.choice(valid)
        path = tmp_path / "mutant.yaml"
        for name, part in made.parts.items():
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(part, encoding="utf-8")
        path.write_text(mutated_tree(made, choose), encoding="utf-8", errors="surrogatepass")
        answers = []
        for turn in range(3):
            report = Report()
            tree = assemble(str(path), report)
            if tree is None:
                break
            report.parameters = parameters(tree, report)
            root = DRIVER.parse(tree, report)
            if root is None:
                break
            order = list(CHECKS)
            if turn:
                choose.shuffle(order)
            answers.append(_codes(root, report, str(path), order))  # type: ignore[arg-type]
        assert all(answer == answers[0] for answer in answers), f"seed {SEED}, number {number}: {path}"
        several += bool(answers) and len(answers[0]) > 1  # type: ignore[arg-type]
    print(f"seed {SEED}: {ORDERS} manifests, {several} with several mistakes")
    assert several > ORDERS // 10


def test_schema_and_validator_agree_on_random_manifests_and_mistakes(valid: list[Made]) -> None:
    validator = jsonschema.Draft7Validator(schema_module.schema())
    choose = random.Random(SEED + 2)
    seen = []
    for made in valid:
        answer = compare(made.text, f"seed {SEED}, {made.name}", validator)
        assert answer == "good" or made.parts, made.name
        known = parameters(read_text(Source(made.name, made.text), Report()).root, Report())  # type: ignore[union-attr]
        for name, part in made.parts.items():
            assert compare(part, f"seed {SEED}, {name}", validator, known) is not None, name
    for number in range(MUTANTS):
        text = choose.choice(MUTATIONS)(choose.choice(valid), choose)
        if "\ud800" not in text:
            seen.append(compare(text, f"seed {SEED}, number {number}", validator))
    print(f"seed {SEED}: {seen.count('good')} good ones, {seen.count('bad')} bad ones, {seen.count(None)} that cannot be read")
    assert seen.count("bad") > len(seen) // 10
