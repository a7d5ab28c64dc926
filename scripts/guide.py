#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Keep what a guide quotes equal to what it quotes: files, and what commands print.

Besides the `<!-- file: PATH -->` of `readme.py` there is `<!-- run: COMMAND -->`, followed by a fenced block with the
command's output. `<!-- run, in part: COMMAND -->` is one of which some lines are shown: a line `...` stands for any others.
Commands run in a folder that looks like the root of the tree, and what they write there is thrown away.

    scripts/guide.py docs/first-driver.md      run the commands, and write what they printed into the page
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import readme

ROOT = Path(__file__).resolve().parent.parent
RUN = re.compile(r"(?P<head><!-- run(?P<part>, in part)?: (?P<command>[^\n]*) -->\n```\w+\n)(?P<body>.*?)(?P<tail>^```$)", re.S | re.M)
SECONDS = 120


def printed(command: str, folder: Path, environment: dict[str, str]) -> str:
    """What a command prints, on either stream. The folder keeps what it writes for the next one."""
    for path in ROOT.iterdir():
        if not (folder / path.name).exists() and not path.name.startswith("."):
            (folder / path.name).symlink_to(path)
    done = subprocess.run(
        ["sh", "-c", command], cwd=folder, env={**os.environ, "LC_ALL": "C", **environment}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, timeout=SECONDS, check=False,
    )
    return done.stdout


def in_part(output: str, body: str) -> str:
    """The shown lines, if the output has them in this order; else all of the output."""
    rest = iter(output.splitlines())
    shown = [line for line in body.splitlines() if line != "..."]
    return body if all(line in rest for line in shown) else output


def refreshed(text: str, **environment: str) -> str:
    """The page with every file and output as it is now."""
    with tempfile.TemporaryDirectory() as folder:

        def again(match: re.Match[str]) -> str:
            output = printed(match["command"], Path(folder), environment)
            body = in_part(output, match["body"]) if match["part"] else output
            return match["head"] + body + match["tail"]

        return RUN.sub(again, readme.refreshed(text))


if __name__ == "__main__":
    for name in sys.argv[1:]:
        page = Path(name)
        page.write_text(refreshed(page.read_text(encoding="utf-8")), encoding="utf-8")
