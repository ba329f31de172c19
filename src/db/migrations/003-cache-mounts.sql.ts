/** Directories of `RUN --mount=type=cache`: cache-mounts/<id in base 36>. Whoever uses one holds a lock in it. */
export const CACHE_MOUNTS = `
CREATE TABLE cache_mount (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL,
  name TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  used_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX cache_mount_key ON cache_mount(key);
`
