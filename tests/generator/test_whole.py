# SPDX-License-Identifier: MIT
"""Nothing is accepted and dropped: manifests that use every key of the table become drivers that pass their own tests.

`whole/plenty_*.yaml` hold between them every key; the texts DOC-... and SEE-... in them must be on the driver's page.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "language")]

from random_manifests.tally import table, used_keys  # noqa: E402
from whole import Project  # noqa: E402

from dddkgen.compile import compile_manifest  # noqa: E402
from dddkgen.diagnostics import Report  # noqa: E402

#: Rings in forms that no driver runs yet.
FORMS = HERE / "examples" / "ring_forms.yaml"
MANIFESTS = sorted((HERE / "whole").glob("plenty_*.yaml"))


def project(path: Path, folder: Path) -> Project:
    text = path.read_text()
    name = re.search(r"^driver: (\w+)$", text, re.MULTILINE)
    assert name is not None
    shutil.copytree(path.parent / "parts", folder / "parts")
    files = {f"{name[1]}.c": path.with_suffix(".c").read_text()}
    model = path.with_name(f"{path.stem}_model.c")
    if model.exists():
        files[f"{name[1]}_model.c"] = model.read_text()
    return Project(folder, name[1], text, files)


def test_every_key_of_the_table_is_compiled_and_run_here() -> None:
    used = set().union(*map(used_keys, MANIFESTS))
    assert [key for key in table() if key not in used and key not in used_keys(FORMS)] == []


def test_what_no_driver_runs_is_checked_and_refused_by_one_code() -> None:
    """The other keys: of rings that are right in all they say, and each is told so."""
    report = Report()
    assert compile_manifest(str(FORMS), report) is None
    rings = re.findall(r"^  (\w+):", FORMS.read_text().split("\nrings:\n")[1], re.MULTILINE)
    assert [diagnostic.code for diagnostic in report.sorted()] == ["D0588"] * len(rings)
    assert [diagnostic.message.split()[1] for diagnostic in report.sorted()] == rings


@pytest.mark.parametrize(("path", "compiler"), [(path, ("gcc", "clang")[number % 2]) for number, path in enumerate(MANIFESTS)], ids=lambda value: getattr(value, "stem", value))
def test_a_driver_with_every_key_passes_its_own_tests(path: Path, compiler: str, tmp_path: Path) -> None:
    assert project(path, tmp_path).run(compiler) >= 10


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.stem)
def test_its_c_is_formatted(path: Path, tmp_path: Path) -> None:
    assert project(path, tmp_path).badly_formatted() == []


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.stem)
def test_every_text_is_on_the_page(path: Path, tmp_path: Path) -> None:
    made = project(path, tmp_path)
    page = (made.generate() / f"{made.name}.md").read_text()
    tokens = set(re.findall(r"(?:DOC|SEE)-[a-z-]+", path.read_text()))
    assert len(tokens) >= 2
    assert {token for token in tokens if not re.search(rf"{token}\b(?!-)", page)} == set()


def test_identity_is_on_the_page(tmp_path: Path) -> None:
    made = project(HERE / "whole" / "plenty_net.yaml", tmp_path)
    page = (made.generate() / "plenty.md").read_text()
    for text in ("Version 1.2-rc3.", "By Ada Example <ada@example.org>, Bob Example.", "Example 4711, revision B, chapter 1.", "subsystem 1af4:any", "class 020010", "1234:any, class 0200"):
        assert text in page


@pytest.mark.parametrize(
    ("manifest", "facts"),
    [
        ("registers", ("low half first", "the driver keeps what it wrote last", "changed by the device", "ID never reads as all ones while the device is there.")),
        ("variants", ("interrupts use it too: writes hold a lock",)),
        ("views", ("bits of no field: one", "The cause is read in CAUSE, acknowledged in CAUSE, enabled in ENABLE.")),
        ("net", ("| attached by |", "= base")),
    ],
)
def test_what_accessors_do_is_on_the_page(manifest: str, facts: tuple[str, ...], tmp_path: Path) -> None:
    made = project(HERE / "whole" / f"plenty_{manifest}.yaml", tmp_path)
    page = (made.generate() / f"{made.name}.md").read_text()
    assert [fact for fact in facts if fact not in page] == []
