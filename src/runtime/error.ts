/** The codes of this room's errors. */
export type RuntimeErrorCode =
  /** The program cannot be started; `facts.exitCode` is 126 or 127. */
  | 'SANDBOX_COMMAND_NOT_FOUND'
  /** The sandbox itself failed. */
  | 'SANDBOX_FAILED'
  /** No sandbox works here, or the preferred one does not. */
  | 'SANDBOX_UNAVAILABLE'
  /** USER names somebody whom the root does not know. */
  | 'SANDBOX_UNKNOWN_USER'
  /** A mount point cannot be made in the root. */
  | 'SANDBOX_MOUNT_POINT'
