# SPDX-License-Identifier: MIT
"""Mutation of the shipped manifests: change one number, policy or name at a time, and see whether QEMU notices.

    manifest  -> catalogue -> build -> verdict -> report

`manifest` gives the places of a manifest's text, `catalogue` says what is changed at each of them, `build` makes a driver
of a changed text, `verdict` runs its scenario, `report` holds the survivors against their reasons.
"""
