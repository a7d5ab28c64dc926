/* SPDX-License-Identifier: MIT */
#include "pcap.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define MAGIC 0xa1b2c3d4u /* times are in microseconds */
#define LENGTH_MAX 65536u
#define ETHERNET 1u

struct file_header {
    uint32_t magic;
    uint16_t major, minor;
    uint32_t zone, accuracy, length_max, link_type;
};
struct frame_header {
    uint32_t seconds, microseconds;
    uint32_t kept_bytes, length_bytes;
};
_Static_assert(sizeof(struct file_header) == 24, "of pcap-savefile(5)");
_Static_assert(sizeof(struct frame_header) == 16, "of pcap-savefile(5)");

bool demo_pcap_begin(int fd)
{
    const struct file_header header = {
        .magic = MAGIC, .major = 2, .minor = 4, .length_max = LENGTH_MAX, .link_type = ETHERNET};

    return write(fd, &header, sizeof(header)) == (ssize_t)sizeof(header);
}

bool demo_pcap_append(int fd, uint64_t time_ns, const void *frame, size_t length_bytes)
{
    struct frame_header header = {
        .seconds = (uint32_t)(time_ns / 1000000000u),
        .microseconds = (uint32_t)(time_ns % 1000000000u / 1000u),
        .kept_bytes = (uint32_t)length_bytes,
        .length_bytes = (uint32_t)length_bytes,
    };
    const struct iovec parts[] = {{&header, sizeof(header)},
                                  {(void *)(uintptr_t)frame, length_bytes}};

    return writev(fd, parts, 2) == (ssize_t)(sizeof(header) + length_bytes);
}

static const char *visit_all(const uint8_t *file, size_t bytes, demo_pcap_visit *visit, void *user)
{
    struct file_header header;
    struct frame_header frame;
    size_t at = sizeof(header);

    if (bytes < sizeof(header)) {
        return "it has no header";
    }
    memcpy(&header, file, sizeof(header));
    if (header.magic != MAGIC || header.major != 2 || header.link_type != ETHERNET) {
        return "it is not an Ethernet capture in microseconds";
    }
    while (at < bytes) {
        if (bytes - at < sizeof(frame)) {
            return "it ends inside a frame's header";
        }
        memcpy(&frame, file + at, sizeof(frame));
        at += sizeof(frame);
        if (frame.kept_bytes != frame.length_bytes || frame.kept_bytes > LENGTH_MAX) {
            return "a frame's length cannot be";
        }
        if (bytes - at < frame.kept_bytes) {
            return "it ends inside a frame";
        }
        visit(user, file + at, frame.kept_bytes);
        at += frame.kept_bytes;
    }
    return NULL;
}

const char *demo_pcap_read(int fd, demo_pcap_visit *visit, void *user)
{
    struct stat about;
    const char *wrong;
    void *file;

    if (fstat(fd, &about) != 0 || about.st_size == 0) {
        return "it is empty";
    }
    file = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (file == MAP_FAILED) {
        return "it cannot be read";
    }
    wrong = visit_all(file, (size_t)about.st_size, visit, user);
    munmap(file, (size_t)about.st_size);
    return wrong;
}
