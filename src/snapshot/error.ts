/** The codes of this room's errors. */
export type SnapshotErrorCode =
  | 'SNAPSHOT_NOT_FOUND'
  /** A committed snapshot no longer gives its diff ID. */
  | 'SNAPSHOT_CHANGED'
  /** A layer is not what its diff ID says. */
  | 'SNAPSHOT_WRONG_LAYER'
  /** `remove` of a snapshot that others stand on. */
  | 'SNAPSHOT_HAS_CHILDREN'
  /** An active snapshot was used after commit or abandon. */
  | 'SNAPSHOT_ENDED'
  /** Overlay mounts do not work in the store's file system. */
  | 'SNAPSHOT_OVERLAY_UNAVAILABLE'
