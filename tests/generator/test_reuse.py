# SPDX-License-Identifier: MIT
"""One manifest from several files, numbers from expressions, many registers from few lines."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from dddkgen import ManifestError, load
from dddkgen.compile import compile_manifest
from dddkgen.diagnostics import Report
from dddkgen.model import Driver
from dddkgen.read.expressions import ExpressionError, evaluate

ROOT = Path(__file__).resolve().parents[2]
DDDK = ROOT / "generator" / "dddk"
HEAD = "dddk: 1\ndriver: toy\ntitle: A toy\nclass: misc\nlicense: MIT\nmatch: [{pci: 1234:0001}]\nregions: {regs: {bar: 0, size: 4KiB}}\n"


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder / "toy.yaml"


def made(folder: Path, search: tuple[Path, ...] = (), **files: str) -> Driver:
    report = Report()
    driver = compile_manifest(str(write(folder, **files)), report, tuple(map(str, search)))
    assert not report.sorted()
    assert driver is not None
    return driver


def codes(folder: Path, **files: str) -> list[str]:
    with pytest.raises(ManifestError) as caught:
        load(write(folder, **files))
    return [diagnostic.code for diagnostic in caught.value.diagnostics]


def offsets(driver: Driver) -> dict[str, int]:
    return {register.name: register.offset for register in driver.registers}


# ---- include ----


def test_included_entries_stand_beside_ours(tmp_path: Path) -> None:
    driver = made(
        tmp_path,
        toy=HEAD + "include: [common/one.yaml, common/two.yaml]\nregisters: {A: 0}\n",
        common__one="registers: {B: 4, C: {at: 8, fields: {F: {bits: 1:0, enum: e}}}}\nenums: {e: {X: 0}}\n",
        common__two="registers: {D: 12}\n",
    )
    assert offsets(driver) == {"A": 0, "B": 4, "C": 8, "D": 12}
    assert driver.register("C").origin.file.endswith("common/one.yaml")
    assert driver.register("A").origin.file.endswith("toy.yaml")


def test_an_included_file_finds_its_own_neighbours(tmp_path: Path) -> None:
    driver = made(
        tmp_path,
        toy=HEAD + "include: vendor/chip.yaml\nregisters: {A: 0}\n",
        vendor__chip="include: parts/timer.yaml\nregisters: {B: 4}\n",
        vendor__parts__timer="registers: {C: 8}\n",
    )
    assert offsets(driver) == {"A": 0, "B": 4, "C": 8}


def test_what_two_files_include_is_there_once(tmp_path: Path) -> None:
    driver = made(
        tmp_path,
        toy=HEAD + "include: [b.yaml, c.yaml]\nregisters: {A: 0}\n",
        b="include: d.yaml\nregisters: {B: 4}\n",
        c="include: d.yaml\nregisters: {C: 8}\n",
        d="registers: {D: 12}\n",
    )
    assert offsets(driver) == {"A": 0, "B": 4, "C": 8, "D": 12}


def test_the_search_path_comes_after_the_own_folder(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    write(first, timer="registers: {FIRST: 4}\n")
    write(second, timer="registers: {SECOND: 4}\n", other="registers: {OTHER: 8}\n")
    text = HEAD + "include: [timer.yaml, other.yaml]\nregisters: {A: 0}\n"
    assert offsets(made(tmp_path / "project", (first, second), toy=text)) == {"A": 0, "FIRST": 4, "OTHER": 8}
    write(tmp_path / "project", timer="registers: {OWN: 4}\n")
    done = subprocess.run([DDDK, "check", "toy.yaml", "-I", first, "-I", second], cwd=tmp_path / "project", capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    done = subprocess.run([DDDK, "check", "toy.yaml", "-I", first], cwd=tmp_path / "project", capture_output=True, text=True)
    assert "error[D0021]" in done.stderr and f"looked in '.', {str(first)!r}" in done.stderr


def test_a_mistake_in_an_included_file_points_there(tmp_path: Path) -> None:
    with pytest.raises(ManifestError) as caught:
        load(write(tmp_path, toy=HEAD + "include: b.yaml\nregisters: {A: {at: 0, width: 64}}\n", b="# b\nregisters:\n  B: 4\n"))
    (one,) = caught.value.diagnostics
    assert one.code == "D0204" and one.primary is not None
    assert {Path(label.span.file).name for label in (one.primary, *one.secondary)} == {"toy.yaml", "b.yaml"}


def test_links_out_of_the_project_are_refused(tmp_path: Path) -> None:
    write(tmp_path, secret="registers: {S: 4}\n")
    project = tmp_path / "project"
    project.mkdir()
    os.symlink(tmp_path / "secret.yaml", project / "link.yaml")
    os.symlink(tmp_path, project / "up")
    os.symlink("toy.yaml", project / "inside.yaml")
    for name in ("link.yaml", "up/secret.yaml"):
        assert codes(project, toy=HEAD + f"include: {name}\nregisters: {{A: 0}}\n") == ["D0020"]
    assert codes(project, toy=HEAD + "include: inside.yaml\nregisters: {A: 0}\n") == ["D0018"]


@pytest.mark.parametrize("name", ["/etc/passwd.yaml", "../x.yaml", "a/../../x.yaml", "~/x.yaml", "a//b.yaml", "..\\x.yaml", "./../x.yaml"])
def test_paths_that_lead_elsewhere_are_refused(name: str, tmp_path: Path) -> None:
    assert codes(tmp_path, toy=HEAD + f"include: '{name}'\nregisters: {{A: 0}}\n") == ["D0020"]


def test_files_that_expand_without_end_are_refused(tmp_path: Path) -> None:
    assert codes(tmp_path, toy=HEAD + "include: toy.yaml\nregisters: {A: 0}\n") == ["D0018"]
    many = "registers:\n" + "".join(f"  R{{0}}_{number}: 0\n" for number in range(20_000))
    parts = {f"p{number}": many.replace("{0}", str(number)) for number in range(10)}
    assert "D0012" in codes(tmp_path, toy=HEAD + f"include: [{', '.join(f'{name}.yaml' for name in parts)}]\nregisters: {{A: 0}}\n", **parts)


def test_a_binary_file_is_no_fragment(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_bytes(b"\xff\xfe\x00")
    assert codes(tmp_path, toy=HEAD + "include: b.yaml\nregisters: {A: 0}\n") == ["D0005"]
    (tmp_path / "c.yaml").mkdir()
    assert codes(tmp_path, toy=HEAD + "include: c.yaml\nregisters: {A: 0}\n") == ["D0003"]
    assert codes(tmp_path, toy=HEAD + "include: d.yaml\nregisters: {A: 0}\n", d="- a list\n") == ["D0104"]


# ---- extends ----

BASE = HEAD + "datasheet: first\nenums: {e: {X: 0, Y: 1}}\nregisters:\n  A: {at: 0, fields: {F: {bits: 1:0, enum: e}, G: 5}}\n  B: {at: 4, access: ro}\n  C: 8\nhandlers: [reset, start]\n"


def test_an_extension_changes_adds_and_removes(tmp_path: Path) -> None:
    driver = made(
        tmp_path,
        toy="dddk: 1\nextends: base.yaml\ndriver: joy\ndatasheet: second\nregisters:\n  A: {fields: {G: 6, H: {bit: 7, doc: new}}}\n  B: ~\n  C: {at: 12}\n  D: 16\nenums: {e: {Y: 3}}\nhandlers: [stop]\n",
        base=BASE,
    )
    assert (driver.name, driver.datasheet, driver.title) == ("joy", "second", "A toy")
    assert offsets(driver) == {"A": 0, "C": 12, "D": 16}
    assert {field.name: field.lsb for field in driver.register("A").fields} == {"F": 0, "G": 6, "H": 7}
    assert [(value.name, value.value) for value in driver.enums[0].values] == [("X", 0), ("Y", 3)]
    assert [handler.name for handler in driver.handlers] == ["stop"]
    origins = {field.name: Path(field.origin.file).name for field in driver.register("A").fields}
    assert origins == {"F": "base.yaml", "G": "toy.yaml", "H": "toy.yaml"}


def test_an_extension_of_an_extension(tmp_path: Path) -> None:
    driver = made(
        tmp_path,
        toy="extends: middle.yaml\nregisters: {C: ~, E: 20}\n",
        middle="extends: base.yaml\ninclude: more.yaml\nregisters: {B: ~, C: 16}\n",
        more="registers: {D: 12}\n",
        base=BASE,
    )
    assert offsets(driver) == {"A": 0, "D": 12, "E": 20}


def test_what_an_extension_breaks_is_told(tmp_path: Path) -> None:
    assert codes(tmp_path, toy="extends: base.yaml\nregisters: {A: {width: 8, fields: {H: 9}}}\n", base=BASE) == ["D0211"]
    assert codes(tmp_path, toy="extends: base.yaml\nenums: ~\n", base=BASE) == ["D0403"]
    assert codes(tmp_path, toy="extends: base.yaml\nregister: {A: ~}\n", base=BASE) == ["D0101"]


# ---- expressions ----


def test_numbers_may_be_computed(tmp_path: Path) -> None:
    driver = made(
        tmp_path,
        toy=HEAD.replace("4KiB", "PAGES * 4KiB")
        + "parameters: {PAGES: 2, BASE: 0x100, STEP: 1 << 3, HIGH: BASE + 4 * STEP, W: 4}\n"
        + "registers:\n  A: {at: BASE}\n  B: {at: HIGH, count: STEP / 2, stride: STEP, fields: {F: 'W - 1:0', G: W, H: {bits: 2*W+7:2*W}, I: {bit: W+1}}}\n".replace("'", ""),
    )
    assert driver.regions[0].size == 8192
    b = driver.register("B")
    assert (b.offset, b.count, b.stride) == (0x120, 4, 8)
    assert {field.name: (field.lsb, field.width) for field in b.fields} == {"F": (0, 4), "G": (4, 1), "H": (8, 8), "I": (5, 1)}


def test_parameters_are_taken_from_an_included_file_and_changed_by_an_extension(tmp_path: Path) -> None:
    driver = made(tmp_path, toy="extends: base.yaml\nparameters: {N: 4}\n", base=HEAD + "parameters: {N: 2, SIZE: N * 8}\nregisters: {A: {at: 0, count: N}, B: SIZE * 4}\n")
    assert (driver.register("A").count, driver.register("B").offset) == (4, 128)


def test_a_broken_parameter_is_one_mistake(tmp_path: Path) -> None:
    assert codes(tmp_path, toy=HEAD + "parameters: {N: 1 / 0}\nregisters: {A: N, B: N + 4}\n") == ["D0129"]


@pytest.mark.parametrize(
    ("text", "value"),
    [("2 + 3 * 4", 14), ("(2 + 3) * 4", 20), ("1 << 2 + 1", 8), ("6 & 3 | 8", 10), ("6 ^ 3 & 1", 7), ("-3 + 5", 2), ("~0 & 0xff", 255), ("7 % 4", 3), ("A*A", 9), ("64KiB / 4", 16384), ("--3", 3), ("10 - 3 - 2", 5)],
)
def test_operators_bind_as_in_c(text: str, value: int) -> None:
    assert evaluate(text, {"A": 3}) == value


@pytest.mark.parametrize("text", ["", "1 +", "* 2", "(1", "1)", "1 2", "7 / 2", "1 / 0", "1 % 0", "1 << 65", "1 << -1", "B", "1.5", "2 ** 3", "a.b", "(" * 50 + "1" + ")" * 50, "-" * 150 + "1", "9" * 190, "9" * 70 + "*" + "9" * 70, "0x", "1 <<< 2"])
def test_a_wrong_expression_is_an_answer(text: str) -> None:
    with pytest.raises(ExpressionError):
        evaluate(text, {"A": 3})


# ---- expansion ----


def test_blocks_become_arrays_whose_names_do_not_depend_on_counts(tmp_path: Path) -> None:
    block = "blocks: {PORT: {at: 0x100, %s registers: {CTRL: {at: 0, fields: {GO: {bit: 0, sets: STATUS.ON}}}, STATUS: {at: 4, access: ro, fields: {ON: 0}}}, blocks: {TIMER: {at: 0x10, registers: {LEFT: 4}}}}}\n"
    for count in (1, 4):
        driver = made(tmp_path, toy=HEAD + "registers: {A: 0}\n" + block % f"count: {count}, stride: 0x40,")
        assert offsets(driver) == {"A": 0, "PORT_CTRL": 0x100, "PORT_STATUS": 0x104, "PORT_TIMER_LEFT": 0x114}
        assert {register.count for register in driver.registers if register.name != "A"} == {count}
        assert driver.register("PORT_CTRL").fields[0].effects[0].target == "PORT_STATUS.ON"
    assert made(tmp_path, toy=HEAD + "registers: {A: 0}\n" + block % "").register("PORT_CTRL").count is None


def test_repeated_fields_are_numbered(tmp_path: Path) -> None:
    driver = made(tmp_path, toy=HEAD + "registers: {A: {at: 0, reset: 0x0302, fields: {F: {bits: 3:0, count: 4, stride: 8}, ONE: {bit: 5, count: 1}}}}\n")
    assert {field.name: (field.lsb, field.reset) for field in driver.register("A").fields} == {"F_0": (0, 2), "F_1": (8, 3), "F_2": (16, 0), "F_3": (24, 0), "ONE_0": (5, 0)}


def test_set_and_clear_addresses_leave_out_what_is_read_only(tmp_path: Path) -> None:
    driver = made(tmp_path, toy=HEAD + "registers: {A: {at: 0, set_at: 4, clear_at: 8, fields: {F: 1:0, G: {bit: 5, access: ro}}}}\n")
    for name, kind in (("A_SET", "sets"), ("A_CLEAR", "clears")):
        register = driver.register(name)
        assert [field.name for field in register.fields] == ["F"]
        assert [(effect.kind, effect.target) for effect in register.effects] == [(kind, "A")]


def test_an_enum_counts_elements(tmp_path: Path) -> None:
    driver = made(tmp_path, toy=HEAD + "enums: {lane: {LEFT: 0, RIGHT: 1}}\nregisters: {A: {at: 0, count: lane}, B: {at: [16, 24, 32]}}\n")
    assert (driver.register("A").count, driver.register("A").index) == (2, "lane")
    assert (driver.register("B").count, driver.register("B").stride) == (3, 8)
