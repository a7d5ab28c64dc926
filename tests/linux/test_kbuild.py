# SPDX-License-Identifier: MIT
"""The Linux port as real kernel modules: Kbuild, W=1, modpost.

The tree that Kbuild sees is made of links, so that its objects stay out of the checkout: the kit's folders, and for each
driver its handlers, what is generated from its manifest, and a few lines that make it a module.
"""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DRIVERS = sorted(path.name for path in (ROOT / "drivers").iterdir() if (path / f"{path.name}.yaml").exists())
#: Constructs that no shipped driver uses, and that are the kernel's business too.
WHOLE = {
    "amp": ROOT / "tests" / "generator" / "whole" / "plenty_levels",
    "many": ROOT / "tests" / "generator" / "whole" / "plenty_variants",
    "meter": ROOT / "tests" / "generator" / "whole" / "plenty_settings",
    "odd": ROOT / "tests" / "generator" / "whole" / "plenty_registers",
    "sampler": ROOT / "tests" / "generator" / "whole" / "plenty_fifos",
    "owned": ROOT / "tests" / "generator" / "whole" / "plenty_owned",
    "ringed": ROOT / "tests" / "generator" / "whole" / "plenty_rings",
    "stored": ROOT / "tests" / "generator" / "whole" / "plenty_memory",
    "views": ROOT / "tests" / "generator" / "whole" / "plenty_views",
    "vectored": ROOT / "tests" / "generator" / "whole" / "plenty_vectors",
    "virtio_rng": ROOT / "tests" / "virtio" / "virtio_rng",
}
MODULE = """#include "{name}.dddk.h"{sources}
#include "runtime/port/linux/module.h"
DDDK_LINUX_MODULE({name}_driver, "built by a test");
"""


def headers() -> Path | None:
    """The build folder of the running kernel's headers, else of any Debian kernel's."""
    running = Path("/lib/modules") / platform.release() / "build"
    found = sorted(Path("/usr/src").glob("linux-headers-*-amd64")) + sorted(Path("/lib/modules").glob("*/build"))
    for folder in [running, *reversed(found)]:
        if (folder / "Module.symvers").exists():
            return folder
    return None


def link_tree(source: Path, target: Path) -> None:
    """Folders as they are in `source`, every C file, header and Kbuild file in them a link."""
    for path in source.rglob("*"):
        if path.suffix in (".c", ".h") or path.name == "Kbuild":
            link = target / path.relative_to(source)
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(path)


def make_tree(tree: Path) -> None:
    """Everything that Kbuild needs, for the runtime and every driver."""
    for folder in ("dddk", "kernel", "runtime"):
        link_tree(ROOT / folder, tree / folder)
    manifests = [str(ROOT / "drivers" / name / f"{name}.yaml") for name in DRIVERS]
    manifests += [f"{path}.yaml" for path in WHOLE.values()]
    subprocess.run([sys.executable, str(ROOT / "generator" / "dddk"), "gen", *manifests, "-o", str(tree)], check=True)
    lines = ["include $(src)/runtime/port/linux/Kbuild"]
    handlers = {name: ROOT / "drivers" / name / f"{name}.c" for name in DRIVERS} | {name: Path(f"{path}.c") for name, path in WHOLE.items()}
    for name in handlers:
        (tree / name / f"{name}.c").symlink_to(handlers[name])
        lines.append(f"obj-m += dddk_{name}.o")
        if name in WHOLE:  # in one file: the kernel's headers take longer to read than the driver
            (tree / name / "module.c").write_text(MODULE.format(name=name, sources=f'\n#include "{name}.c"\n#include "{name}.dddk.c"'))
            lines.append(f"dddk_{name}-y := {name}/module.o")
        else:
            (tree / name / "module.c").write_text(MODULE.format(name=name, sources=""))
            lines.append(f"dddk_{name}-y := {name}/{name}.o {name}/{name}.dddk.o {name}/module.o")
    (tree / "Kbuild").write_text("\n".join(lines) + "\n")


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The tree after `make W=1 modules`, and what that printed."""
    folder = headers()
    if folder is None:
        pytest.fail("no kernel headers: install the package linux-headers-amd64")
    tree = tmp_path_factory.mktemp("kbuild")
    make_tree(tree)
    environment = {key: value for key, value in os.environ.items() if key not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}
    command = ["nice", "make", "-C", str(folder), f"M={tree}", "W=1", "-j2", "modules"]
    done = subprocess.run(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout
    return tree, done.stdout


def test_the_runtime_and_every_driver_become_modules(build: tuple[Path, str]) -> None:
    tree, _ = build
    assert sorted(path.name for path in tree.glob("*.ko")) == sorted(
        ["dddk.ko", *(f"dddk_{name}.ko" for name in [*DRIVERS, *WHOLE])]
    )


def test_kbuild_has_nothing_to_complain_about_at_w1(build: tuple[Path, str]) -> None:
    _, output = build
    # Kbuild says so of every module that is built against headers alone.
    known = re.compile(r"Skipping BTF generation .* due to unavailability of vmlinux$")
    quiet = re.compile(r"  (CC|LD|MODPOST|BTF)( \[M\])? |make: (Entering|Leaving) directory ")
    noise = [line for line in output.splitlines() if not known.match(line) and not quiet.match(line)]
    assert noise == [], output


@pytest.mark.parametrize("name", [*DRIVERS, *WHOLE])
def test_a_driver_module_needs_the_kit_and_nothing_of_the_kernel_but_its_module_support(
    build: tuple[Path, str], name: str
) -> None:
    """What a driver calls is the kit's: it could not run on another port otherwise."""
    tree, _ = build
    undefined = set(_symbols(tree / f"dddk_{name}.ko", "U"))
    exported = set(_exports(tree))
    assert undefined & exported
    # memcpy and what the compiler and the kernel's build put in by themselves
    allowed = {"__fentry__", "__x86_return_thunk", "__this_module", "memcpy", "memset", "__fortify_panic", "fortify_panic", "param_ops_charp"}
    leaked = {
        symbol
        for symbol in undefined - exported - allowed
        if not re.match(r"__x86_indirect_thunk_|__stack_chk_fail$|__warn|iowrite|ioread|io_", symbol)
    }
    assert leaked == set()


def test_what_is_exported_is_needed_or_public(build: tuple[Path, str]) -> None:
    """An export that no header of dddk/ declares would be an interface nobody knows of."""
    tree, _ = build
    exported = _exports(tree)
    declared = "".join(
        path.read_text()
        for path in [*(ROOT / "dddk").glob("*.h"), *(ROOT / "runtime" / "port" / "linux").glob("*.h")]
    )
    assert exported
    assert [symbol for symbol in exported if not re.search(rf"\b{symbol}\(", declared)] == []


def _exports(tree: Path) -> list[str]:
    """What dddk.ko exports; a line has checksum, symbol, module, kind."""
    lines = [line.split() for line in (tree / "Module.symvers").read_text().splitlines()]
    return [line[1] for line in lines if Path(line[2]).name == "dddk"]


def _symbols(path: Path, kind: str) -> list[str]:
    listing = subprocess.run(["nm", str(path)], check=True, capture_output=True, text=True).stdout
    return [line.split()[-1] for line in listing.splitlines() if line.split()[-2] == kind]


LIBC = re.compile(r"#\s*include\s*<[^>]*>")


@pytest.mark.parametrize(
    "path",
    [
        path.relative_to(ROOT)
        for folder in ("dddk", "runtime", "kernel")
        for path in sorted((ROOT / folder).glob("*.[ch]"))
    ],
    ids=str,
)
def test_a_portable_file_includes_no_system_header(path: Path) -> None:
    """Neither a libc nor a kernel has the other's headers: all comes through dddk_port.h."""
    found = [line for line in (ROOT / path).read_text().splitlines() if LIBC.search(line)]
    assert found == []
