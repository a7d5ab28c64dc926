# SPDX-License-Identifier: MIT
"""Rings whose entries come back in every way that runs: both sides are generated from one manifest and run against each other.

The generated tests send and receive several times around the ring, over the wrap of its free-running indices, with frames of
one piece and of several, and let the device stand still, come back and write nonsense.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from whole import Project

MANIFEST = """\
dddk: 1
driver: ringed
title: A network device whose rings can be anything
class: net
license: MIT
match: [{pci: 1234:0001}]
dma: {address_bits: 64}
regions: {regs: {bar: 0, size: 4KiB}}
registers:
  CTRL:  {at: 0x00, fields: {RX: 0, TX: 1, SIZE: 7:4}}
  CAUSE: {at: 0x04, access: rc, reset: 0, fields: {RECEIVED: 0, SENT: 1}}
  MASK:  {at: 0x08, reset: 0, fields: {RECEIVED: 0, SENT: 1}}
  RXB:   {at: 0x10, width: 64}
  RXN:   {at: 0x18, width: 16}
  RXT:   {at: 0x1c, width: 16}
  RXI:   {at: 0x20, width: 16, access: ro, volatile: true}
  RXW:   {at: 0x28, width: 64}
  TXB:   {at: 0x30, width: 64}
  TXN:   {at: 0x38, width: 16}
  TXT:   {at: 0x3c, width: 16}
  TXI:   {at: 0x40, access: ro, volatile: true}
  TXWL:  0x48
  TXWH:  0x4c
presence: CTRL
descriptors:
  rx_desc:
    layout: {addr: u64, length: u16, flags: u16, rest: u32}
    fields: {flags: {LAST: 1, BAD: 5}, rest: {DONE: 31}}
    order: ORDER
  tx_desc:
    layout: {addr: u64, length: u16, flags: u16, rest: u32}
    fields: {flags: {DONE: 0, LAST: 1, TELL: 2}}
    order: ORDER
rings:
  rx:
    direction: from_device
    entry:   {layout: rx_desc, count: {default: 64, max: 256, multiple: 8}}
    attach:  [RXB: base, RX_SIZE, RXT: tail]
    enable:  CTRL.RX
    spare:   1
    give:    {by: index, to: RXT}
    take:    RX_TAKE
    payload: {address: addr, length: length, size: 1024}
    frame:   {last: flags.LAST, bad: flags.BAD}
  tx:
    direction: to_device
    entry:   {layout: tx_desc, count: {default: 64, max: 256, multiple: 8}}
    attach:  [TXB: base, TX_SIZE, TXT: tail]
    enable:  CTRL.TX
    spare:   1
    give:    {by: index, to: TXT}
    take:    TX_TAKE
    payload: {address: addr, length: length, max: 4096}
    frame:   {last: [flags.LAST]}
interrupts:
  main:
    cause: CAUSE
    mask: {register: MASK}
    on:
      RECEIVED: {service: rx, raised_by: rx, enable: MASK.RECEIVED}
      SENT:     {service: tx, raised_by: tx, enable: MASK.SENT}
handlers: [identify]
"""
HANDLERS = """\
#include "ringed.dddk.h"

int ringed_identify(struct ringed *dev)
{
    static const struct dddk_mac mac = {{2, 0, 0, 0, 0, 1}};

    return dddk_net_set_mac(dev, mac);
}
"""
#: Byte order, how the sizes are told, how entries come back.
FORMS: dict[str, tuple[str, tuple[str, str], tuple[str, str]]] = {
    "a bit that becomes 0, an index in a register": ("little", ("RXN: count - 1", "TXN: log2(bytes / 64)"), ("{by: bit, field: rest.DONE, ready: 0}", "{by: index, from: TXI}")),
    "an index in a register, a bit that becomes 0": ("big", ("RXN: count", "TXN: bytes / 16 - 1"), ("{by: index, from: RXI}", "{by: bit, field: flags.DONE, ready: 0, on: last}")),
    "laps, another bit first": ("big", ("CTRL.SIZE: log2(count)", "TXN: bytes"), ("{by: lap, field: rest.DONE, starts: 0}", "{by: lap, field: flags.DONE, on: last}")),
    "a lap, an index in memory": ("little", ("RXN: count", "TXN: count, TXWL: taken.low, TXWH: taken.high"), ("{by: lap, field: rest.DONE}", "{by: index, from: memory}")),
    "an index in memory, a lap": ("big", ("RXN: count, RXW: taken", "TXN: count"), ("{by: index, from: memory}", "{by: lap, field: flags.DONE, starts: 0}")),
}


def project(folder: Path, form: str) -> Project:
    order, sizes, takes = FORMS[form]
    text = MANIFEST.replace("ORDER", order)
    for name, value in zip(("RX_SIZE", "TX_SIZE", "RX_TAKE", "TX_TAKE"), (*sizes, *takes)):
        text = text.replace(name, value)
    return Project(folder, "ringed", text, {"ringed.c": HANDLERS})


@pytest.mark.parametrize(("form", "compiler"), [(form, ("gcc", "clang")[number % 2]) for number, form in enumerate(FORMS)])
def test_both_sides_agree(tmp_path: Path, form: str, compiler: str) -> None:
    assert project(tmp_path, form).run(compiler) > 20
