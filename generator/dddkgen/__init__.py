# SPDX-License-Identifier: MIT
"""The generator: a compiler from one manifest to a driver, its simulated device, its tests and its page.

    read -> resolve -> check -> lower -> emit

Each stage is a package; what passes between them are frozen data classes. `read` gives nodes that know their line and
column, `resolve` and `check` end in `model.Driver`, `lower` shapes it for C, `emit` renders it.
"""

__version__ = "0.1.0"
