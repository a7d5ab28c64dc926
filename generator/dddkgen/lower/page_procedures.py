# SPDX-License-Identifier: MIT
"""The reference page's tables of procedures."""

from __future__ import annotations

from ..model import Driver, Ref
from ..procedures import CauseRef, Transfer, Until, meaning


def cell(words: str) -> str:
    """Text that cannot break a Markdown table."""
    return " ".join(words.split()).replace("|", "\\|")


def text(ref: Ref) -> str:
    index = "" if ref.index is None else f"[{ref.index}]"
    return f"{ref.register}{index}" + ("" if ref.field is None else f".{ref.field}")


def condition(until: Until) -> str:
    return f"{text(until.ref)} == {until.value}"


def time(nanoseconds: int) -> str:
    for unit, size in (("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000)):
        if nanoseconds % size == 0:
            return f"{nanoseconds // size} {unit}"
    return f"{nanoseconds} ns"


def transfer_row(transfer: Transfer) -> tuple[str, ...]:
    done = transfer.done
    end = f"cause {done.cause} of {done.interrupt}" if isinstance(done, CauseRef) else condition(done)
    way = "as the addresses say" if transfer.direction is None else f"{text(transfer.direction)}: {transfer.from_device} from the device"
    return (
        transfer.name,
        f"{text(transfer.source)} to {text(transfer.target)}, {text(transfer.length)} bytes",
        f"{text(transfer.go)}; {way}",
        f"{end}, within {time(transfer.timeout_ns)}",
        f"{transfer.base:#x}, {transfer.size} bytes, at most {transfer.max} at once",
        cell(meaning(transfer.doc, transfer.see)),
    )


TRANSFERS = ("name", "from, to, length", "started by", "done when", "device's memory", "meaning")


def tables(driver: Driver) -> list[tuple[str, tuple[str, ...], tuple[tuple[str, ...], ...]]]:
    """Title, head and rows of each table there is something for."""
    found = []
    if driver.transfers:
        found.append(("Transfers", TRANSFERS, tuple(map(transfer_row, driver.transfers))))
    return found
