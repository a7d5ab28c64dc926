/* SPDX-License-Identifier: MIT */
#include "sensor.dddk.h"

int sensor_start(struct sensor *dev)
{
    enum sensor_caps use = sensor_ability_read(dev).has & (SENSOR_CAPS_FAST | SENSOR_CAPS_DEEP);

    return sensor_ability_update(dev, .use = use, .wants = SENSOR_WANTS_A | SENSOR_WANTS_C);
}

int sensor_degrees(struct sensor *dev, uint64_t *milli)
{
    int64_t tenths = sensor_sense_temperature_in(sensor_sense_read(dev).temperature, 10000);

    *milli = (uint64_t)(tenths / 10);
    return 0;
}

int sensor_point(struct sensor *dev, uint32_t page)
{
    struct dddk_dma_address address = {(uint64_t)page << 12};
    int status = sensor_wide_update(dev, .addr = address);

    return status != 0 ? status : sensor_base_high_write(dev, .addr = address);
}
