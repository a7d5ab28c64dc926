/* SPDX-License-Identifier: MIT
 *
 * An xHCI host controller on both hosted ports: registers in regions that begin where the device
 * says, which is elsewhere on each.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "xhci.dddk.h"
#include "xhci.model.h"

#include "dddk/test.h"
#include "runtime/port/hosted/host.h"
#include "runtime/port/qemu/qemu.h"

DDDK_REGISTRY_STORAGE(storage, 1, 2, 1);

static void its_registers_are_where_it_says(void **state)
{
    static const char *const devices[] = {"qemu-xhci,addr=4"};
    struct dddk_registry registry;
    bool on_qemu = *state != NULL;
    struct dddk_host *host;
    uint8_t enabled, most;
    uint16_t interval;

    if (on_qemu) {
        host = dddk_qemu_open(&(struct dddk_qemu_options){.devices = devices, .device_count = 1});
        assert_non_null(host);
    } else {
        host = dddk_test_open(1);
        assert_non_null(dddk_test_add(host, &xhci_model_type, 4));
    }
    assert_int_equal(dddk_registry_init(&registry, &storage), 0);
    assert_int_equal(dddk_registry_add_driver(&registry, &xhci_driver), 0);
    assert_int_equal(dddk_host_probe(host, &registry), 1); /* identify() has read PAGESIZE */
    struct xhci *xhci = DDDK_CONTAINER(dddk_host_find(host, "xhci.0"), struct xhci, dddk);
    assert_int_equal(xhci_call_slots(xhci, 5, &enabled, &most, &interval), 0);
    assert_int_equal(enabled, 5);                   /* of the operational registers, */
    assert_int_equal(interval, on_qemu ? 0 : 4000); /* of the runtime registers */
    assert_true(most >= 8);
    dddk_thread_enter(&xhci->dddk);
    assert_int_equal(xhci_imod_write(xhci, .interval = 0x123), 0);
    assert_int_equal(xhci_imod_read(xhci).interval, 0x123);
    assert_int_equal(xhci_first_read(xhci).caplength, on_qemu ? 0x40 : 0x20);
    assert_int_equal(xhci_rtsoff_read(xhci).offset, on_qemu ? 0x1000 / 32 : 0x60 / 32);
    dddk_thread_leave(&xhci->dddk);
    assert_int_equal(dddk_host_remove(host, &xhci->dddk), 0);
    assert_int_equal(dddk_host_statistics(host).misuse, 0);
    if (on_qemu) {
        assert_false(host->dead);
        dddk_host_close(host);
    } else {
        assert_int_equal(dddk_test_close(host), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        {"its_registers_are_where_it_says on sim", its_registers_are_where_it_says, NULL, NULL,
         NULL},
        {"its_registers_are_where_it_says on qemu", its_registers_are_where_it_says, NULL, NULL,
         &(bool){true}},
    };

    return cmocka_run_group_tests_name("xhci", tests, NULL, NULL);
}
