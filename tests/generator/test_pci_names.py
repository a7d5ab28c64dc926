# SPDX-License-Identifier: MIT
"""Names of devices: in messages where the machine has a list, on pages where it was asked for, and nowhere else."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dddkgen import load
from dddkgen.model import Match
from dddkgen.pci_names import MOST_BYTES, MOST_CHARACTERS, VARIABLE, PciNames, of_machine

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
LIST = HERE / "pci.ids"
MANIFEST = """\
dddk: 1
driver: toy
title: A toy
class: misc
license: MIT
match:
  - {pci: 1234:0001}
  - {pci: 1234:0001, subsystem: 1234:0042}
  - {pci: 1234:*}
  - {class: 0c0330, doc: any other}
  - {pci: 4321:0001}
regions: {regs: {bar: 0, size: 256}}
registers: {CTRL: 0}
"""


def lines(text: str, folder: Path) -> tuple[Match, ...]:
    path = folder / "toy.yaml"
    path.write_text(text)
    return load(path).matches


def command(*arguments: str, names: Path | str = "", folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, VARIABLE: str(names)}
    return subprocess.run([sys.executable, str(ROOT / "generator" / "dddk"), *arguments], cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_a_line_is_called_what_the_list_calls_it(tmp_path: Path) -> None:
    names = PciNames(str(LIST))
    assert [names.of(match) for match in lines(MANIFEST, tmp_path)] == [
        "Example Machines Gauge",
        "Example Machines Gauge, subsystem Gauge on a Board",
        "Example Machines",
        "XHCI",
        "",
    ]


def test_a_class_is_named_as_exactly_as_it_is_asked_for() -> None:
    names = PciNames(str(LIST))
    assert names.klass(0x020000, 0xFF0000) == "Network controller"
    assert names.klass(0x020000, 0xFFFF00) == "Ethernet controller"
    assert names.klass(0x0C0331, 0xFFFFFF) == "USB controller"  # the interface has no name of its own
    assert names.klass(0x7F0000, 0xFFFFFF) == ""


def test_what_belongs_to_the_next_one_is_not_found() -> None:
    names = PciNames(str(LIST))
    assert names.device(0x0E11, 0x0002) == ("Example Elder", "")  # 0002 is Example Machines'
    assert names.device(0x8086, 0x0000) == ("Example Chips", "")  # 00 is of a class
    assert names.device(0x1AF4, 0x1000) == ("Example Virtual", "Pipe")


def test_a_message_has_the_name_and_a_report_for_programs_has_not(tmp_path: Path) -> None:
    (tmp_path / "toy.yaml").write_text(MANIFEST.replace("1234:*", "1234:1"))
    shown = command("check", "toy.yaml", names=LIST, folder=tmp_path)
    assert shown.returncode == 1 and "Example Machines Gauge" in shown.stderr
    for form in ("json", "sarif"):
        assert "Gauge" not in command("check", "--format", form, "toy.yaml", names=LIST, folder=tmp_path).stdout


def test_without_a_list_nothing_else_changes(tmp_path: Path) -> None:
    (tmp_path / "toy.yaml").write_text(MANIFEST.replace("1234:*", "1234:1"))
    named = command("check", "toy.yaml", names=LIST, folder=tmp_path).stderr
    for nothing in ("", tmp_path / "no_such_file", tmp_path):
        plain = command("check", "toy.yaml", names=nothing, folder=tmp_path)
        assert plain.returncode == 1
        assert plain.stderr == named.replace(" Example Machines Gauge", "")


def test_check_says_on_request_what_a_manifest_is_for(tmp_path: Path) -> None:
    (tmp_path / "toy.yaml").write_text(MANIFEST)
    said = command("check", "-v", "toy.yaml", names=LIST, folder=tmp_path)
    assert said.returncode == 0
    assert said.stdout.splitlines() == [
        "toy: 1234:0001; Example Machines Gauge",
        "toy: 1234:0001, subsystem 1234:0042; Example Machines Gauge, subsystem Gauge on a Board",
        "toy: 1234:any; Example Machines",
        "toy: class 0c0330; XHCI; any other",
        "toy: 4321:0001",
    ]
    assert command("check", "toy.yaml", names=LIST, folder=tmp_path).stdout == ""


def test_pages_have_names_when_asked_and_c_never(tmp_path: Path) -> None:
    (tmp_path / "toy.yaml").write_text(MANIFEST)
    made: dict[str, dict[str, str]] = {}
    for folder, arguments in (("plain", []), ("named", ["--pci-ids", str(LIST)])):
        done = command("gen", "toy.yaml", "-o", folder, *arguments, names=LIST, folder=tmp_path)
        assert done.returncode == 0, done.stderr
        made[folder] = {path.name: path.read_text() for path in (tmp_path / folder / "toy").iterdir() if path.suffix in (".c", ".h", ".md")}
    assert [name for name in made["plain"] if made["plain"][name] != made["named"][name]] == ["toy.md"]
    assert "Gauge on a Board" in made["named"]["toy.md"] and "Gauge" not in made["plain"]["toy.md"]


def test_names_do_not_stay_on_a_page_that_is_made_without(tmp_path: Path) -> None:
    (tmp_path / "toy.yaml").write_text(MANIFEST)
    page = tmp_path / "out" / "toy" / "toy.md"
    for arguments, there in (([], False), (["--pci-ids", str(LIST)], True), ([], False)):
        assert command("gen", "toy.yaml", "-o", "out", *arguments, folder=tmp_path).returncode == 0
        assert ("Gauge" in page.read_text()) is there


def test_a_list_that_was_asked_for_and_is_none_is_wrong_use(tmp_path: Path) -> None:
    (tmp_path / "toy.yaml").write_text(MANIFEST)
    for path in ("no_such_file", "."):
        done = command("gen", "toy.yaml", "-o", "out", "--pci-ids", path, folder=tmp_path)
        assert done.returncode == 2 and "no list of PCI IDs" in done.stderr
        assert not (tmp_path / "out").exists()


HOSTILE = [
    b"",
    b"1234",
    b"1234  ",
    b"1234  \n\t0001  ",
    b"1234  " + b"x" * 1_000_000 + b"\n\t0001  " + b"y" * 1_000_000,
    b"1234  \x1b[31mRed\x1b[0m\x07 \xff\xfe\r\n\t0001  <script> | `cell` */ \\ /* \xe2\x80\xae\n",
    b"\0" * 100_000 + b"\n1234  a\0b\n\t0001  c\n",
    b"\n1234  Maker\n" + b"\t0002  other\n" * 100_000 + b"\t0001  last\n",
    b"1234  \n" * 100_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_is_in_the_list_a_name_is_one_printable_line_and_soon_there(text: bytes, tmp_path: Path) -> None:
    path = tmp_path / "pci.ids"
    path.write_bytes(text)
    names, begin = PciNames(str(path)), time.monotonic()
    for match in lines(MANIFEST, tmp_path):
        name = names.of(match)
        assert name.isprintable() and len(name) <= 4 * MOST_CHARACTERS
        assert not set(name) & set("|`<>\\\n\x1b") and "*/" not in name and "/*" not in name
    assert time.monotonic() - begin < 1


def test_what_is_no_plain_file_or_too_large_has_no_names(tmp_path: Path) -> None:
    pipe, large = tmp_path / "pipe", tmp_path / "large"
    os.mkfifo(pipe)
    with large.open("wb") as file:
        file.write(b"1234  Maker\n")
        file.truncate(MOST_BYTES + 1)
    for path in (pipe, large, tmp_path, Path("/dev/zero")):
        assert PciNames(str(path)).device(0x1234, 1) == ("", "")


def test_the_machine_may_have_a_list_or_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(LIST))
    assert of_machine().there
    monkeypatch.setenv(VARIABLE, "")
    assert not of_machine().there
    monkeypatch.delenv(VARIABLE)
    of_machine()  # whatever this machine has
