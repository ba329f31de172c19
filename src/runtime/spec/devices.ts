/**
 * Nothing in a root, its /dev or what is mounted there may be opened as a device of the machine: an image can hold the
 * number of any disk, and Docker's capabilities allow mknod. (Docker has a device cgroup against it, which not every
 * sandbox can have.) The default devices are the machine's own, bound; read-only keeps their mode and owner from being
 * changed, and hinders no writing to them.
 */
export const DEVICE_MOUNT: readonly string[] = ['bind', 'ro', 'nosuid', 'noexec', 'dev']
