/* SPDX-License-Identifier: MIT
 *
 * The misc class as a character device with one ioctl (misc_user.h). A file may stay open longer
 * than the device is there: it keeps the state alive, which then knows no device any more.
 */
#include <linux/compat.h>
#include <linux/fs.h>
#include <linux/kref.h>
#include <linux/miscdevice.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "dddk/misc.h"
#include "runtime/port/linux/core.h"
#include "runtime/port/linux/misc_user.h"

_Static_assert(DDDK_MISC_USER_VALUES == DDDK_MISC_ARGUMENTS, "the two lists have the same length");

struct dddk_linux_misc {
    struct miscdevice device;
    struct kref users; /* the published device, and each open file */
    /* Read-held while a call runs; written to take the device away. */
    struct rw_semaphore lock;
    struct dddk_misc *misc; /* NULL when the device is gone */
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
    if (call->size_bytes > operation->data_max_bytes) {
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

static const struct file_operations file_ops = {
    .owner = THIS_MODULE,
    .open = open,
    .release = release,
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
    state->misc = misc;
    strscpy(state->name, dev->name, sizeof(state->name));
    state->device.minor = MISC_DYNAMIC_MINOR;
    state->device.name = state->name;
    state->device.fops = &file_ops;
    state->device.parent = dev->port->device;
    status = misc_register(&state->device);
    if (status != 0) {
        kref_put(&state->users, destroy);
        return status;
    }
    misc->port.state = state;
    return 0;
}

void dddk_linux_misc_unpublish(struct dddk_device *dev)
{
    struct dddk_misc *misc = dddk_device_class(dev);
    struct dddk_linux_misc *state = misc->port.state;

    misc_deregister(&state->device);
    down_write(&state->lock);
    state->misc = NULL;
    up_write(&state->lock);
    misc->port.state = NULL;
    kref_put(&state->users, destroy);
}
