#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Write dddkgen/check/macros.txt: the macros of C's and POSIX's headers and of the Linux headers that drivers include.

Run by hand when another kernel is to be known: `generator/tools/list_macros.py /usr/src/linux-headers-*-amd64`.
A macro with arguments ends in `(`: it expands only before a parenthesis. Names with a leading underscore (reserved, and never
generated) and CONFIG_ names are left out.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

LIBC = """assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdalign stdarg stdatomic stdbool
stddef stdint stdio stdlib stdnoreturn string threads time uchar wchar wctype unistd fcntl poll pthread sys/mman sys/socket
sys/stat sys/sysmacros sys/types sys/un sys/wait sys/ioctl sys/eventfd dirent termios"""

LINUX = """module kernel pci netdevice etherdevice ethtool interrupt dma-mapping tty tty_flip serial serial_core miscdevice fs uaccess
blkdev blk-mq hw_random firmware platform_device of debugfs seq_file delay io workqueue completion iopoll"""

OUTPUT = Path(__file__).parent.parent / "dddkgen" / "check" / "macros.txt"
DEFINE = re.compile(r"^#define ([A-Za-z]\w*)(\(?)", re.MULTILINE)


def macros(text: str) -> set[str]:
    """Names from `#define` lines."""
    return {name + paren for name, paren in DEFINE.findall(text) if not name.startswith("CONFIG_")}


def of_libc() -> set[str]:
    source = "".join(f"#include <{header}.h>\n" for header in LIBC.split())
    command = ["gcc", "-std=gnu11", "-D_GNU_SOURCE", "-dM", "-E", "-x", "c", "-"]
    return macros(subprocess.run(command, input=source, capture_output=True, text=True, check=True).stdout)


def of_linux(headers: Path) -> set[str]:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "all.c").write_text("".join(f"#include <linux/{header}.h>\n" for header in LINUX.split()))
        Path(folder, "Makefile").write_text("obj-m := all.o\nccflags-y := -dM\n")
        subprocess.run(["make", "-s", "-C", headers, f"M={folder}", "all.i"], check=True)
        return macros(Path(folder, "all.i").read_text())


def main() -> None:
    names = sorted(of_libc() | of_linux(Path(sys.argv[1])))
    head = "# Made by generator/tools/list_macros.py. A macro that takes arguments ends in `(`.\n"
    lines, line = [], ""
    for name in names:
        if line and len(line) + 1 + len(name) > 110:
            lines.append(line)
            line = ""
        line = f"{line} {name}" if line else name
    OUTPUT.write_text(head + "\n".join([*lines, line]) + "\n")


if __name__ == "__main__":
    main()
