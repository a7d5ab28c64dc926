# SPDX-License-Identifier: MIT
"""The key table: examples that need more than a line. Their registers and bits have the names of the examples elsewhere."""

DESCRIPTORS = """\
descriptors:
  rx_desc:
    layout: {addr: u64, length: u16, status: u8, errors: u8, hash: u32}
    fields: {status: {DD: 0, EOP: 1}, errors: {CE: 0, RXE: 7}}
  tx_desc:
    layout: {addr: u64, length: u16, cmd: u8, status: u8, rest: u32}
    fields: {cmd: {EOP: 0, IFCS: 1, RS: 3}, status: {DD: 0}}"""

RINGS = """\
rings:
  rx:
    direction: from_device
    entry:   {layout: rx_desc, count: 256}
    attach:  [RDBAL: base.low, RDBAH: base.high, RDLEN: bytes, RDH: head, RDT: tail]
    enable:  RCTL.EN
    spare:   1
    give:    {by: index, to: RDT}
    take:    {by: bit, field: status.DD}
    payload: {address: addr, length: length, size: 2048}
    frame:   {last: status.EOP, bad: [errors.CE, errors.RXE]}
  tx:
    direction: to_device
    entry:   {layout: tx_desc, count: 256}
    attach:  [TDBAL: base.low, TDBAH: base.high, TDLEN: bytes, TDH: head, TDT: tail]
    enable:  TCTL.EN
    spare:   1
    give:    {by: index, to: TDT}
    take:    {by: bit, field: status.DD, on: last}
    payload: {address: addr, length: length, max: 4096}
    frame:   {each: [cmd.IFCS], last: [cmd.EOP, cmd.RS]}"""

FIFOS = """\
fifos:
  rx: {direction: from_device, data: RBR, ready: LSR.DR, overrun: LSR.OE}
  tx: {direction: to_device, data: THR, ready: LSR.THRE, depth: 16}"""

TRANSFERS = """\
transfers:
  copy:
    source: SOURCE
    target: TARGET
    length: LENGTH
    go: DMA.GO
    done: DMA.GO == 0
    device_memory: {size: 4096}"""

OPERATIONS = """\
operations:
  read_phy:
    in: {phy: u5, reg: u5}
    out: {data: u16}
    steps:
      - write: {MDIC: {PHY: phy, REG: reg, OP: READ}}
      - wait: MDIC.READY == 1
      - take: MDIC.DATA"""
