# SPDX-License-Identifier: MIT
"""The shape of the tree: who may name a driver, and in which direction includes point.

The kit knows no driver: a name or ID of one stands in its folder, in tests, examples, the demo and documentation. The
generator's key table and diagnostics are documentation too, where they quote manifests: the reference manual and the schema
are made of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DRIVERS = sorted(path.name for path in (ROOT / "drivers").iterdir() if (path / f"{path.name}.yaml").exists())
PCI_ID = re.compile(r"pci:\s*([0-9a-f]{4}:[0-9a-f]{4})")

KIT = ("dddk", "generator", "kernel", "runtime", "build.mk")
MANUAL = ("generator/dddkgen/keys", "generator/dddkgen/diagnostics")
TEXT = {"", ".c", ".h", ".py", ".j2", ".mk", ".txt", ".json"}


def files(*folders: str) -> Iterator[Path]:
    """Every text file below the folders, relative to the root."""
    for folder in folders:
        start = ROOT / folder
        for path in [start] if start.is_file() else sorted(start.rglob("*")):
            if path.is_file() and path.suffix in TEXT and "__pycache__" not in path.parts:
                yield path.relative_to(ROOT)


def is_below(path: Path, folders: tuple[str, ...]) -> bool:
    return any(path.is_relative_to(folder) for folder in folders)


def mentions(path: Path, pattern: re.Pattern[str]) -> list[str]:
    lines = (ROOT / path).read_text(encoding="utf-8").splitlines()
    return [f"{path}:{number}: {line.strip()}" for number, line in enumerate(lines, 1) if pattern.search(line)]


def marks_of(driver: str) -> re.Pattern[str]:
    """The driver's name as a word or as a part of an identifier, and each ID that it matches, whole or as two numbers."""
    manifest = (ROOT / "drivers" / driver / f"{driver}.yaml").read_text(encoding="utf-8")
    words = [rf"(?<![a-z0-9]){driver}(?![a-z0-9])"]
    for identity in PCI_ID.findall(manifest):
        vendor, device = identity.split(":")
        words += [identity, rf"0x{vendor}\b.*0x{device}\b", rf"0x{device}{vendor}\b"]
    assert len(words) > 1, f"{driver} matches no PCI device"
    return re.compile("|".join(words), re.IGNORECASE)


@pytest.mark.parametrize("driver", DRIVERS)
def test_the_kit_names_no_driver(driver: str) -> None:
    pattern = marks_of(driver)
    found = [line for path in files(*KIT) if not is_below(path, MANUAL) for line in mentions(path, pattern)]
    assert found == [], "\n".join(found)


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_driver_names_no_other(driver: str) -> None:
    others = [name for name in DRIVERS if name != driver]
    found = [
        line for path in files(f"drivers/{driver}") for other in others for line in mentions(path, marks_of(other))
    ]
    assert found == [], "\n".join(found)


# ---- includes -------------------------------------------------------------------------------------------------------

INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)', re.MULTILINE)

# Where C stands -> what it may include besides files of its own folder. Longer folders first: the first that holds a file
# is the one that counts. `dddk_port.h` is found by include path and is the only name a port gives to the rest.
PORT = ("dddk_port.h", "dddk/", "runtime/context.h", "runtime/port.h", "kernel/registry.h", "kernel/pci.h", "kernel/platform.h")
ALLOWED: dict[str, tuple[str, ...]] = {
    "runtime/port/linux": (*PORT, "runtime/port/linux/", "<linux/"),
    "runtime/port/hosted": (*PORT, "runtime/port/hosted/", "host.h", "core.h", "<"),
    "runtime/port/sim": (*PORT, "runtime/port/hosted/", "runtime/port/sim/", "host.h", "core.h", "<"),
    "runtime/port/qemu": (*PORT, "runtime/port/hosted/", "runtime/port/qemu/", "host.h", "core.h", "<"),
    "runtime/port/direct": ("<",),
    "runtime": ("dddk/", "runtime/context.h", "runtime/port.h"),
    "kernel": ("dddk/", "kernel/"),
    "dddk": ("dddk_port.h", "dddk/"),
}


def home_of(path: Path) -> str | None:
    return next((folder for folder in ALLOWED if path.is_relative_to(folder)), None)


def includes(path: Path) -> list[str]:
    text = (ROOT / path).read_text(encoding="utf-8")
    return [quoted or f"<{system}>" for quoted, system in INCLUDE.findall(text)]


@pytest.mark.parametrize("folder", ALLOWED)
def test_includes_point_one_way(folder: str) -> None:
    mine = [path for path in files(folder) if path.suffix in (".c", ".h") and home_of(path) == folder]
    assert mine, f"{folder} has no C"
    found = [
        f"{path}: {name}"
        for path in mine
        for name in includes(path)
        if not name.startswith(ALLOWED[folder]) and not (ROOT / path.parent / name).exists()
    ]
    assert found == [], "\n".join(found)


def test_every_port_has_rules() -> None:
    """A new port must say what it may include."""
    ports = {path.relative_to(ROOT).as_posix() for path in (ROOT / "runtime" / "port").iterdir() if path.is_dir()}
    assert ports - set(ALLOWED) == set()


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_driver_includes_the_kit_and_what_is_generated_for_it(driver: str) -> None:
    allowed = ("dddk/", f"{driver}.")
    found = [
        f"{path}: {name}"
        for path in files(f"drivers/{driver}")
        if path.suffix in (".c", ".h") and not path.name.startswith("test_")
        for name in includes(path)
        if not name.startswith(allowed)
    ]
    assert found == [], "\n".join(found)


def test_generated_drivers_include_the_public_headers_only() -> None:
    """What a template of the driver itself includes, a kernel and a program must both have. Tests and models are for hosts."""
    templates = ROOT / "generator" / "dddkgen" / "emit" / "templates"
    hosted = re.compile(r"^(test|model)\b")
    found = [
        f"{path.name}: {name}"
        for path in sorted(templates.rglob("*.j2"))
        if not hosted.match(path.name)
        for name in includes(path.relative_to(ROOT))
        if not re.match(r'dddk/|\{\{ *[\w.]+ *\}\}\.', name)
    ]
    assert found == [], "\n".join(found)


def test_the_generator_imports_nothing_of_the_tests() -> None:
    pattern = re.compile(r"^\s*(from|import)\s+(tests|drivers|demo)\b")
    found = [line for path in files("generator") for line in mentions(path, pattern)]
    assert found == [], "\n".join(found)
