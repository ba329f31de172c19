export interface DeviceNumber {
  readonly name: string
  readonly major: number
  readonly minor: number
}

/** The character devices that every process in a sandbox has: runtime-spec config-linux.md#default-devices. */
export const DEFAULT_DEVICES: readonly DeviceNumber[] = [
  { name: 'null', major: 1, minor: 3 },
  { name: 'zero', major: 1, minor: 5 },
  { name: 'full', major: 1, minor: 7 },
  { name: 'random', major: 1, minor: 8 },
  { name: 'urandom', major: 1, minor: 9 },
  { name: 'tty', major: 5, minor: 0 },
]

/** Whether a device node reaches nothing of the machine, whoever opens it; any other may be a disk. */
export function isHarmlessDevice(type: string, [major, minor]: readonly [number, number]): boolean {
  return type === 'char' && DEFAULT_DEVICES.some(device => device.major === major && device.minor === minor)
}
