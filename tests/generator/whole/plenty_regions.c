#include "regional.dddk.h"

int regional_start(struct regional *dev)
{
    int status = regional_clock_update(dev, .rate = 25, .on = true);

    if (status == 0) {
        status = regional_status_write(dev, .ack = true, .driver = true);
    }
    return status != 0 ? status : regional_doorbell_write(dev, 31, 0x5a5a);
}

void regional_stop(struct regional *dev)
{
    regional_status_write(dev, .ack = false);
    regional_clock_update(dev, .on = false);
}
