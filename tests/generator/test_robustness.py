# SPDX-License-Identifier: MIT
"""No input makes a traceback, a hang or a large memory: a manifest may be hostile."""

from __future__ import annotations

import os
import random
import re
import resource
import signal
import socket
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from dddkgen import cli
from dddkgen.compile import compile_manifest
from dddkgen.diagnostics import Report
from dddkgen.diagnostics.text import Lines, render

ROOT = Path(__file__).resolve().parents[2]
DDDK = ROOT / "generator" / "dddk"
DRIVERS = sorted(path for path in (ROOT / "drivers").glob("*/*.yaml"))
HEAD = "dddk: 1\ndriver: toy\ntitle: A toy\nclass: misc\nlicense: MIT\nmatch: [{pci: 1234:0001}]\nregions: {regs: {bar: 0, size: 256}}\n"

#: What the command may need beyond the Python it began with, and how long it may take on a busy machine.
MEMORY_KIB = 200 << 10
SECONDS = 20


def laughs(depth: int, width: int) -> str:
    names = [f"a{number}" for number in range(depth)]
    lines = [f"{names[0]}: &{names[0]} [{', '.join(['ha'] * width)}]"]
    for before, name in zip(names, names[1:], strict=False):
        lines.append(f"{name}: &{name} [{', '.join(['*' + before] * width)}]")
    return HEAD + "\n".join(lines) + f"\nregisters: *{names[-1]}\n"


HOSTILE: dict[str, str | bytes] = {
    "billion laughs": laughs(9, 10),
    "laughing mappings": HEAD
    + "x0: &x0 {A: 0, B: 1}\n"
    + "".join(f"x{n}: &x{n} {{A: *x{n - 1}, B: *x{n - 1}}}\n" for n in range(1, 60))
    + "registers: *x59\n",
    "deep lists": "[" * 100_000,
    "deep lists that end": "[" * 100_000 + "]" * 100_000,
    "deep mappings": "{a: " * 50_000 + "0" + "}" * 50_000,
    "deep blocks": "".join(" " * n + "a:\n" for n in range(2000)),
    "deep dashes": "- " * 50_000 + "x",
    "deep aliases": HEAD + "x0: &x0 {}\n" + "".join(f"x{n}: &x{n} {{A: *x{n - 1}}}\n" for n in range(1, 3000)),
    "4 MB of nothing": "\n" * (4 << 20),
    "10 MB of comments": "# comment\n" * (1 << 20),
    "a million items": "[" + "a," * 1_000_000 + "]",
    "a million keys": "".join(f"k{n}: 0\n" for n in range(300_000)),
    "one long scalar": "title: " + "x" * 3_000_000,
    "one long key": "k" * 3_000_000 + ": 1",
    "a megabyte of digits": HEAD + "registers: {CTRL: 0x" + "f" * 1_000_000 + "}",
    "a megabyte of decimal digits": HEAD + "registers: {CTRL: {at: 0, reset: " + "9" * 1_000_000 + "}}",
    "digits and underscores": HEAD + "registers: {CTRL: {at: " + "1_" * 500_000 + "}}",
    "huge count": HEAD + "registers: {CTRL: {at: 0, count: 16777216, stride: 4294967296}}",
    "huger count": HEAD + f"registers: {{CTRL: {{at: 0, count: {10**30}}}}}",
    "interleaved arrays": HEAD + "registers: {A: {at: 0, count: 16777216, stride: 8}, B: {at: 4, count: 16777216, stride: 12}}",
    "many overlapping registers": HEAD + "registers:\n" + "".join(f"  R{n}: {{at: 0, width: 64}}\n" for n in range(5000)),
    "many arrays over each other": HEAD
    + "registers:\n"
    + "".join(f"  R{n}: {{at: {4 * n}, count: 65536, stride: {8 + 4 * (n % 3)}}}\n" for n in range(400)),
    "every bit five hundred times": HEAD + "registers:\n  R:\n    at: 0\n    fields:\n" + "".join(f"      F{n}: 31:0\n" for n in range(2000)),
    "many misspelt keys": HEAD + "registers:\n" + "".join(f"  R{n}: {{at: {4 * n}, acess: ro}}\n" for n in range(5_000)),
    "many unknown names": HEAD
    + "enums:\n"
    + "".join(f"  enum_number_{n}: {{A: 0}}\n" for n in range(3000))
    + "registers:\n"
    + "".join(f"  R{n}: {{at: {4 * n}, fields: {{F: {{bit: 0, enum: enum_numbr_{n}}}}}}}\n" for n in range(3000)),
    "a place in quotes, and an enum's value without a number": HEAD.replace("size: 256}", "size: 256, at: '0'}") + "enums: {e: {A: {value: '1'}, B: {doc: x}}}\nregisters: {R: {at: 0, fields: {F: {bits: 1:0, enum: e}}}}\n",
    "a doorbell that is nowhere": (Path(__file__).parent / "whole" / "plenty_owned.yaml").read_text().replace("doorbell: {to: TPPOLL.NPQ}", "doorbell: {}"),
    "NUL bytes": b"dddk: 1\0\0\0",
    "UTF-16": HEAD.encode("utf-16"),
    "UTF-32": HEAD.encode("utf-32"),
    "Latin-1": HEAD.replace("A toy", "Gerät").encode("latin-1"),
    "a byte order mark": b"\xef\xbb\xbf" + HEAD.encode() + b"registers: {CTRL: 0}\n",
    "surrogates": b"title: \xed\xa0\x80\n",
    "lone continuation": b"title: \x80\n",
    "an ELF header": b"\x7fELF\x02\x01\x01" + bytes(64),
    "carriage returns": HEAD.replace("\n", "\r").encode(),
    "line separators": (HEAD + "doc: a\u2028b\u2029c\x85d\nregisters: {CTRL: x}\n").encode(),
    "nothing": "",
    "only a scalar": "hello",
    "only a list": "- a\n- b\n",
    "only a tag": "!!python/object:os.system ls",
    "python tags": HEAD + "registers: !!python/object/apply:os.system ['true']\n",
    "directives": "%YAML 1.1\n%TAG ! tag:x,2000:\n---\n" + HEAD,
    "old directive": "%YAML 3.0\n---\na: b\n",
    "an anchor on nothing": "a: &a\nb: *a\n",
    "an alias as a key": "a: &a x\n*a : y\n",
    "an alias of an open mapping": "a: &a {b: {c: *a}}\n",
    "complex keys": "? {a: b}\n: c\n? [d]\n: e\n",
    "empty keys": "? \n: c\n'': d\n",
    "quotes that do not end": "title: 'A toy\n",
    "only a quote": '"',
    "nulls": HEAD.replace("A toy", "~") + "registers: ~\n",
    "paths": HEAD + "registers: {CTRL: 0}\nmodel: /etc/passwd.c\n",
    "more paths": HEAD + "registers: {CTRL: 0}\nmodel: a/../../../b.c\n",
    "terminal escapes": HEAD.replace("A toy", '"\\e]0;title\\a"') + "registers: {CTRL: 0}\n",
    "newlines in names": HEAD + 'registers: {"CT\\nRL": 0}\n',
    "10 MB of registers": HEAD + "registers:\n" + "".join(f"  REGISTER_{n}: {{at: {4 * n}, fields: {{FIELD: 31:0}}}}\n" for n in range(200_000)),
    "4 MB of registers": HEAD + "registers:\n" + "".join(f"  R{n}: {4 * n}\n" for n in range(200_000)),
    "duplicate keys everywhere": HEAD + HEAD + "registers: {A: 0, A: 4, A: {at: 8, at: 12}}\nregisters: {B: 0}\n",
    "an enum of 100,000 values": HEAD + "enums: {e: {" + ", ".join(f"V{n}: {n}" for n in range(100_000)) + "}}\nregisters: {CTRL: {at: 0, fields: {F: {bits: 31:0, enum: e}}}}\n",
    "an array that lists 100,000 offsets": HEAD + "registers: {CTRL: {at: [" + ", ".join(str(4 * n) for n in range(100_000)) + "]}}\n",
    "blocks in blocks": HEAD + "registers: {A: 0}\nblocks: " + "{B: {at: 0, blocks: " * 30 + "{}" + "}}" * 30 + "\n",
    "repeated fields": HEAD + "registers:\n" + "".join(f"  R{n}: {{at: 0, fields: {{F: {{bit: 0, count: 64}}}}}}\n" for n in range(3_000)),
    "parameters that double": HEAD + "parameters:\n  P0: 1\n" + "".join(f"  P{n}: P{n - 1} * P{n - 1} + P{n - 1}\n" for n in range(1, 300)) + "registers: {CTRL: P299}\n",
    "parentheses": HEAD + "registers: {CTRL: " + "(" * 90 + "1" + ")" * 90 + "}\n",
    "UTF-7": (HEAD + "doc: \u00e4\u4e2d\nregisters: {CTRL: 0}\n").encode("utf-7"),
    "Shift JIS": (HEAD + "doc: \u30c6\u30b9\u30c8\nregisters: {CTRL: 0}\n").encode("shift_jis"),
    "half of UTF-16": b"\xff\xfe" + HEAD.encode("utf-16-le") + b"x",
    "overlong UTF-8": HEAD.encode() + b"doc: \xc0\xaf\n",
    "format characters": HEAD + "registers: {'{0}%s%n': 0, '{CTRL!r:>1000000000}': 1}\n",
}


def run(path: Path, tmp: Path) -> tuple[int, str]:
    """`dddk check` in a fork of this process, which is killed when it takes too long; exit status and standard error."""
    errors = tmp / "stderr"
    child = os.fork()
    if child == 0:
        try:
            signal.alarm(SECONDS)
            os.dup2(os.open(errors, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)
            sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            status = cli.main(["check", str(path)])
            sys.stderr.flush()
            used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
            os._exit(100 if used > MEMORY_KIB else status)
        finally:
            traceback.print_exc()
            os._exit(101)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), errors.read_text(errors="replace")


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_input_is_answered_with_a_message(name: str, tmp_path: Path) -> None:
    content = HOSTILE[name]
    path = tmp_path / "hostile.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    status, shown = run(path, tmp_path)
    assert status in (0, 1), f"status {status}: {shown[-2000:]}"
    assert "Traceback" not in shown and "D0900" not in shown, shown[-2000:]
    if status == 1:
        assert "error[D0" in shown
    assert len(shown) < 2_000_000


def test_what_is_no_file_is_refused_and_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path, Path("/dev/zero"), Path("/dev/null"), tmp_path / ("x" * 5000), tmp_path / "no" / "file"):
        status, shown = run(path, tmp_path)
        assert status == 1
        assert shown.startswith("error[D000")


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _socket(path: Path) -> None:
    """By a short name: the address of a socket has at most 108 bytes."""
    before = os.getcwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(before)


def _device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _folder(path: Path) -> None:
    path.mkdir()


def _outside(path: Path) -> None:
    path.symlink_to("/etc/passwd")


def _loop(path: Path) -> None:
    path.symlink_to(path.name)


def _itself(path: Path) -> None:
    path.symlink_to("hostile.yaml")


def _large(path: Path) -> None:
    with open(path, "wb") as file:
        file.truncate(1 << 40)


def identity(path: Path) -> tuple[int, ...]:
    """What a file is: not when it was used, which others may do with a device."""
    found = os.lstat(path)
    return found.st_dev, found.st_ino, found.st_mode, found.st_uid, found.st_size, found.st_rdev


ODD_FILES = (_pipe, _socket, _device, _folder, _outside, _loop, _itself, _large)


@pytest.mark.parametrize("key", ["include", "extends"])
@pytest.mark.parametrize("make", ODD_FILES, ids=lambda make: make.__name__.strip("_"))
def test_what_a_manifest_includes_may_be_anything(make: Callable[[Path], None], key: str, tmp_path: Path) -> None:
    make(tmp_path / "odd.yaml")
    path = tmp_path / "hostile.yaml"
    path.write_text(HEAD + f"registers: {{CTRL: 0}}\n{key}: odd.yaml\n")
    status, shown = run(path, tmp_path)
    assert status == 1
    assert shown.startswith("error[D00"), shown


@pytest.mark.parametrize("make", ODD_FILES, ids=lambda make: make.__name__.strip("_"))
def test_what_stands_where_output_goes_is_left_alone(make: Callable[[Path], None], tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A plain file is replaced, a link to one included; a device, a pipe or a folder is not, and nobody waits for it."""
    (tmp_path / "toy.yaml").write_text(HEAD + "registers: {CTRL: 0}\n")
    (tmp_path / "hostile.yaml").write_text("")
    for place in ("toy/toy.md", "toy/.dddk", "toy"):
        out = tmp_path / place.replace("/", "_")
        odd = out / place
        odd.parent.mkdir(parents=True)
        make(odd)
        before = identity(odd)
        status = cli.main(["gen", str(tmp_path / "toy.yaml"), "-o", str(out)])
        said = capfd.readouterr().err
        if status == 0:
            assert place == "toy" and make is _folder or odd.is_file() or make in (_outside, _itself, _large)
        else:
            assert status == 2 and said.startswith("dddk gen: ") and said.count("\n") == 1, said
            assert identity(odd) == before
    assert Path("/dev/zero").is_char_device() and Path("/etc/passwd").read_text().startswith("root:")


@pytest.mark.parametrize("target", ["file", "file/deeper", "/dev/null", "/proc/nowhere", "x" * 300])
def test_output_that_has_no_room_is_reported(target: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "toy.yaml").write_text(HEAD + "registers: {CTRL: 0}\n")
    (tmp_path / "file").write_text("mine")
    assert cli.main(["gen", str(tmp_path / "toy.yaml"), "-o", os.path.join(tmp_path, target)]) == 2
    said = capfd.readouterr().err
    assert said.startswith("dddk gen: ") and said.count("\n") == 1
    assert (tmp_path / "file").read_text() == "mine"


def test_a_device_as_output_is_written_to_and_not_replaced(capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["schema", "-o", "/dev/null"]) == 0
    assert Path("/dev/null").is_char_device()
    assert cli.main(["schema", "-o", "/dev/full"]) == 2
    assert "No space left" in capfd.readouterr().err
    assert Path("/dev/full").is_char_device()


def test_includes_in_a_circle_or_without_end_are_refused(tmp_path: Path) -> None:
    for number in range(400):
        (tmp_path / f"n{number}.yaml").write_text(f"include: [n{number + 1}.yaml, n{(number * 7) % 400}.yaml]\n")
    (tmp_path / "n400.yaml").write_text("include: n0.yaml\n")
    for key in ("include", "extends"):
        path = tmp_path / f"{key}.yaml"
        path.write_text(HEAD + f"registers: {{CTRL: 0}}\n{key}: n0.yaml\n")
        status, shown = run(path, tmp_path)
        assert status == 1 and re.search(r"error\[D001[89]\]", shown), shown[:2000]


def test_an_include_of_what_is_no_file_is_shown_where_it_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe.yaml")
    for name, what in (("folder", "is a folder"), ("pipe.yaml", "is not a plain file")):
        path = tmp_path / "mine.yaml"
        path.write_text(HEAD + f"registers: {{CTRL: 0}}\ninclude: [{name}]\n")
        status, shown = run(path, tmp_path)
        assert status == 1 and what in shown and f"include: [{name}]" in shown, shown


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "secret.yaml"
    path.write_text(HEAD)
    path.chmod(0)
    assert run(path, tmp_path)[1].startswith("error[D0002]")


def test_a_path_that_no_text_can_be_is_reported(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\xff\xfe.yaml"
    done = subprocess.run([sys.executable, DDDK, "check", path], capture_output=True, timeout=20)
    assert done.returncode == 1
    assert done.stderr.startswith(b"error[D0001]")


def survive(text: str, tmp: Path) -> None:
    """Compile and render; anything but an answer is a failure."""
    path = tmp / "mutant.yaml"
    path.write_text(text, encoding="utf-8", errors="surrogatepass")
    report = Report()
    driver = compile_manifest(str(path), report)
    assert (driver is None) == report.failed
    lines = Lines()
    for diagnostic in report.sorted()[:20]:
        render(diagnostic, lines)


TOKENS = [
    "0", "1", "-1", "64", "65", "31:0", "9:8", "0x", "0xffffffffffffffff", "1e400", ".inf", "~", "true", "[]", "{}", "''", "&a", "*a", "*causes",
    "<<", "!!int", "|", ">", "- ", "? ", ": ", ", ", "\t", "\n", "  ", "#", "'", '"', "[", "]", "{", "}", "CTRL", "ICR.LSC", "RAL[99]", "LCR.DLAB == 7",
    "rw", "w1c", "base.low", "status.DD", "device", "ro", "wo", "rc", "misc", "net", "64KiB", "ffff:ffff", "at: 0", "count: 16777216", "fields: {A: 0}",
    "when: LCR.DLAB == 1", "bit: 63", "bits: 0:9", "enum: speed", "width: 8", "stride: 1", "reset: 1", "sets: ICR", "resets: device", "c_name: int",
]  # fmt: skip


@st.composite
def mutants(draw: st.DrawFn) -> str:
    """A shipped manifest with a few tokens replaced, removed, doubled or exchanged."""
    text = draw(st.sampled_from(DRIVERS)).read_text()
    pieces = re.split(r"(\s+|[{}\[\],:#])", text)
    for _ in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, len(pieces) - 1))
        match draw(st.integers(0, 4)):
            case 0:
                pieces[place] = draw(st.sampled_from(TOKENS))
            case 1:
                pieces[place] = ""
            case 2:
                pieces.insert(place, pieces[draw(st.integers(0, len(pieces) - 1))])
            case 3:
                other = draw(st.integers(0, len(pieces) - 1))
                pieces[place], pieces[other] = pieces[other], pieces[place]
            case _:
                pieces[place] = draw(st.text(max_size=6))
    return "".join(pieces)


SETTINGS = settings(
    max_examples=400,
    deadline=None,
    derandomize=False,
    print_blob=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@SETTINGS
@given(text=mutants())
def test_mutations_of_manifests_never_break_the_generator(text: str, tmp_path: Path) -> None:
    note(text)
    survive(text, tmp_path)


def test_every_line_of_a_manifest_may_be_missing_or_twice(tmp_path: Path) -> None:
    """Removing one line, doubling one, cutting the file off: each is answered."""
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    choose = random.Random(seed)
    for path in DRIVERS:
        lines = path.read_text().splitlines(keepends=True)
        for place in choose.sample(range(len(lines)), min(len(lines), 25)):
            survive("".join(lines[:place] + lines[place + 1 :]), tmp_path)
            survive("".join(lines[: place + 1] + lines[place:]), tmp_path)
            survive("".join(lines[:place]), tmp_path)


@SETTINGS
@given(data=st.binary(max_size=400))
def test_arbitrary_bytes_never_break_the_generator(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "bytes.yaml"
    path.write_bytes(data)
    report = Report()
    assert compile_manifest(str(path), report) is None
    assert report.failed
