# SPDX-License-Identifier: MIT
"""Every code has a fixture, its golden text and an explanation; and a report does not depend on how it came about.

`fixtures/D0214_fields_overlap.yaml` is a manifest with that mistake and no other, `.txt` beside it what `dddk check` says.
Mistakes that no manifest in git can hold (a missing file, one of 10 MB) are made by `MADE`. After a deliberate change of a
message run `tests/generator/test_diagnostics.py --write` and read the difference.
"""

from __future__ import annotations

import contextlib
import fcntl
import itertools
import json
import os
import pty
import random
import re
import struct
import subprocess
import sys
import tempfile
import termios
from collections.abc import Callable
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
FIXTURES = HERE / "fixtures"
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "generator"))

from dddkgen import cli, waivers  # noqa: E402
from dddkgen.check import CHECKS, check  # noqa: E402
from dddkgen.compile import compile_manifest  # noqa: E402
from dddkgen.diagnostics import Report, Severity  # noqa: E402
from dddkgen.diagnostics.codes import WARNINGS, registry  # noqa: E402
from dddkgen.diagnostics.machine import to_json, to_sarif  # noqa: E402
from dddkgen.diagnostics.text import Lines, render  # noqa: E402
from dddkgen.keys.driver import DRIVER  # noqa: E402
from dddkgen.keys.parameters import parameters  # noqa: E402
from dddkgen.read.assemble import assemble  # noqa: E402
from dddkgen.resolve import resolve  # noqa: E402

MANIFESTS = sorted(path.name for path in FIXTURES.glob("*.yaml"))
GOOD = "\n".join(
    [
        "dddk: 1",
        "driver: toy",
        "title: A toy",
        "class: misc",
        "license: MIT",
        "match: [{pci: 1234:0001}]",
        "regions: {regs: {bar: 0, size: 256}}",
        "registers: {CTRL: 0}",
        "",
    ]
)


def _missing(folder: Path) -> list[str]:
    return ["check", "missing.yaml"]


def _in_a_file(folder: Path) -> list[str]:
    (folder / "plain").write_text("")
    return ["check", "plain/toy.yaml"]


def _folder(folder: Path) -> list[str]:
    (folder / "toys").mkdir()
    return ["check", "toys"]


def _large(folder: Path) -> list[str]:
    (folder / "large.yaml").write_text(GOOD + "# filled\n" * 500_000)
    return ["check", "large.yaml"]


def _latin1(folder: Path) -> list[str]:
    (folder / "latin1.yaml").write_bytes(GOOD.replace("A toy", "Ein Gerät").encode("latin-1"))
    return ["check", "latin1.yaml"]


def _many_files(folder: Path) -> list[str]:
    names = [f"part{number}.yaml" for number in range(70)]
    for name in names:
        (folder / name).write_text("dddk: 1\n")
    (folder / "toy.yaml").write_text(f"include: [{', '.join(names)}]\n" + GOOD)
    return ["check", "toy.yaml"]


def _twice(folder: Path) -> list[str]:
    for name in ("one.yaml", "two.yaml"):
        (folder / name).write_text(GOOD)
    return ["check", "one.yaml", "two.yaml"]


def _broken_generator(folder: Path) -> list[str]:
    (folder / "toy.yaml").write_text(GOOD)
    return ["check", "toy.yaml"]


MADE: dict[str, Callable[[Path], list[str]]] = {
    "D0001_missing_file": _missing,
    "D0002_path_through_a_file": _in_a_file,
    "D0003_a_folder": _folder,
    "D0004_five_megabytes": _large,
    "D0005_latin_1": _latin1,
    "D0019_seventy_files": _many_files,
    "D0900_broken_generator": _broken_generator,
    "D0901_driver_twice": _twice,
}


def report_of(path: Path, shown: str) -> Report:
    report = Report()
    compile_manifest(shown, report)
    return report


def text_of(report: Report) -> str:
    lines = Lines()
    return "\n".join(render(diagnostic, lines) for diagnostic in report.sorted())


def made(name: str, capsys: pytest.CaptureFixture[str] | None = None) -> str:
    """What the command says in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        arguments = MADE[name](Path(folder))
        code = "from dddkgen import cli, compile\n"
        if name.startswith("D0900"):
            code += "def broken(*_): raise KeyError('CTRL')\ncompile.check = broken\n"
        code += f"raise SystemExit(cli.main({arguments!r}))"
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT / "generator")}, capture_output=True, text=True
        )
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        # The line inside the generator moves; that there is one does not.
        return re.sub(r"(\w+\.py):\d+", r"\1:N", done.stderr)


@pytest.fixture(autouse=True)
def in_fixtures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Golden texts name fixtures without a folder."""
    monkeypatch.chdir(FIXTURES)


@pytest.mark.parametrize("name", MANIFESTS)
def test_a_fixture_has_its_mistake_and_no_other(name: str) -> None:
    report = report_of(FIXTURES / name, name)
    assert {diagnostic.code for diagnostic in report.sorted()} == {name[:5]}
    assert text_of(report) == (FIXTURES / name).with_suffix(".txt").read_text()


@pytest.mark.parametrize("name", MADE)
def test_a_made_fixture_has_its_mistake(name: str) -> None:
    text = made(name)
    assert text.startswith(f"error[{name[:5]}]")
    assert text == (FIXTURES / f"{name}.txt").read_text()


def test_every_code_has_a_fixture_and_an_explanation() -> None:
    shown = {name[:5] for name in (*MANIFESTS, *MADE)}
    codes = registry()
    assert sorted(codes) == sorted(shown)
    assert all(len(code.title) >= 5 and len(code.text) >= 40 for code in codes.values())
    assert len({code.title for code in codes.values()}) == len(codes)


def test_every_code_in_the_sources_is_registered() -> None:
    used = set()
    for path in (ROOT / "generator" / "dddkgen").rglob("*.py"):
        if "codes" not in path.parts:
            used |= set(re.findall(r'"(D0\d{3})"', path.read_text()))
    assert sorted(used) == sorted(registry())


def test_every_golden_text_belongs_to_a_fixture() -> None:
    fixtures = {Path(name).stem for name in MANIFESTS} | set(MADE)
    assert {path.stem for path in FIXTURES.glob("*.txt")} == fixtures


def test_every_message_has_a_place() -> None:
    for name in MANIFESTS:
        for diagnostic in report_of(FIXTURES / name, name).sorted():
            assert diagnostic.primary is not None
            span = diagnostic.primary.span
            assert (span.line, span.column) <= (span.end_line, span.end_column)


def test_fixes_mend_what_they_say(tmp_path: Path) -> None:
    """Putting a fix into the text makes its own message go away."""
    tried = 0
    for name in MANIFESTS:
        for diagnostic in report_of(FIXTURES / name, name).sorted():
            if diagnostic.fix is None:
                continue
            lines = (FIXTURES / name).read_text().splitlines(keepends=True)
            span = diagnostic.fix.span
            line = lines[span.line - 1]
            lines[span.line - 1] = line[: span.column - 1] + diagnostic.fix.text + line[span.end_column - 1 :]
            mended = tmp_path / "mended.yaml"
            mended.write_text("".join(lines))
            after = report_of(mended, str(mended)).sorted()
            places = {(other.code, other.primary.span.line, other.primary.span.column) for other in after if other.primary}
            assert (diagnostic.code, span.line, span.column) not in places, (name, diagnostic.message)
            tried += 1
    assert tried > 15


#: What is found before the checks, and what is said of waivers after them.
NOT_CHECKED = ("D00", "D01", "D0911", "D0912", "D0913")


def resolved(name: str) -> tuple[Candidate, Report]:
    """A fixture before it is checked, and what was said until then."""
    report = Report()
    tree = assemble(name, report)
    assert tree is not None
    report.parameters = parameters(tree, report)
    root = DRIVER.parse(tree, report)
    assert root is not None
    return resolve(root, name, report), report


@pytest.mark.parametrize("name", [name for name in MANIFESTS if not name.startswith(NOT_CHECKED)])
def test_checks_may_run_in_any_order(name: str) -> None:
    expected = report_of(FIXTURES / name, name).sorted()
    seed = random.randrange(1 << 32)
    for number in range(2):
        order = list(CHECKS)
        random.Random(seed + number).shuffle(order)
        candidate, report = resolved(name)
        check(candidate, report, order)
        if "waive" in candidate.root.values:
            waivers.apply(candidate.root, report)
        if not report.doubts:  # else `compile` looks several times
            assert report.sorted() == expected, f"seed {seed + number}"


def test_every_check_reports_something_in_some_fixture() -> None:
    """Each alone: a check that no fixture needs is not tested by any."""
    silent = {one.__module__ for one in CHECKS}
    for name in MANIFESTS:
        if name.startswith(NOT_CHECKED):
            continue
        candidate, report = resolved(name)
        for one in CHECKS:
            before = report.count
            if one.__module__ in silent:
                one(candidate, report)
                silent -= {one.__module__} if report.count > before else set()
    assert silent == set()


def test_one_run_reports_every_mistake() -> None:
    """All the single mistakes of some fixtures, in one manifest."""
    text = GOOD.replace("license: MIT", "licence: MIT").replace("class: misc", "class: mics").replace(
        "registers: {CTRL: 0}",
        "registers:\n  CTRL: {at: 0x00, fields: {GO: 0, NO: 0, UP: 8:9}}\n  B: {at: 0x400}\n  C: {at: 0x02}\n  D: {at: 0x10, acess: ro}",
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "toy.yaml"
        path.write_text(text)
        found = [diagnostic.code for diagnostic in report_of(path, str(path)).sorted()]
    assert sorted(found) == ["D0101", "D0101", "D0116", "D0119", "D0201", "D0202", "D0204", "D0214"]


def test_json_says_what_the_text_says() -> None:
    diagnostics = report_of(FIXTURES / "D0214_fields_overlap.yaml", "D0214_fields_overlap.yaml").sorted()
    document = json.loads(to_json(diagnostics))
    assert document["errors"] == 1 and document["warnings"] == 0
    (one,) = document["diagnostics"]
    assert (one["code"], one["severity"], one["message"]) == ("D0214", "error", "fields overlap")
    assert (one["primary"]["line"], one["primary"]["column"], one["primary"]["end_column"]) == (14, 15, 24)
    assert one["secondary"][0]["text"] == "bit 8 is already ILOS"
    assert one["help"] == ["bits 11:10 are free"]


def test_sarif_has_the_form_that_2_1_0_asks_for() -> None:
    for name in MANIFESTS:
        diagnostics = report_of(FIXTURES / name, name).sorted()
        log = json.loads(to_sarif(diagnostics))
        assert log["version"] == "2.1.0"
        (run,) = log["runs"]
        rules = run["tool"]["driver"]["rules"]
        assert len(run["results"]) == len(diagnostics)
        for result, diagnostic in zip(run["results"], diagnostics, strict=True):
            assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == diagnostic.code
            assert result["level"] == diagnostic.severity.value
            assert result["message"]["text"]
            for place in (*result["locations"], *result.get("relatedLocations", ())):
                region = place["physicalLocation"]["region"]
                assert region["startLine"] >= 1 and region["startColumn"] >= 1
                assert (region["startLine"], region["startColumn"]) <= (region["endLine"], region["endColumn"])
                uri = place["physicalLocation"]["artifactLocation"]["uri"]
                assert uri == name or (FIXTURES / uri).parent.name == "parts"
            for fix in result.get("fixes", ()):
                assert fix["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"]


#: What the schema of SARIF 2.1.0 says of the objects that we write: the properties that must be there, the others that may.
SARIF = {
    "log": ({"version", "runs"}, {"$schema"}),
    "runs": ({"tool"}, {"results", "columnKind"}),
    "tool": ({"driver"}, set()),
    "driver": ({"name"}, {"version", "rules"}),
    "rules": ({"id"}, {"shortDescription", "fullDescription"}),
    "shortDescription": ({"text"}, set()),
    "fullDescription": ({"text"}, set()),
    "results": ({"message"}, {"ruleId", "ruleIndex", "level", "locations", "relatedLocations", "fixes", "suppressions"}),
    "message": ({"text"}, set()),
    "locations": (set(), {"physicalLocation"}),
    "relatedLocations": (set(), {"id", "physicalLocation", "message"}),
    "physicalLocation": ({"artifactLocation"}, {"region"}),
    "artifactLocation": (set(), {"uri"}),
    "region": (set(), {"startLine", "startColumn", "endLine", "endColumn"}),
    "fixes": ({"artifactChanges"}, {"description"}),
    "description": ({"text"}, set()),
    "artifactChanges": ({"artifactLocation", "replacements"}, set()),
    "replacements": ({"deletedRegion"}, {"insertedContent"}),
    "deletedRegion": (set(), {"startLine", "startColumn", "endLine", "endColumn"}),
    "insertedContent": (set(), {"text"}),
    "suppressions": ({"kind"}, {"justification"}),
}
SARIF_TYPES = {
    "version": str, "$schema": str, "columnKind": str, "name": str, "id": (str, int), "text": str, "ruleId": str, "ruleIndex": int, "level": str, "uri": str, "kind": str,
    "justification": str, "startLine": int, "startColumn": int, "endLine": int, "endColumn": int,
}  # fmt: skip
SARIF_WORDS = {"level": {"none", "note", "warning", "error"}, "columnKind": {"utf16CodeUnits", "unicodeCodePoints"}, "kind": {"inSource", "external"}}
SARIF_LISTS = {"runs", "rules", "results", "locations", "relatedLocations", "fixes", "artifactChanges", "replacements", "suppressions"}


def sarif_is_right(name: str, value: object) -> None:
    """The part of the standard's schema (oasis-open.org, sarif-schema-2.1.0.json) that is about what we write."""
    if name in SARIF_LISTS and isinstance(value, list):
        assert len({json.dumps(each) for each in value}) == len(value) or name in ("results", "locations", "relatedLocations")
        for each in value:
            sarif_is_right(name, each)
    elif name in SARIF:
        assert isinstance(value, dict), name
        must, may = SARIF[name]
        assert must <= set(value) <= must | may, (name, set(value))
        for key, each in value.items():
            sarif_is_right(key, each)
    else:
        assert isinstance(value, SARIF_TYPES[name]) and value in SARIF_WORDS.get(name, {value}), (name, value)
        assert name != "uri" or re.fullmatch(r"[\w.~%/-]+", str(value)), value


def test_sarif_is_what_the_schema_of_the_standard_asks_for() -> None:
    seen: set[str] = set()
    for name in MANIFESTS:
        report = report_of(FIXTURES / name, name)
        text = to_sarif(report.sorted(), [(diagnostic, "a reason") for diagnostic in report.sorted()])
        sarif_is_right("log", json.loads(text))
        seen |= set(re.findall(r'"(\$?\w+)":', text))
    assert seen == set(SARIF) - {"log"} | set(SARIF_TYPES)


@pytest.mark.parametrize(
    ("wrong", "mended"),
    [
        ("registers: {CTRL: 0x10u}", "registers: {CTRL: 0x10}"),
        ("registers: {CTRL: 16UL}", "registers: {CTRL: 16}"),
        ("registers: {CTRL: {at: !!int 16}}", "registers: {CTRL: {at: 16}}"),
        ("registers: {CTRL: {at: 0, shadow: no}}", "registers: {CTRL: {at: 0, shadow: false}}"),
        ("registers: {NULL: 0}", 'registers: {"NULL": 0}'),
        ("registers: {S: {at: 0, fields: {B: 0}}, C: {at: 4, when: S.B = 1}}", "registers: {S: {at: 0, fields: {B: 0}}, C: {at: 4, when: S.B == 1}}"),
        ("registers: {S: {at: 0, fields: {B: 0}}}\noperations: {o: {in: {a: uint8_t}, steps: [{write: {S: {B: a}}}]}}", "registers: {S: {at: 0, fields: {B: 0}}}\noperations: {o: {in: {a: u8}, steps: [{write: {S: {B: a}}}]}}"),
        ("registers: {S: {at: 0, fields: {B: 0}}}\noperations: {o: {steps: [{wait: S.B == 1, timeout: 5 usec}]}}", "registers: {S: {at: 0, fields: {B: 0}}}\noperations: {o: {steps: [{wait: S.B == 1, timeout: 5us}]}}"),
        ("match: [{pci: 0x8086:0x100e}, {class: 0x0200}]\nregisters: {CTRL: 0}", "match: [{pci: 8086:100e}, {class: 0200}]\nregisters: {CTRL: 0}"),
        ("registers: {CTRL: {at: 0, feilds: {A: 3-0}}}", "registers: {CTRL: {at: 0, fields: {A: 3:0}}}"),
    ],
)  # fmt: skip
def test_mechanical_mistakes_are_mended_in_the_file(wrong: str, mended: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rest = "\n".join(line for line in GOOD.splitlines() if line.partition(":")[0] not in re.findall(r"^\w+", wrong, re.MULTILINE))
    path = tmp_path / "toy.yaml"
    path.write_text(f"{rest}\n{wrong}\n")
    cli.main(["check", "--fix", str(path)])
    capsys.readouterr()
    assert path.read_text() == f"{rest}\n{mended}\n"


def test_secondary_places_of_another_file_name_it() -> None:
    text = made("D0901_driver_twice")
    assert "--> two.yaml:2:" in text and "::> one.yaml:2:" in text


def test_explain_tells_every_code(capsys: pytest.CaptureFixture[str]) -> None:
    for code in registry().values():
        assert cli.main(["explain", code.code]) == 0
        shown = capsys.readouterr().out
        assert shown.startswith(f"{code.code}: {code.title}\n")
        assert code.text.split()[-1] in shown
    assert cli.main(["explain", "--list"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(registry())
    assert cli.main(["explain", "D9999"]) == 2
    assert cli.main(["explain"]) == 2


def test_colour_is_for_terminals_only(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", "D0214_fields_overlap.yaml"]) == 1
    assert "\x1b" not in capsys.readouterr().err
    report = report_of(FIXTURES / "D0214_fields_overlap.yaml", "D0214_fields_overlap.yaml")
    assert "\x1b[" in render(report.sorted()[0], Lines(), colour=True)


def on_a_terminal(path: Path, columns: int, **environment: str) -> str:
    """What the command prints on a terminal of so many columns."""
    primary, secondary = pty.openpty()
    fcntl.ioctl(secondary, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "TERM")}
    command = [sys.executable, str(ROOT / "generator/dddk"), "check", str(path)]
    with subprocess.Popen(command, stderr=secondary, env={**kept, "TERM": "xterm", **environment}) as process:
        os.close(secondary)
        shown = b""
        with contextlib.suppress(OSError):  # Linux says so at the end
            while data := os.read(primary, 65536):
                shown += data
    os.close(primary)
    assert process.returncode == 1
    return shown.decode().replace("\r\n", "\n")


def test_a_terminal_has_colours_unless_it_is_told_otherwise() -> None:
    path = FIXTURES / "D0214_fields_overlap.yaml"
    assert "\x1b[" in on_a_terminal(path, 80) and "\x1b[" in on_a_terminal(path, 80, NO_COLOR="")
    assert "\x1b" not in on_a_terminal(path, 80, NO_COLOR="1") + on_a_terminal(path, 80, TERM="dumb")


def test_messages_fit_a_narrow_terminal(tmp_path: Path) -> None:
    path = tmp_path / "toy.yaml"
    names = ", ".join(f"R{number}: {4 * number}" for number in range(40))
    path.write_text(GOOD.replace("registers: {CTRL: 0}", f"registers: {{{names}, BAD: {{at: 0xa0, fields: {{A: 0, WITH_A_LONG_NAME: 0}}}}, S: zzz}}\nbufers: {{}}"))
    shown = on_a_terminal(path, 60, NO_COLOR="1").replace(str(path), "toy.yaml")
    assert max(map(len, shown.splitlines())) <= 60
    assert "fields: {A: 0, WITH_A_LONG_NAME: 0}" in shown and "the keys are" in shown
    for line, below in itertools.pairwise(shown.splitlines()):
        if below.endswith("not an integer"):
            assert line[below.index("^") : below.rindex("^") + 1] == "zzz"


@pytest.mark.parametrize(("text", "columns"), [("plain", 0), ("中文字符 テスト", 7), ("e\u0301\u0301", -2), ("😀", 1), ("a\\tb", 0), ("Größe", 0)])
def test_places_are_underlined_where_they_are_shown(text: str, columns: int, tmp_path: Path) -> None:
    """Wide characters take two columns, accents none."""
    path = tmp_path / "toy.yaml"
    path.write_text(GOOD.replace("{CTRL: 0}", f'{{CTRL: {{doc: "{text}", at: zz}}}}'))
    lines = text_of(report_of(path, str(path))).splitlines()
    number = next(number for number, line in enumerate(lines) if "CTRL" in line)
    assert lines[number + 1].index("^^ not") == lines[number].index("zz") + columns


@pytest.mark.parametrize("begin", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_mark_and_line_ends_of_another_system_are_kept(begin: str, end: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "toy.yaml"
    text = begin + GOOD.replace("dddk: 1", "ddk: 1").replace("{CTRL: 0}", "{CTRL: {at: 0, reset: 0, shadow: yes}}").replace("\n", end)
    path.write_bytes(text.encode())
    places = [(one.code, one.primary.span.line, one.primary.span.column) for one in report_of(path, str(path)).sorted() if one.primary]
    assert places == [("D0101", 1, 1), ("D0118", 8, 45)]
    assert cli.main(["check", "--fix", str(path)]) == 0
    capsys.readouterr()
    assert path.read_bytes().decode() == text.replace("ddk: 1", "dddk: 1").replace("yes", "true")


def test_a_manifest_cannot_send_commands_to_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "toy.yaml"
    path.write_text(GOOD.replace("A toy", "A toy\x85\u202eyot").replace("misc", '"mi\\e[31msc"'))
    assert cli.main(["check", str(path)]) == 1
    shown = capsys.readouterr().err
    assert "\x1b" not in shown and "\u202e" not in shown


@pytest.mark.parametrize("name", MANIFESTS)
def test_a_code_is_a_warning_or_an_error_and_never_both(name: str) -> None:
    for diagnostic in report_of(FIXTURES / name, name).sorted():
        assert (diagnostic.severity is Severity.WARNING) == (diagnostic.code in WARNINGS)


def test_warnings_do_not_fail() -> None:
    report = report_of(FIXTURES / "D0851_unused_enum.yaml", "D0851_unused_enum.yaml")
    assert [diagnostic.severity for diagnostic in report.sorted()] == [Severity.WARNING]
    assert not report.failed


def test_match_data_uses_an_enum(tmp_path: Path) -> None:
    path = tmp_path / "toy.yaml"
    path.write_text(GOOD + "enums: {speed: {SLOW: 0}}\nmatch_data: {speed: {enum: speed, default: SLOW}}\n")
    assert not report_of(path, str(path)).sorted()


def write() -> None:
    """Write every golden text anew."""
    os.chdir(FIXTURES)
    for name in MANIFESTS:
        Path(name).with_suffix(".txt").write_text(text_of(report_of(FIXTURES / name, name)))
    for name in MADE:
        Path(f"{name}.txt").write_text(made(name))


if __name__ == "__main__" and sys.argv[1:] == ["--write"]:
    write()
