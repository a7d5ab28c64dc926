/* SPDX-License-Identifier: MIT
 *
 * The classes on a host: a published device is reached by C calls. Opening a net or serial device
 * is what starts it; a misc device was started when it was published.
 */
#include "core.h"

int dddk_port_publish(struct dddk_device *dev)
{
    dev->port->class_object = dddk_device_class(dev);
    return 0;
}

void dddk_port_unpublish(struct dddk_device *dev)
{
    dev->port->class_object = NULL;
    dev->port->receive = NULL;
    dev->port->receive_user = NULL;
}

int dddk_port_class_start(struct dddk_device *dev)
{
    return dev->driver->class_kind == DDDK_CLASS_NET ? dddk_host_net_start(dddk_device_class(dev))
                                                     : 0;
}

void dddk_port_class_stop(struct dddk_device *dev)
{
    if (dev->driver->class_kind == DDDK_CLASS_NET) {
        dddk_host_net_stop(dddk_device_class(dev));
    }
}

/* One thread: when this runs, no call of the class is on the stack. */
void dddk_port_class_gate(struct dddk_device *dev, bool open)
{
    dev->port->gate_open = open;
}

void dddk_port_link_changed(struct dddk_device *dev)
{
    const struct dddk_net *net = dddk_device_class(dev);

    if (net->link_up) {
        dddk_log_(dev, DDDK_LOG_INFO, "link up, %u Mbit/s, %s duplex", (unsigned)net->link_mbps,
                  net->full_duplex ? "full" : "half");
    } else {
        dddk_log_(dev, DDDK_LOG_INFO, "link down");
    }
}

/* Nobody waits in one thread: who wants words runs the machine and asks again. */
void dddk_port_misc_moved(struct dddk_device *dev)
{
    (void)dev;
}

static void *published(struct dddk_device *dev, enum dddk_class kind)
{
    return dev->driver->class_kind == kind ? dev->port->class_object : NULL;
}

struct dddk_net *dddk_host_net(struct dddk_device *dev)
{
    return published(dev, DDDK_CLASS_NET);
}

struct dddk_serial *dddk_host_serial(struct dddk_device *dev)
{
    return published(dev, DDDK_CLASS_SERIAL);
}

struct dddk_misc *dddk_host_misc(struct dddk_device *dev)
{
    return published(dev, DDDK_CLASS_MISC);
}

int dddk_host_net_open(struct dddk_device *dev, dddk_host_receive *receive, void *user)
{
    if (dddk_host_net(dev) == NULL) {
        return DDDK_EINVAL;
    }
    if (dev->state == DDDK_STARTED) {
        return DDDK_ESTATE; /* and whoever opened it keeps receiving */
    }
    dev->port->receive = receive;
    dev->port->receive_user = user;
    return dddk_start(dev);
}

int dddk_host_net_close(struct dddk_device *dev)
{
    return dddk_host_net(dev) == NULL ? DDDK_EINVAL : dddk_stop(dev);
}

int dddk_host_net_rx_mode(struct dddk_device *dev, const struct dddk_net_rx_mode *mode)
{
    struct dddk_net *net = dddk_host_net(dev);

    return net == NULL ? DDDK_EINVAL : dddk_net_set_rx_mode(net, mode);
}

int dddk_host_serial_open(struct dddk_device *dev)
{
    return dddk_host_serial(dev) == NULL ? DDDK_EINVAL : dddk_start(dev);
}

int dddk_host_serial_close(struct dddk_device *dev)
{
    return dddk_host_serial(dev) == NULL ? DDDK_EINVAL : dddk_stop(dev);
}
