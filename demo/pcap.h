/* SPDX-License-Identifier: MIT
 *
 * Captures in the classic pcap format, as QEMU's filter-dump writes them: a 24-byte header, then
 * for each frame a 16-byte header and its bytes, in the byte order of the machine. (libpcap,
 * pcap-savefile(5))
 */
#ifndef DDDK_DEMO_PCAP_H
#define DDDK_DEMO_PCAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef void demo_pcap_visit(void *user, const uint8_t *frame, size_t length_bytes);

/* Begin a capture in an empty file; append a frame. False: it could not be written. */
bool demo_pcap_begin(int fd);
bool demo_pcap_append(int fd, uint64_t time_ns, const void *frame, size_t length_bytes);

/* Call `visit` with each frame of a capture, from its beginning. NULL, or why it is not a whole
 * capture; the frames before the fault have been visited. */
const char *demo_pcap_read(int fd, demo_pcap_visit *visit, void *user);

#endif
