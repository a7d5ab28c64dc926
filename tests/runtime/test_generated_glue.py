# SPDX-License-Identifier: MIT
"""NAME.dddk.[ch] of every driver in the tree: what a careful person would have written, for every compiler and level."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "generator"))

import dddkgen  # noqa: E402
from dddkgen.emit import glue, registers  # noqa: E402

LONGEST = 120  # 110 wherever a line can be broken; names of two objects in one call can take more
DRIVERS = sorted(path.stem for path in ROOT.glob("drivers/*/*.yaml"))
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror"]


@pytest.fixture(scope="module", params=DRIVERS)
def generated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the generated files of one driver; its name is the driver's."""
    driver = dddkgen.load(ROOT / f"drivers/{request.param}/{request.param}.yaml")
    folder = tmp_path_factory.mktemp("gen") / driver.name
    folder.mkdir()
    for output in (*glue.files(driver), *registers.files(driver)):
        (folder / output.name).write_text(output.text)
    return folder


def texts(folder: Path) -> list[Path]:
    return [folder / f"{folder.name}.dddk.h", folder / f"{folder.name}.dddk.c"]


def test_it_is_formatted(generated: Path, tmp_path: Path) -> None:
    (tmp_path / ".clang-format").write_text((ROOT / ".clang-format").read_text().replace("ColumnLimit: 100", "ColumnLimit: 0"))
    for path in texts(generated):
        copy = tmp_path / path.name
        copy.write_text(path.read_text())
        formatted = subprocess.run(["clang-format", copy], check=True, capture_output=True, text=True).stdout
        assert formatted == path.read_text(), path.name


def test_no_line_is_too_long(generated: Path) -> None:
    for path in texts(generated):
        long = [line for line in path.read_text().splitlines() if len(line) > LONGEST]
        assert not long, long


def test_it_includes_nothing_but_the_kit(generated: Path) -> None:
    for path in texts(generated):
        for line in path.read_text().splitlines():
            if line.startswith("#include"):
                assert line.startswith('#include "dddk/') or f'"{generated.name}.' in line, line


def test_it_is_the_same_every_time(generated: Path) -> None:
    again = glue.files(dddkgen.load(ROOT / f"drivers/{generated.name}/{generated.name}.yaml"))
    assert {output.name: output.text for output in again} == {path.name: path.read_text() for path in texts(generated)}


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
@pytest.mark.parametrize("port", ["hosted", "direct"])
def test_it_compiles_without_a_warning(generated: Path, compiler: str, port: str) -> None:
    name = generated.name
    include = ["-I", ROOT, "-I", ROOT / "runtime/port" / port, "-I", generated]
    for source in (generated / f"{name}.dddk.c", ROOT / f"drivers/{name}/{name}.c"):
        for level in ("-O0", "-Og", "-O2", "-Os"):
            command = [compiler, "-std=gnu11", level, *WARNINGS, *include, "-c", source, "-o", "/dev/null"]
            result = subprocess.run(command, capture_output=True, text=True, timeout=120)
            assert result.returncode == 0, f"{level}: {result.stderr}"
