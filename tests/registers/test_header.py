# SPDX-License-Identifier: MIT
"""The generated header compiles without a warning, wherever it may be included, and is formatted."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from build import ROOT, Effect, driver, field, register
from cc import COMPILERS, DIRECT, HOSTED, KBUILD_WARNINGS, WARNINGS, command, compile_ok, run, write_headers

PORTS = {"direct": DIRECT, "hosted": HOSTED}


@pytest.mark.parametrize("port", PORTS)
@pytest.mark.parametrize("compiler", COMPILERS)
def test_everything_compiles_without_a_warning(toy: Path, compiler: str, port: str) -> None:
    source = toy / f"all_{port}.c"
    source.write_text('#include "toy.h"\n#include "toy.info.h"\n#include "toy.sim.h"\n'
                      "const void *use(unsigned i);\nconst void *use(unsigned i)\n"
                      "{\n    return i ? (const void *)toy_registers_ : (const void *)&toy_register_file_;\n}\n")  # fmt: skip
    compile_ok(compiler, "-O2", *WARNINGS, *KBUILD_WARNINGS, "-c", source, "-o", "/dev/null", folder=toy, port=PORTS[port])


@pytest.mark.parametrize("compiler", ("g++", "clang++"))
def test_cpp_can_include_it(toy: Path, compiler: str) -> None:
    source = toy / "all.cpp"
    source.write_text('extern "C" {\n#include "toy.h"\n}\nstruct toy_ctrl take(const struct toy *dev);\n'
                      "struct toy_ctrl take(const struct toy *dev) { return toy_ctrl_read(dev); }\n")  # fmt: skip
    arguments = [argument.replace("gnu11", "gnu++17") for argument in command(compiler, folder=toy, port=HOSTED)]
    result = run([*arguments, "-Wall", "-Wextra", "-Werror", "-fsyntax-only", str(source)])
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("name", ("toy.regs.h", "toy.info.h", "toy.sim.h"))
def test_it_is_as_clang_format_would_write_it(toy: Path, name: str) -> None:
    style = (ROOT / ".clang-format").read_text().replace("ColumnLimit: 100", "ColumnLimit: 0")
    (toy / ".clang-format").write_text(style)
    formatted = subprocess.run(["clang-format", toy / name], capture_output=True, text=True, check=True).stdout
    assert formatted == (toy / name).read_text()


def test_an_update_through_enable_bits_forgets_no_shadow(tmp_path: Path) -> None:
    """A field that it does not name reaches no device, whatever stands in its bits: so nothing is reset."""
    resets = field("RST", 0, "w0c", volatile=True, effects=(Effect("resets", "device"),))
    one = driver("one", register("R", 0, field("A", 1), resets, write_mask=True, reset=0), register("S", 4, field("B", (7, 0), "wo"), shadow=True, reset=3))
    (write_headers(one, tmp_path) / "main.c").write_text(
        '#include "one.h"\nint main(void)\n{\n    static uint32_t memory[4];\n    struct one dev = {.shadow = {.s = 3}};\n'
        "    dev.regs.mmio.base = (volatile void *)memory;\n    if (one_s_write(&dev, .b = 9) || one_r_update(&dev, .a = true) || dev.shadow.s != 9) {\n"
        "        return 1;\n    }\n    return one_r_update(&dev, .rst = false) || dev.shadow.s != 3 ? 2 : 0;\n}\n"
    )
    program = tmp_path / "main"
    compile_ok("gcc", "-O1", tmp_path / "main.c", "-o", program, folder=tmp_path)
    assert run([str(program)]).returncode == 0


def test_shadows_follow_a_reset_that_a_raw_value_asks_for(tmp_path: Path) -> None:
    """By the bit's own policy: of w0 bits a 0 acts, and only in their bits."""
    resets = (Effect("resets", "device"),)
    one = driver(
        "one",
        register("ZERO", 0, field("A", 1), field("RST", 0, "w0s", effects=resets)),
        register("ONES", 4, field("A", 1), field("RST", 0, "sc", effects=resets)),
        register("KEPT", 8, field("B", (7, 0), "wo"), shadow=True, reset=3),
    )
    (write_headers(one, tmp_path) / "main.c").write_text(
        '#include "one.h"\nstatic int follows(struct one *dev, uint32_t zero, uint32_t ones)\n{\n    dev->shadow.kept = 9;\n'
        "    one_zero_write_raw_(dev, zero);\n    one_ones_write_raw_(dev, ones);\n    return dev->shadow.kept == 3;\n}\n"
        "int main(void)\n{\n    static uint32_t memory[4];\n    struct one dev = {.shadow = {.kept = 3}};\n    dev.regs.mmio.base = (volatile void *)memory;\n"
        "    return (follows(&dev, 0xffffffff, 0) << 0) | (follows(&dev, 1, 2) << 1) | (!follows(&dev, 0xfffffffe, 0) << 2) | (!follows(&dev, 1, 1) << 3);\n}\n"
    )
    program = tmp_path / "main"
    compile_ok("gcc", "-O1", tmp_path / "main.c", "-o", program, folder=tmp_path)
    assert run([str(program)]).returncode == 0
