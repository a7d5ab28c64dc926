# SPDX-License-Identifier: MIT
"""What a random serial port has besides its registers: two FIFOs and the interrupt that serves them."""

from __future__ import annotations

from typing import Any

from .causes import interrupt
from .draft import Draft, Space
from .fifos import fifo
from .register_files import RegisterFile
from .yaml_text import Plain


def serial(draft: Draft, file: RegisterFile, regs: Space) -> None:
    random_ = draft.random
    receive, send = draft.fresh(small=True), draft.fresh(small=True)
    overrun = draft.chance(0.6)
    ready, lost, room = draft.fresh(), draft.fresh(), draft.fresh()
    fields: dict[str, Any] = {ready: Plain("0"), room: Plain("5")}
    if overrun:
        fields[lost] = {"bit": Plain("1"), "access": random_.choice(("rc", "ro", "w1c"))}
    status = file.add(draft, regs, {"at": draft.number(draft.place(regs, 1)), "width": draft.number(8), "access": "ro", "reset": draft.number(0x20), "fields": fields})
    place = draft.place(regs, 1)
    together = draft.chance(0.5)
    data_in = file.add(draft, regs, {"at": draft.number(place), "width": draft.number(8), "access": "ro", "volatile": draft.flag()})
    data_out = file.add(draft, regs, {"at": draft.number(place if together else draft.place(regs, 1)), "width": draft.number(8), "access": "wo"})
    first: dict[str, Any] = {"direction": "from_device", "data": data_in, "ready": f"{status}.{ready}"}
    if overrun:
        first["overrun"] = f"{status}.{lost}"
    second: dict[str, Any] = {"direction": "to_device", "data": data_out, "ready": f"{status}.{room}"}
    if draft.chance(0.7):
        second["depth"] = draft.number(random_.choice((1, 8, 16, 64)))
    if draft.chance(0.4):
        first = fifo(draft, file, regs, True, True, 8)
    if draft.chance(0.4):
        second = fifo(draft, file, regs, False, True, 8)
    draft.data["fifos"] = {receive: draft.documented(first), send: draft.documented(second)}
    causes: dict[str, dict[str, Any]] = {
        draft.fresh(): {"service": receive, "raised_by": receive},
        draft.fresh(): {"service": send, "raised_by": send},
    }
    if draft.chance(0.5):
        causes[draft.fresh()] = {"call": draft.fresh(small=True)}
    interrupt(draft, file, regs, causes)
    draft.data["handlers"] = ["set_line", *random_.sample(("reset", "identify", "start", "stop"), random_.randint(0, 4))]
