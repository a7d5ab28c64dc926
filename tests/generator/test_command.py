# SPDX-License-Identifier: MIT
"""The command `dddk`: what it prints, what it writes, how it ends."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dddkgen import ManifestError, cli, load
from dddkgen.emit import Output

ROOT = Path(__file__).resolve().parents[2]
DDDK = ROOT / "generator" / "dddk"
DRIVERS = sorted(str(path) for path in (ROOT / "drivers").glob("*/*.yaml"))
TOY = "dddk: 1\ndriver: toy\ntitle: A toy\nclass: misc\nlicense: MIT\nmatch: [{pci: 1234:0001}]\nregions: {regs: {bar: 0, size: 256}}\nregisters: {CTRL: 0}\n"


def dddk(*arguments: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run([DDDK, *arguments], cwd=cwd, capture_output=True, text=True, timeout=60)


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    path = tmp_path / "toy.yaml"
    path.write_text(TOY)
    return path


def test_the_shipped_manifests_have_no_mistakes() -> None:
    done = dddk("check", *DRIVERS)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_check_says_where(toy: Path) -> None:
    toy.write_text(TOY.replace("CTRL: 0", "CTRL: 256"))
    done = dddk("check", toy.name, cwd=toy.parent)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "error[D0201]: register CTRL is outside its region\n --> toy.yaml:8:19\n" in done.stderr
    assert done.stderr.endswith("1 error. `dddk explain D0201` says more.\n")


@pytest.mark.parametrize("form", ["json", "sarif"])
def test_programs_read_standard_output(form: str, toy: Path) -> None:
    done = dddk("check", f"--format={form}", toy)
    assert (done.returncode, done.stderr) == (0, "")
    json.loads(done.stdout)
    toy.write_text(TOY.replace("CTRL: 0", "CTRL: 256"))
    done = dddk("check", f"--format={form}", toy)
    assert (done.returncode, done.stderr) == (1, "")
    assert "D0201" in json.dumps(json.loads(done.stdout))


@pytest.mark.parametrize("arguments", [[], ["check"], ["gen", "x.yaml"], ["chek", "x.yaml"], ["check", "--fast", "x"], ["check", "--format=xml", "x"]])
def test_wrong_use_ends_with_2(arguments: list[str]) -> None:
    done = dddk(*arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("usage: dddk")


def contents(folder: Path) -> dict[str, tuple[int, str]]:
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_check_explains_on_request_why_a_register_has_no_update() -> None:
    said = dddk("check", "-v", ROOT / "drivers/e1000/e1000.yaml")
    assert said.returncode == 0
    assert "e1000: no update of ICS: ICS.RXT0 is wo: what it holds cannot be read back; use e1000_ics_write and name every field, or have the driver remember it: `shadow: true` in the manifest" in said.stdout.splitlines()
    assert "no update of CTRL" not in said.stdout and "no update of ICR" not in said.stdout


def test_gen_is_reproducible_and_leaves_alone_what_did_not_change(tmp_path: Path) -> None:
    first = dddk("gen", *DRIVERS, "-o", tmp_path / "one", "-v")
    assert first.returncode == 0, first.stderr
    before = contents(tmp_path / "one")
    assert sorted(first.stdout.split()) == sorted(str(tmp_path / "one" / name) for name in before)
    again = dddk("gen", *DRIVERS, "-o", tmp_path / "one", "-v")
    assert (again.returncode, again.stdout) == (0, "")
    assert contents(tmp_path / "one") == before
    other = subprocess.run(
        [DDDK, "gen", *DRIVERS, "-o", "two"], cwd=tmp_path, env={**os.environ, "PYTHONHASHSEED": "7", "LC_ALL": "C", "TZ": "Asia/Tokyo"}, timeout=60
    )
    assert other.returncode == 0
    assert {name: digest for name, (_, digest) in contents(tmp_path / "two").items()} == {name: digest for name, (_, digest) in before.items()}


def test_each_driver_has_its_folder(tmp_path: Path) -> None:
    assert dddk("gen", *DRIVERS, "-o", tmp_path).returncode == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(Path(path).stem for path in DRIVERS)


def test_gen_writes_nothing_when_one_manifest_has_a_mistake(tmp_path: Path, toy: Path) -> None:
    toy.write_text(TOY.replace("CTRL: 0", "CTRL: 256"))
    done = dddk("gen", DRIVERS[0], toy, "-o", tmp_path / "out")
    assert done.returncode == 1
    assert not (tmp_path / "out").exists()


def test_gen_writes_nothing_when_the_generator_breaks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    calls = []

    def broken(driver: object) -> list[Output]:
        calls.append(driver)
        if len(calls) == 2:
            raise RuntimeError("out of ideas")
        return [Output("x.h", "")]

    monkeypatch.setattr("dddkgen.emit.generate", broken)
    assert cli.main(["gen", *DRIVERS, "-o", str(tmp_path / "out")]) == 1
    shown = capsys.readouterr().err
    assert "error[D0900]: internal error: RuntimeError" in shown and "out of ideas" in shown and "Traceback" not in shown
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("in the way")
    done = dddk("gen", DRIVERS[0], "-o", tmp_path / "out")
    assert done.returncode == 2
    assert done.stderr.startswith("dddk gen: ") and "Traceback" not in done.stderr


def test_a_reader_that_leaves_is_no_error() -> None:
    process = subprocess.Popen([DDDK, "explain", "--list"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(20) in (0, 1)


def test_load_gives_the_driver_or_every_diagnostic(toy: Path) -> None:
    assert load(toy).register("CTRL").offset == 0
    toy.write_text(TOY.replace("CTRL: 0", "CTRL: 256, OTHER: 2"))
    with pytest.raises(ManifestError) as caught:
        load(toy)
    assert [diagnostic.code for diagnostic in caught.value.diagnostics] == ["D0201", "D0202"]
    assert "toy.yaml:8:19" in str(caught.value)


def test_check_imports_nothing_that_it_does_not_need(toy: Path) -> None:
    code = (
        "import sys; from dddkgen import cli; status = cli.main(sys.argv[1:]);"
        "heavy = {'jinja2', 'jsonschema', 'rich', 'ruamel.yaml', 'json', 'dddkgen.diagnostics.codes'} & set(sys.modules);"
        "print(sorted(heavy)); raise SystemExit(status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "check", toy], env={**os.environ, "PYTHONPATH": str(ROOT / "generator")}, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, "[]\n")


CAREFREE = """dddk: 1
driver: toy
title: "A toy"   # spelt out
class: MISC
license: MIT
match: [{pci: 1234:0001}]
regions: {regs: {bar: 0, size: 4KB}}
registers:
  CTRL:   {at: 010, acess: ro, fields: {MODE: 8:9, OLD: {bits: 3-5, volatile: yes}}}
  STATUS: {at: "0x20", fields: {UP: {bit: 0, enum: onof}}}
enums: {onoff: {OFF: 0, ON: 1}}
"""


def test_fix_mends_what_needs_no_judgement_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "toy.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + CAREFREE.replace("\n", "\r\n").encode())
    path.chmod(0o640)
    done = dddk("check", "--fix", path.name, cwd=tmp_path)
    assert done.returncode == 1
    mended = CAREFREE
    for wrong, right in (("MISC", "misc"), ("4KB", "4KiB"), ("acess", "access"), ("8:9", "9:8"), ("3-5", "5:3"), ("yes", "true"), ('"0x20"', "0x20")):
        mended = mended.replace(wrong, right)
        assert f": mended: {right}\n" in done.stderr
    assert path.read_bytes() == b"\xef\xbb\xbf" + mended.replace("\n", "\r\n").encode()
    # The misspelt name of an enum is a guess, and stays; so does an offset that was octal to somebody.
    assert "error[D0403]" in done.stderr and "did you mean `onoff`?" in done.stderr and "error[D0111]" in done.stderr
    again = dddk("check", "--fix", path.name, cwd=tmp_path)
    assert "mended" not in again.stderr and path.read_bytes() == b"\xef\xbb\xbf" + mended.replace("\n", "\r\n").encode()


def test_fix_leaves_a_good_file_alone(toy: Path) -> None:
    before = toy.stat().st_mtime_ns
    assert dddk("check", "--fix", toy).returncode == 0
    assert toy.stat().st_mtime_ns == before


WAIVED = (Path(__file__).parent / "fixtures" / "D0623_nothing_clears_the_cause.yaml").read_text()


@pytest.mark.parametrize("at", ["", "at: interrupts, ", "at: interrupts.main.cause, "])
def test_a_waived_warning_is_told_to_programs_only(toy: Path, at: str) -> None:
    toy.write_text(WAIVED + f"waive: [{{code: D0623, {at}reason: serving the ring clears it}}]\n")
    done = dddk("check", toy)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    document = json.loads(dddk("check", "--format=json", toy).stdout)
    assert document["warnings"] == 0 and document["diagnostics"] == []
    assert [(one["code"], one["reason"]) for one in document["waived"]] == [("D0623", "serving the ring clears it")]
    (result,) = json.loads(dddk("check", "--format=sarif", toy).stdout)["runs"][0]["results"]
    assert result["suppressions"] == [{"kind": "inSource", "justification": "serving the ring clears it"}]


def test_a_waiver_for_another_place_waives_nothing(toy: Path) -> None:
    toy.write_text(WAIVED + "waive: [{code: D0623, at: registers.CTRL, reason: elsewhere}]\n")
    shown = dddk("check", toy).stderr
    assert "warning[D0623]" in shown and "warning[D0912]" in shown


def test_the_empty_handlers_are_those_that_the_header_declares_and_compile(tmp_path: Path) -> None:
    for name, path in (("gadget", ROOT / "tests/generator/whole/plenty_misc.yaml"), ("uart16550", ROOT / "drivers/uart16550/uart16550.yaml")):
        assert dddk("gen", path, "-o", tmp_path).returncode == 0
        done = dddk("handlers", path)
        assert (done.returncode, done.stderr) == (0, "")
        source, header = tmp_path / name / f"{name}.c", (tmp_path / name / f"{name}.dddk.h").read_text()
        source.write_text(done.stdout)
        begin = header.index("/* The handlers")
        section = header[begin : header.find("\n\n", begin)]
        made = [line for line in done.stdout.splitlines() if line.startswith(("int ", "void "))]
        assert len(made) >= 2 and sorted(f"{line};" for line in made) == sorted(line for line in section.splitlines() if line.startswith(("int ", "void ")))
        flags = ["-std=gnu11", "-D_GNU_SOURCE", "-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror", "-I.", "-Iruntime/port/hosted", f"-I{source.parent}"]
        compiled = subprocess.run(["gcc", *flags, str(source)], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
        assert compiled.returncode == 0, compiled.stderr


def test_a_manifest_with_mistakes_has_no_handlers(toy: Path) -> None:
    toy.write_text(TOY.replace("CTRL: 0", "CTRL: 256"))
    done = dddk("handlers", toy)
    assert (done.returncode, done.stdout) == (1, "") and "error[D0201]" in done.stderr


@pytest.mark.parametrize("arguments", [["schema"], ["explain", "--list"], ["check", "toy.yaml", "--format=json"], ["handlers", "toy.yaml"], ["--help"]], ids=lambda arguments: arguments[0])
def test_a_standard_output_without_room_is_told_in_one_line(arguments: list[str], toy: Path) -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run([DDDK, *arguments], cwd=toy.parent, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (2, "dddk: standard output: No space left on device\n")
