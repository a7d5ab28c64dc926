/* SPDX-License-Identifier: MIT
 *
 * A simulated machine with one relay board in it: close its relays, a millisecond apart, and look.
 */
#include "dddk/test.h"
#include "relay.dddk.h"
#include "relay.model.h"
#include <stdio.h>

int main(void)
{
    const struct dddk_driver *drivers[] = {&relay_driver};
    struct dddk_host *machine = dddk_test_open(1);
    uint8_t levels = 0;
    uint32_t changes = 0;

    dddk_test_add(machine, &relay_model_type, 3);
    printf("boards bound: %d\n", dddk_test_probe(machine, drivers, 1));

    struct dddk_device *found = dddk_test_device(machine, "relay.0");
    if (found == NULL) {
        return 1;
    }
    struct relay *relay = DDDK_CONTAINER(found, struct relay, dddk);

    for (uint8_t number = 5; number <= 8; number++) {
        printf("close relay %u: %s\n", number,
               dddk_status_name(relay_call_set(relay, number, true)));
        dddk_test_run(machine, DDDK_MSEC(1));
    }
    relay_call_inputs(relay, &levels);
    relay_call_changes(relay, &changes);
    printf("inputs: 0x%02x, changed %u times\n", levels, changes);
    printf("left behind at the end: %u\n", (unsigned)dddk_test_close(machine));
    return 0;
}
