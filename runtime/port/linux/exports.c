/* SPDX-License-Identifier: MIT
 *
 * What dddk.ko offers to the modules of drivers: the functions of dddk/ that are not inline, and
 * those that make a module (module.h). The portable files cannot say so themselves.
 */
#include <linux/export.h>

#include "dddk/dma.h"
#include "dddk/dump.h"
#include "dddk/irq.h"
#include "dddk/log.h"
#include "dddk/misc.h"
#include "dddk/net.h"
#include "dddk/ring.h"
#include "dddk/serial.h"
#include "dddk/steps.h"
#include "dddk/wait.h"
#include "runtime/port/linux/module.h"

EXPORT_SYMBOL_GPL(dddk_linux_register);
EXPORT_SYMBOL_GPL(dddk_linux_unregister);
EXPORT_SYMBOL_GPL(dddk_status_name);
EXPORT_SYMBOL_GPL(dddk_state_name);
EXPORT_SYMBOL_GPL(dddk_log_);
EXPORT_SYMBOL_GPL(dddk_dump);
EXPORT_SYMBOL_GPL(dddk_decode);
EXPORT_SYMBOL_GPL(dddk_decode_field);
EXPORT_SYMBOL_GPL(dddk_decode_name);
EXPORT_SYMBOL_GPL(dddk_range_fault);
EXPORT_SYMBOL_GPL(dddk_config_read8);
EXPORT_SYMBOL_GPL(dddk_config_read16);
EXPORT_SYMBOL_GPL(dddk_config_read32);
EXPORT_SYMBOL_GPL(dddk_config_write8);
EXPORT_SYMBOL_GPL(dddk_config_write16);
EXPORT_SYMBOL_GPL(dddk_config_write32);
EXPORT_SYMBOL_GPL(dddk_irq_lock_init);
EXPORT_SYMBOL_GPL(dddk_irq_lock_take);
EXPORT_SYMBOL_GPL(dddk_irq_lock_give);
EXPORT_SYMBOL_GPL(dddk_still_present);
EXPORT_SYMBOL_GPL(dddk_protocol_error);
EXPORT_SYMBOL_GPL(dddk_thread_enter);
EXPORT_SYMBOL_GPL(dddk_thread_leave);

EXPORT_SYMBOL_GPL(dddk_find_revision);
EXPORT_SYMBOL_GPL(dddk_step_decode_on);
EXPORT_SYMBOL_GPL(dddk_step_decode_off);
EXPORT_SYMBOL_GPL(dddk_map_region);
EXPORT_SYMBOL_GPL(dddk_step_params);
EXPORT_SYMBOL_GPL(dddk_param_parse);
EXPORT_SYMBOL_GPL(dddk_param_value);
EXPORT_SYMBOL_GPL(dddk_step_stats_begin);
EXPORT_SYMBOL_GPL(dddk_step_stats_end);
EXPORT_SYMBOL_GPL(dddk_stats_read);
EXPORT_SYMBOL_GPL(dddk_unmap_region);
EXPORT_SYMBOL_GPL(dddk_array_present);
EXPORT_SYMBOL_GPL(dddk_array_stride);
EXPORT_SYMBOL_GPL(dddk_step_presence);
EXPORT_SYMBOL_GPL(dddk_step_dma_mask);
EXPORT_SYMBOL_GPL(dddk_step_vectors_request);
EXPORT_SYMBOL_GPL(dddk_step_vectors_free);
EXPORT_SYMBOL_GPL(dddk_step_vectors_allocate);
EXPORT_SYMBOL_GPL(dddk_step_vectors_release);
EXPORT_SYMBOL_GPL(dddk_request_vector);
EXPORT_SYMBOL_GPL(dddk_free_vector);
EXPORT_SYMBOL_GPL(dddk_step_publish);
EXPORT_SYMBOL_GPL(dddk_step_unpublish);
EXPORT_SYMBOL_GPL(dddk_step_class_start);
EXPORT_SYMBOL_GPL(dddk_step_class_stop);
EXPORT_SYMBOL_GPL(dddk_step_bus_master_on);
EXPORT_SYMBOL_GPL(dddk_step_bus_master_off);
EXPORT_SYMBOL_GPL(dddk_step_at_start);
EXPORT_SYMBOL_GPL(dddk_step_class_open);
EXPORT_SYMBOL_GPL(dddk_step_class_close);

EXPORT_SYMBOL_GPL(dddk_dma_alloc);
EXPORT_SYMBOL_GPL(dddk_dma_free);
EXPORT_SYMBOL_GPL(dddk_ring_alloc);
EXPORT_SYMBOL_GPL(dddk_ring_alloc_taken);
EXPORT_SYMBOL_GPL(dddk_ring_free_memory);

EXPORT_SYMBOL_GPL(dddk_vector_enable);
EXPORT_SYMBOL_GPL(dddk_vector_disable);
EXPORT_SYMBOL_GPL(dddk_vector_pause);
EXPORT_SYMBOL_GPL(dddk_vector_resume);
EXPORT_SYMBOL_GPL(dddk_vector_schedule);
EXPORT_SYMBOL_GPL(dddk_arm);
EXPORT_SYMBOL_GPL(dddk_complete);
EXPORT_SYMBOL_GPL(dddk_complete_by);

EXPORT_SYMBOL_GPL(dddk_wait_begin_);
EXPORT_SYMBOL_GPL(dddk_wait_again_);
EXPORT_SYMBOL_GPL(dddk_wait_completion_);
EXPORT_SYMBOL_GPL(dddk_sleep_);

EXPORT_SYMBOL_GPL(dddk_net_set_mac_);
EXPORT_SYMBOL_GPL(dddk_net_set_link_);
EXPORT_SYMBOL_GPL(dddk_port_rx_buffer);
EXPORT_SYMBOL_GPL(dddk_port_rx_deliver);
EXPORT_SYMBOL_GPL(dddk_port_rx_recycle);
EXPORT_SYMBOL_GPL(dddk_port_tx_done);
EXPORT_SYMBOL_GPL(dddk_port_tx_wake);
EXPORT_SYMBOL_GPL(dddk_misc_call);
EXPORT_SYMBOL_GPL(dddk_misc_move);
EXPORT_SYMBOL_GPL(dddk_misc_moved);
EXPORT_SYMBOL_GPL(dddk_fifo_pause);
