/* SPDX-License-Identifier: MIT
 *
 * Ask a controller for its serial number and model: `identify sim`, or `identify qemu` for QEMU's.
 * The driver is the same object file.
 */
#include <stdio.h>
#include <string.h>

#include "dddk/test.h"
#include "host.h"
#include "nvme.dddk.h"
#include "nvme.model.h"
#include "runtime/port/qemu/qemu.h"

static struct dddk_host *open_machine(bool on_qemu)
{
    static const char *const devices[] = {"nvme,serial=QEMU0001,addr=3"};
    const struct dddk_qemu_options options = {.devices = devices, .device_count = 1};

    if (on_qemu) {
        return dddk_qemu_open(&options); /* says why on stderr, if it cannot */
    }
    struct dddk_host *machine = dddk_test_open(1);
    return machine && dddk_test_add(machine, &nvme_model_type, 3) ? machine : NULL;
}

int main(int argc, char **argv)
{
    DDDK_REGISTRY_STORAGE(storage, 1, 8, 4);
    static struct dddk_registry registry;
    char page[4096];

    struct dddk_host *machine = open_machine(argc > 1 && strcmp(argv[1], "qemu") == 0);
    if (!machine || dddk_registry_init(&registry, &storage) != 0 ||
        dddk_registry_add_driver(&registry, &nvme_driver) != 0) {
        return 1;
    }
    printf("controllers bound: %d\n", dddk_host_probe(machine, &registry));
    struct dddk_device *found = dddk_host_find(machine, "nvme.0");
    if (!found) {
        return 1;
    }
    struct nvme *nvme = DDDK_CONTAINER(found, struct nvme, dddk);

    uint64_t before = nvme->vectors[0].counters.interrupts;
    int status = nvme_call_inquire(nvme, 0, 1, page, sizeof(page));
    printf("identify: %s\n", dddk_status_name(status));
    if (status == 0) {
        printf("serial number: %.8s\nmodel: %.22s\n", page + 4, page + 24);
    }
    printf("interrupts for it: %u\n", (unsigned)(nvme->vectors[0].counters.interrupts - before));
    printf("removed: %s\n", dddk_status_name(dddk_host_remove(machine, found)));
    dddk_host_close(machine);
    return status == 0 ? 0 : 1;
}
