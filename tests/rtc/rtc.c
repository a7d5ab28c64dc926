/* SPDX-License-Identifier: MIT
 *
 * The periodic interrupt of a PC's clock, and its memory. (MC146818A)
 */
#include "rtc.dddk.h"

#define HZ_32768 2u
#define EVERY_MS 6u /* 976 us */

int rtc_start(struct rtc *rtc)
{
    rtc_index_update(rtc, .nmi_off = true);
    rtc_a_update(rtc, .divider = HZ_32768, .rate = EVERY_MS);
    rtc_b_update(rtc, .h24 = true, .binary = true);
    return 0;
}

void rtc_tick(struct rtc *rtc)
{
    rtc->state.ticks++;
}

int rtc_keep(struct rtc *rtc, uint8_t place, uint8_t value)
{
    return rtc_ram_write(rtc, place, value);
}

int rtc_recall(struct rtc *rtc, uint8_t place, uint8_t *value)
{
    *value = (uint8_t)rtc_ram_read(rtc, place);
    return place < RTC_RAM_COUNT ? 0 : DDDK_ERANGE;
}
