# SPDX-License-Identifier: MIT
"""A newcomer copies drivers/edu, changes the manifest, and sees the change in header, model and test."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DDDK = [str(ROOT / "generator" / "dddk")]


def dddk(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*DDDK, *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False)


def copy_of_edu(folder: Path, *changes: tuple[str, str]) -> Path:
    """drivers/edu as drivers/mine, with pieces of the manifest replaced."""
    shutil.copytree(ROOT / "drivers" / "edu", folder / "mine")
    for file in (folder / "mine").iterdir():
        text = file.read_text(encoding="utf-8").replace("edu", "mine").replace("EDU", "MINE")
        file.unlink()
        (folder / "mine" / file.name.replace("edu", "mine")).write_text(text, encoding="utf-8")
    manifest = folder / "mine" / "mine.yaml"
    text = manifest.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    manifest.write_text(text, encoding="utf-8")
    return manifest


def generated(manifest: Path, out: Path) -> dict[str, str]:
    done = dddk("gen", manifest, "-o", out)
    assert done.returncode == 0, done.stderr
    return {path.name: path.read_text(encoding="utf-8") for path in (out / "mine").iterdir()}


def test_a_changed_manifest_is_seen_in_header_model_and_test(tmp_path: Path) -> None:
    before = generated(copy_of_edu(tmp_path / "a"), tmp_path / "out_a")
    new_field = ("RAISE:     {bit: 7,", "PAUSE: {bit: 9, access: w1c}\n      RAISE:     {bit: 7,")
    after = generated(copy_of_edu(tmp_path / "b", new_field), tmp_path / "out_b")
    assert before.keys() == after.keys()
    for name in ("mine.regs.h", "mine.model.c", "mine_test.c", "mine.md"):
        assert before[name] != after[name], name
        assert "pause" not in before[name].lower()
        assert re.search(r"pause|0x0*200u?\b", after[name].lower()), name


def test_the_copy_compiles_with_its_handlers(tmp_path: Path) -> None:
    manifest = copy_of_edu(tmp_path)
    generated(manifest, tmp_path / "out")
    sources = [manifest.parent / "mine.c", manifest.parent / "mine_model.c", *(tmp_path / "out" / "mine").glob("*.c")]
    for source in sources:
        command = ["gcc", "-std=gnu11", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror", "-O1", "-c", str(source)]
        command += ["-o", str(tmp_path / "object.o"), f"-I{ROOT}", f"-I{ROOT}/runtime/port/hosted", f"-I{tmp_path}/out/mine", "-D_GNU_SOURCE"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr


def test_output_is_the_same_from_run_to_run_and_untouched_when_nothing_changed(tmp_path: Path) -> None:
    manifest = copy_of_edu(tmp_path)
    first, second = generated(manifest, tmp_path / "one"), generated(manifest, tmp_path / "two")
    assert first == second
    stamps = {path: path.stat().st_mtime_ns for path in (tmp_path / "one" / "mine").iterdir()}
    generated(manifest, tmp_path / "one")
    assert stamps == {path: path.stat().st_mtime_ns for path in (tmp_path / "one" / "mine").iterdir()}


def test_a_misspelt_key_says_where_and_what_was_meant(tmp_path: Path) -> None:
    manifest = copy_of_edu(tmp_path, ("registers:", "registres:"))
    done = dddk("gen", manifest, "-o", tmp_path / "out")
    assert done.returncode == 1
    assert "mine.yaml:" in done.stderr and "registers" in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()
