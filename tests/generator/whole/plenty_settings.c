#include "meter.dddk.h"

int meter_start(struct meter *dev)
{
    return meter_pace_write(dev, .rate = dev->params.rate);
}

int meter_left(struct meter *dev, uint16_t *pulses)
{
    *pulses = dev->params.verbose ? 0 : dev->params.limit;
    return 0;
}
