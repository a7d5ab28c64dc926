# SPDX-License-Identifier: MIT
"""Check: the guarantees that a driver's model gives to everything behind it, one file each.

A check is a function from a candidate to reports. It sees the whole candidate whatever the others found, so the order in
which they run does not matter (a test shuffles it).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ..diagnostics import Report
from ..resolve.context import Candidate
from . import (
    alternatives_can_be_told_apart,
    banks_are_selectable,
    buses_have_what_is_used,
    capabilities_can_be_found,
    class_has_what_it_needs,
    config_registers_are_the_drivers,
    devices_have_what_is_used,
    dma_limits_make_sense,
    effects_have_targets,
    entries_carry_payload,
    entries_change_owners,
    everything_is_served,
    fields_agree_with_register,
    fields_do_not_overlap,
    fields_hold_their_values,
    fields_inside_register,
    fifos_can_run,
    interrupts_can_be_served,
    kinds_come_back,
    masks_keep_the_rest,
    matches_are_distinct,
    names_are_free,
    names_are_unique,
    operations_can_be_called,
    params_have_values,
    presence_can_be_read,
    procedures_can_run,
    references_can_be_reached,
    regions_are_distinct,
    regions_can_be_so,
    regions_have_a_place,
    registers_do_not_overlap,
    registers_inside_region,
    ring_forms_are_whole,
    reset_kinds_can_be_named,
    rings_can_run,
    shadows_begin_known,
    stats_can_be_counted,
    strides_can_be_asked,
    elements_can_be_counted,
    regions_begin_where_they_can,
    syntax_is_ours,
    transfers_can_run,
    unused_is_said,
    values_fit,
    vectors_can_be_told_apart,
    waits_are_not_taken_away,
    windows_can_be_used,
    write_masks_reach_their_fields,
)

Check = Callable[[Candidate, Report], None]

CHECKS: tuple[Check, ...] = tuple(
    module.check
    for module in (
        syntax_is_ours,
        matches_are_distinct,
        buses_have_what_is_used,
        dma_limits_make_sense,
        regions_have_a_place,
        regions_are_distinct,
        capabilities_can_be_found,
        config_registers_are_the_drivers,
        regions_can_be_so,
        registers_inside_region,
        registers_do_not_overlap,
        strides_can_be_asked,
    elements_can_be_counted,
    regions_begin_where_they_can,
        fields_inside_register,
        fields_agree_with_register,
        fields_do_not_overlap,
        fields_hold_their_values,
        values_fit,
        write_masks_reach_their_fields,
        alternatives_can_be_told_apart,
        reset_kinds_can_be_named,
        banks_are_selectable,
        effects_have_targets,
        references_can_be_reached,
        devices_have_what_is_used,
        presence_can_be_read,
        rings_can_run,
        ring_forms_are_whole,
        entries_carry_payload,
        entries_change_owners,
        kinds_come_back,
        fifos_can_run,
        transfers_can_run,
        procedures_can_run,
        windows_can_be_used,
        interrupts_can_be_served,
        masks_keep_the_rest,
        vectors_can_be_told_apart,
        waits_are_not_taken_away,
        everything_is_served,
        class_has_what_it_needs,
        operations_can_be_called,
        params_have_values,
        shadows_begin_known,
        stats_can_be_counted,
        names_are_free,
        names_are_unique,
        unused_is_said,
    )
)


def check(candidate: Candidate, report: Report, order: Iterable[Check] = CHECKS) -> None:
    """Run the checks; `order` is for the test that shuffles them."""
    for one in order:
        one(candidate, report)
