/* SPDX-License-Identifier: MIT
 *
 * The misc class as a character device with one ioctl (misc_user.h), and with read and write where
 * `user:` shows FIFOs. A file may stay open longer than the device is there: it keeps the state
 * alive, which then knows no device any more.
 */
#include <linux/compat.h>
#include <linux/fs.h>
#include <linux/kref.h>
#include <linux/miscdevice.h>
#include <linux/poll.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/wait.h>

#include "dddk/misc.h"
#include "runtime/port/linux/core.h"
#include "runtime/port/linux/misc_user.h"

/* How often a FIFO is looked at that no interrupt serves, while a reader or writer waits. */
#define LOOK_MS 10
/* Of one read or write in kernel memory at a time. */
#define PIECE_BYTES ((size_t)DDDK_BYTE_RING)

_Static_assert(DDDK_MISC_USER_VALUES == DDDK_MISC_ARGUMENTS, "the two lists have the same length");

struct dddk_linux_misc {
    struct miscdevice device;
    struct kref users; /* the published device, and each open file */
    /* Read-held while a call runs; written to take the device away. */
    struct rw_semaphore lock;
    struct dddk_misc *misc; /* NULL when the device is gone */
    /* Who waits for words, and how often something was moved or happened to the device. */
    wait_queue_head_t waiters;
    atomic_t news;
    char name[DDDK_NAME_MAX];
};

static void destroy(struct kref *users)
{
    kfree(container_of(users, struct dddk_linux_misc, users));
}

static int open(struct inode *inode, struct file *file)
{
    /* misc_open() left the miscdevice here, and holds the lock that misc_deregister() takes. */
    struct miscdevice *device = file->private_data;
    struct dddk_linux_misc *state = container_of(device, struct dddk_linux_misc, device);

    kref_get(&state->users);
    file->private_data = state;
    return nonseekable_open(inode, file);
}

static int release(struct inode *inode, struct file *file)
{
    struct dddk_linux_misc *state = file->private_data;

    kref_put(&state->users, destroy);
    return 0;
}

/* Call an operation whose data, if it has any, are in kernel memory. */
static int call_with_data(struct dddk_misc *misc, struct dddk_misc_user_call *call)
{
    const struct dddk_misc_operation *operation = &misc->ops->operations[call->operation];
    void __user *user = u64_to_user_ptr(call->data);
    size_t size = (size_t)call->size_bytes;
    void *data;
    int status;

    if (operation->data == DDDK_MISC_NO_DATA) {
        return call->data != 0 || call->size_bytes != 0
                   ? DDDK_EINVAL
                   : dddk_misc_call(misc, call->operation, call->values, NULL, 0);
    }
    if (operation->fifo != NULL) {
        size = min(size, PIECE_BYTES);
    } else if (call->size_bytes > operation->data_max_bytes) {
        return DDDK_EMSGSIZE;
    }
    /* Zeroed: an operation that fills less than it was given room for must show nothing else. */
    data = kvzalloc(size != 0 ? size : 1, GFP_KERNEL);
    if (data == NULL) {
        return DDDK_ENOMEM;
    }
    if (operation->data == DDDK_MISC_DATA_IN && copy_from_user(data, user, size) != 0) {
        kvfree(data);
        return DDDK_EFAULT;
    }
    status = dddk_misc_call(misc, call->operation, call->values, data, size);
    if (status >= 0 && operation->fifo != NULL) {
        call->size_bytes = (__u64)status;
        size = (size_t)status;
        status = 0;
    }
    if (status == 0 && operation->data == DDDK_MISC_DATA_OUT &&
        copy_to_user(user, data, size) != 0) {
        status = DDDK_EFAULT;
    }
    kvfree(data);
    return status;
}

static long ioctl(struct file *file, unsigned int command, unsigned long argument)
{
    struct dddk_linux_misc *state = file->private_data;
    struct dddk_misc_user_call __user *user = (void __user *)argument;
    struct dddk_misc_user_call call;
    int status = DDDK_ENODEV;

    if (command != DDDK_MISC_CALL) {
        return -ENOTTY;
    }
    if (copy_from_user(&call, user, sizeof(call)) != 0) {
        return -EFAULT;
    }
    down_read(&state->lock);
    if (state->misc != NULL) {
        status = call.zero != 0 || call.operation >= state->misc->ops->operation_count
                     ? DDDK_EINVAL
                     : call_with_data(state->misc, &call);
    }
    up_read(&state->lock);
    if (status == 0 && copy_to_user(user, &call, sizeof(call)) != 0) {
        status = DDDK_EFAULT;
    }
    return status;
}

/* ---- read and write ---- */

/* Move what goes at once between the device and `piece`. `waits`: when 0 bytes went, for how long
 * to wait for news; NULL: nobody waits. */
static int move(struct dddk_linux_misc *state, bool to_device, void *piece, size_t size_bytes,
                long *waits)
{
    int status = DDDK_ENODEV;

    down_read(&state->lock);
    if (state->misc != NULL) {
        const struct dddk_misc_fifo *fifo = dddk_misc_file(state->misc, to_device);

        status = fifo == NULL ? DDDK_EINVAL : dddk_misc_move(state->misc, fifo, piece, size_bytes);
        *waits = fifo != NULL && fifo->kick != NULL ? MAX_SCHEDULE_TIMEOUT
                                                    : (long)msecs_to_jiffies(LOOK_MS);
    }
    up_read(&state->lock);
    return status;
}

/* The same, and wait until something goes, unless the file is not to block. */
static int move_or_wait(struct file *file, bool to_device, void *piece, size_t size_bytes)
{
    struct dddk_linux_misc *state = file->private_data;

    for (;;) {
        int seen = atomic_read(&state->news);
        long waits = 0;
        int status = move(state, to_device, piece, size_bytes, &waits);

        if (status != 0) {
            return status;
        }
        if ((file->f_flags & O_NONBLOCK) != 0) {
            return -EAGAIN;
        }
        if (wait_event_interruptible_timeout(state->waiters, atomic_read(&state->news) != seen,
                                             waits) < 0) {
            return -ERESTARTSYS;
        }
    }
}

/* As much as is there, as a pipe: whoever wants more reads again. */
static ssize_t read(struct file *file, char __user *to, size_t size_bytes, loff_t *offset)
{
    size_t size = min(size_bytes, PIECE_BYTES);
    void *piece;
    int status;

    if (size == 0) {
        return 0;
    }
    piece = kmalloc(size, GFP_KERNEL);
    if (piece == NULL) {
        return -ENOMEM;
    }
    status = move_or_wait(file, false, piece, size);
    if (status > 0 && copy_to_user(to, piece, (size_t)status) != 0) {
        status = -EFAULT;
    }
    kfree(piece);
    return status;
}

static ssize_t write(struct file *file, const char __user *from, size_t size_bytes, loff_t *offset)
{
    size_t size = min(size_bytes, PIECE_BYTES);
    void *piece;
    int status;

    if (size == 0) {
        return 0;
    }
    piece = memdup_user(from, size);
    if (IS_ERR(piece)) {
        return PTR_ERR(piece);
    }
    status = move_or_wait(file, true, piece, size);
    kfree(piece);
    return status;
}

static __poll_t poll(struct file *file, struct poll_table_struct *table)
{
    struct dddk_linux_misc *state = file->private_data;
    __poll_t ready = EPOLLERR | EPOLLHUP;

    poll_wait(file, &state->waiters, table);
    down_read(&state->lock);
    if (state->misc != NULL) {
        const struct dddk_misc_fifo *in = dddk_misc_file(state->misc, false);
        const struct dddk_misc_fifo *out = dddk_misc_file(state->misc, true);

        ready = in != NULL && dddk_misc_is_ready(state->misc, in) ? EPOLLIN | EPOLLRDNORM : 0;
        ready |= out != NULL && dddk_misc_is_ready(state->misc, out) ? EPOLLOUT | EPOLLWRNORM : 0;
    }
    up_read(&state->lock);
    return ready;
}

static void tell(struct dddk_linux_misc *state)
{
    atomic_inc(&state->news);
    wake_up_interruptible(&state->waiters);
}

/* The device's state is published for as long as it is started. */
void dddk_port_misc_moved(struct dddk_device *dev)
{
    struct dddk_misc *misc = dddk_device_class(dev);

    tell(misc->port.state);
}

static const struct file_operations file_ops = {
    .owner = THIS_MODULE,
    .open = open,
    .release = release,
    .read = read,
    .write = write,
    .poll = poll,
    .unlocked_ioctl = ioctl,
    .compat_ioctl = compat_ptr_ioctl,
    .llseek = no_llseek,
};

int dddk_linux_misc_publish(struct dddk_device *dev)
{
    struct dddk_misc *misc = dddk_device_class(dev);
    struct dddk_linux_misc *state = kzalloc(sizeof(*state), GFP_KERNEL);
    int status;

    if (state == NULL) {
        return DDDK_ENOMEM;
    }
    kref_init(&state->users);
    init_rwsem(&state->lock);
    init_waitqueue_head(&state->waiters);
    state->misc = misc;
    strscpy(state->name, dev->name, sizeof(state->name));
    state->device.minor = MISC_DYNAMIC_MINOR;
    state->device.name = state->name;
    state->device.fops = &file_ops;
    state->device.parent = dev->port->device;
    misc->port.state = state;
    status = misc_register(&state->device);
    if (status != 0) {
        misc->port.state = NULL;
        kref_put(&state->users, destroy);
    }
    return status;
}

void dddk_linux_misc_unpublish(struct dddk_device *dev)
{
    struct dddk_misc *misc = dddk_device_class(dev);
    struct dddk_linux_misc *state = misc->port.state;

    misc_deregister(&state->device);
    down_write(&state->lock);
    state->misc = NULL;
    up_write(&state->lock);
    tell(state);
    misc->port.state = NULL;
    kref_put(&state->users, destroy);
}
