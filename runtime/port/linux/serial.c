/* SPDX-License-Identifier: MIT
 *
 * The serial class as a tty. The class has its own byte rings, so this stands on tty_port directly:
 * serial_core would put a second buffer between the two. Opened for the first time the device is
 * started, closed for the last time it is stopped.
 *
 * Lifetime: a tty may outlive the device. So the state belongs to the tty_port, counted by it, and
 * what it knows of the device is taken away under both locks when the device is unpublished.
 */
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/tty.h>
#include <linux/tty_driver.h>
#include <linux/tty_flip.h>
#include <linux/tty_port.h>

#include "dddk/serial.h"
#include "runtime/port/linux/core.h"

#define LINES 64
#define RETRY (HZ / 100) /* after the tty layer had no memory for what was received */

struct dddk_linux_serial {
    struct tty_port port;
    /* NULL when the device is gone. Written under both locks; read under `mutex` by who sleeps,
     * under `lock` by who may not. */
    struct dddk_serial *serial;
    struct mutex mutex;
    spinlock_t lock; /* one writer of the transmit ring at a time, too */
    int line;
    bool throttled;
    struct delayed_work retry;
};

static struct tty_driver *tty_driver;
static struct dddk_linux_serial *lines[LINES];
static DEFINE_MUTEX(lines_mutex);

static struct dddk_linux_serial *state_of_port(struct tty_port *port)
{
    return container_of(port, struct dddk_linux_serial, port);
}

/* ---- the port: first open, last close ---- */

static int activate(struct tty_port *port, struct tty_struct *tty)
{
    struct dddk_linux_serial *state = state_of_port(port);
    int status = -ENODEV;

    mutex_lock(&state->mutex);
    WRITE_ONCE(state->throttled, false);
    if (state->serial != NULL) {
        status = dddk_start(state->serial->dev);
    }
    mutex_unlock(&state->mutex);
    return status;
}

static void shutdown(struct tty_port *port)
{
    struct dddk_linux_serial *state = state_of_port(port);

    mutex_lock(&state->mutex);
    if (state->serial != NULL) {
        (void)dddk_stop(state->serial->dev);
    }
    mutex_unlock(&state->mutex);
}

static void destruct(struct tty_port *port)
{
    kfree(state_of_port(port));
}

static const struct tty_port_operations port_ops = {
    .activate = activate,
    .shutdown = shutdown,
    .destruct = destruct,
};

/* ---- the tty ---- */

static int install(struct tty_driver *driver, struct tty_struct *tty)
{
    struct dddk_linux_serial *state;
    int status;

    mutex_lock(&lines_mutex);
    state = lines[tty->index];
    if (state != NULL) {
        tty_port_get(&state->port);
    }
    mutex_unlock(&lines_mutex);
    if (state == NULL) {
        return -ENODEV;
    }
    status = tty_standard_install(driver, tty);
    if (status != 0) {
        tty_port_put(&state->port);
        return status;
    }
    tty->driver_data = state;
    return 0;
}

static void cleanup(struct tty_struct *tty)
{
    struct dddk_linux_serial *state = tty->driver_data;

    tty_port_put(&state->port);
}

static int open(struct tty_struct *tty, struct file *file)
{
    struct dddk_linux_serial *state = tty->driver_data;

    return tty_port_open(&state->port, tty, file);
}

static void close(struct tty_struct *tty, struct file *file)
{
    struct dddk_linux_serial *state = tty->driver_data;

    tty_port_close(&state->port, tty, file);
}

static void hangup(struct tty_struct *tty)
{
    struct dddk_linux_serial *state = tty->driver_data;

    tty_port_hangup(&state->port);
}

static int write(struct tty_struct *tty, const unsigned char *bytes, int count)
{
    struct dddk_linux_serial *state = tty->driver_data;
    unsigned long flags;
    int status = -EIO;

    spin_lock_irqsave(&state->lock, flags);
    if (state->serial != NULL && count >= 0) {
        status = dddk_serial_write(state->serial, bytes, (uint32_t)count);
    }
    spin_unlock_irqrestore(&state->lock, flags);
    return status < 0 ? -EIO : status;
}

/* Bytes that wait for the device. */
static unsigned int waiting(struct dddk_linux_serial *state)
{
    unsigned long flags;
    uint32_t used = 0;

    spin_lock_irqsave(&state->lock, flags);
    if (state->serial != NULL) {
        used = dddk_byte_ring_used(&state->serial->tx);
    }
    spin_unlock_irqrestore(&state->lock, flags);
    return used;
}

static unsigned int write_room(struct tty_struct *tty)
{
    return DDDK_SERIAL_RING - waiting(tty->driver_data);
}

static unsigned int chars_in_buffer(struct tty_struct *tty)
{
    return waiting(tty->driver_data);
}

/* The reader is slow: bytes stay in the class's ring, which in the end holds the device back. */
static void throttle(struct tty_struct *tty)
{
    struct dddk_linux_serial *state = tty->driver_data;

    WRITE_ONCE(state->throttled, true);
}

static void kick(struct dddk_linux_serial *state)
{
    unsigned long flags;

    spin_lock_irqsave(&state->lock, flags);
    if (state->serial != NULL) {
        state->serial->ops->kick(state->serial->dev);
    }
    spin_unlock_irqrestore(&state->lock, flags);
}

static void unthrottle(struct tty_struct *tty)
{
    struct dddk_linux_serial *state = tty->driver_data;

    WRITE_ONCE(state->throttled, false);
    kick(state);
}

static struct dddk_serial_line line_of(struct tty_struct *tty)
{
    return (struct dddk_serial_line){
        .baud = tty_get_baud_rate(tty),
        .data_bits = tty_get_char_size(tty->termios.c_cflag),
        .stop_bits = C_CSTOPB(tty) ? 2 : 1,
        .parity = !C_PARENB(tty)  ? DDDK_PARITY_NONE
                  : C_PARODD(tty) ? DDDK_PARITY_ODD
                                  : DDDK_PARITY_EVEN,
    };
}

static void set_termios(struct tty_struct *tty, const struct ktermios *old)
{
    struct dddk_linux_serial *state = tty->driver_data;
    struct dddk_serial_line line = line_of(tty);
    int status = 0;

    if (line.baud == 0) {
        return; /* B0 asks for a hang-up, and there is no modem line to do it with */
    }
    mutex_lock(&state->mutex);
    if (state->serial != NULL) {
        status = dddk_serial_set_line(state->serial, &line);
    }
    mutex_unlock(&state->mutex);
    /* What the device cannot do is not what the terminal says it does. */
    if (status != 0 && old != NULL) {
        tty_termios_copy_hw(&tty->termios, old);
    }
}

static const struct tty_operations tty_ops = {
    .install = install,
    .cleanup = cleanup,
    .open = open,
    .close = close,
    .hangup = hangup,
    .write = write,
    .write_room = write_room,
    .chars_in_buffer = chars_in_buffer,
    .throttle = throttle,
    .unthrottle = unthrottle,
    .set_termios = set_termios,
};

/* ---- after a poll ---- */

/* Everything received goes to the tty layer, which may take less. */
static void hand_on(struct dddk_linux_serial *state, struct dddk_serial *serial)
{
    uint32_t ready = dddk_byte_ring_used(&serial->rx);
    unsigned char *room;
    int count;

    if (ready == 0 || READ_ONCE(state->throttled)) {
        return;
    }
    count = tty_prepare_flip_string(&state->port, &room, ready);
    if (count > 0) {
        (void)dddk_serial_read(serial, room, (uint32_t)count);
        tty_flip_buffer_push(&state->port);
    }
    if ((uint32_t)count < ready) {
        queue_delayed_work(dddk_linux_workqueue, &state->retry, RETRY);
    }
}

void dddk_linux_serial_polled(struct dddk_device *dev)
{
    struct dddk_serial *serial = dddk_device_class(dev);
    struct dddk_linux_serial *state = READ_ONCE(serial->port.state);

    if (state == NULL || READ_ONCE(dev->state) != DDDK_STARTED) {
        return;
    }
    hand_on(state, serial);
    if (dddk_byte_ring_used(&serial->tx) < DDDK_SERIAL_RING / 2) {
        tty_port_tty_wakeup(&state->port);
    }
}

static void retry(struct work_struct *work)
{
    kick(container_of(to_delayed_work(work), struct dddk_linux_serial, retry));
}

/* ---- life ---- */

/* The lowest free line, taken; or negative. */
static int take_line(struct dddk_linux_serial *state)
{
    int line;

    mutex_lock(&lines_mutex);
    for (line = 0; line < LINES && lines[line] != NULL; line++) {
    }
    if (line < LINES) {
        lines[line] = state;
    }
    mutex_unlock(&lines_mutex);
    return line < LINES ? line : DDDK_ENOSPC;
}

static void release_line(int line)
{
    mutex_lock(&lines_mutex);
    lines[line] = NULL;
    mutex_unlock(&lines_mutex);
}

int dddk_linux_serial_publish(struct dddk_device *dev)
{
    struct dddk_serial *serial = dddk_device_class(dev);
    struct dddk_linux_serial *state = kzalloc(sizeof(*state), GFP_KERNEL);
    struct device *device;

    if (state == NULL) {
        return DDDK_ENOMEM;
    }
    tty_port_init(&state->port);
    state->port.ops = &port_ops;
    mutex_init(&state->mutex);
    spin_lock_init(&state->lock);
    INIT_DELAYED_WORK(&state->retry, retry);
    state->serial = serial;
    state->line = take_line(state);
    if (state->line < 0) {
        int status = state->line;

        tty_port_put(&state->port);
        return status;
    }
    WRITE_ONCE(serial->port.state, state);
    device = tty_port_register_device(&state->port, tty_driver, (unsigned)state->line,
                                      dev->port->device);
    if (IS_ERR(device)) {
        WRITE_ONCE(serial->port.state, NULL);
        release_line(state->line);
        tty_port_put(&state->port);
        return (int)PTR_ERR(device);
    }
    dddk_log_(dev, DDDK_LOG_INFO, "is %s%d", tty_driver->name, state->line);
    return 0;
}

void dddk_linux_serial_unpublish(struct dddk_device *dev)
{
    struct dddk_serial *serial = dddk_device_class(dev);
    struct dddk_linux_serial *state = serial->port.state;
    struct tty_struct *tty;
    unsigned long flags;
    unsigned i;

    /* Nobody opens it any more; who has it open is hung up, which stops the device. */
    release_line(state->line);
    tty_unregister_device(tty_driver, (unsigned)state->line);
    tty = tty_port_tty_get(&state->port);
    if (tty != NULL) {
        tty_vhangup(tty);
        tty_kref_put(tty);
    }
    mutex_lock(&state->mutex);
    spin_lock_irqsave(&state->lock, flags);
    state->serial = NULL;
    spin_unlock_irqrestore(&state->lock, flags);
    mutex_unlock(&state->mutex);
    /* An open that was under way may have started the device after the hang-up. The runtime stops
     * it once more; here only the polls that know of the state must be over. */
    WRITE_ONCE(serial->port.state, NULL);
    for (i = 0; i < dev->driver->vector_count; i++) {
        dddk_port_vector_quiesce(dddk_device_vector(dev, i));
    }
    cancel_delayed_work_sync(&state->retry);
    tty_port_put(&state->port);
}

int dddk_linux_serial_init(void)
{
    int status;

    tty_driver = tty_alloc_driver(LINES, TTY_DRIVER_REAL_RAW | TTY_DRIVER_DYNAMIC_DEV);
    if (IS_ERR(tty_driver)) {
        return (int)PTR_ERR(tty_driver);
    }
    tty_driver->driver_name = "dddk_serial";
    tty_driver->name = "ttyDDDK";
    tty_driver->type = TTY_DRIVER_TYPE_SERIAL;
    tty_driver->subtype = SERIAL_TYPE_NORMAL;
    tty_driver->init_termios = tty_std_termios;
    tty_driver->init_termios.c_cflag = B115200 | CS8 | CREAD | HUPCL | CLOCAL;
    tty_driver->init_termios.c_ispeed = 115200;
    tty_driver->init_termios.c_ospeed = 115200;
    tty_set_operations(tty_driver, &tty_ops);
    status = tty_register_driver(tty_driver);
    if (status != 0) {
        tty_driver_kref_put(tty_driver);
    }
    return status;
}

void dddk_linux_serial_exit(void)
{
    tty_unregister_driver(tty_driver);
    tty_driver_kref_put(tty_driver);
}
