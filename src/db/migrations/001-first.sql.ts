/** The first schema. Times are milliseconds since the epoch, sizes are bytes. */
export const FIRST = `
-- A process that holds things; alive while run/<id>.lock is flocked. Nothing is decided by pid.
CREATE TABLE lease (
  id TEXT PRIMARY KEY,
  purpose TEXT NOT NULL,
  created_ms INTEGER NOT NULL
) STRICT;

-- What a lease keeps from gc while its owner works with it: kind is blob, image or snapshot.
CREATE TABLE lease_hold (
  lease_id TEXT NOT NULL REFERENCES lease(id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  PRIMARY KEY (lease_id, kind, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE blob (
  digest TEXT PRIMARY KEY,
  size INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  used_ms INTEGER NOT NULL
) STRICT;

-- A stored (compressed or plain) form of a layer.
CREATE TABLE layer_blob (
  diff_id TEXT NOT NULL,
  digest TEXT NOT NULL REFERENCES blob(digest) ON DELETE CASCADE,
  media_type TEXT NOT NULL,
  PRIMARY KEY (diff_id, digest)
) STRICT, WITHOUT ROWID;

-- What is known of a layer whatever its form.
CREATE TABLE layer (
  diff_id TEXT PRIMARY KEY,
  uncompressed_bytes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- id is the digest of the config blob. manifest_digest is set from the first pull, push or save on.
CREATE TABLE image (
  id TEXT PRIMARY KEY,
  manifest_digest TEXT,
  manifest_media_type TEXT,
  platform TEXT NOT NULL,
  created_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE image_layer (
  image_id TEXT NOT NULL REFERENCES image(id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  diff_id TEXT NOT NULL,
  chain_id TEXT NOT NULL,
  PRIMARY KEY (image_id, position)
) STRICT, WITHOUT ROWID;

-- name is fully qualified: docker.io/library/alpine:latest.
CREATE TABLE image_ref (
  name TEXT PRIMARY KEY,
  image_id TEXT NOT NULL REFERENCES image(id),
  tagged_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX image_ref_image ON image_ref(image_id);

-- RepoDigests: under which digest a repository has the image (of its manifest, or of the index it came from).
CREATE TABLE repo_digest (
  repository TEXT NOT NULL,
  digest TEXT NOT NULL,
  image_id TEXT NOT NULL REFERENCES image(id) ON DELETE CASCADE,
  PRIMARY KEY (repository, digest, image_id)
) STRICT, WITHOUT ROWID;

-- Directory snapshots/<id in base 36>. An active one belongs to a lease and has no chain_id yet.
CREATE TABLE snapshot (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  parent_id INTEGER REFERENCES snapshot(id),
  kind TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('active', 'committed', 'removing')),
  lease_id TEXT,
  chain_id TEXT,
  diff_id TEXT,
  uncompressed_bytes INTEGER,
  entries INTEGER,
  disk_bytes INTEGER,
  -- 'built': its tar can be made again from its files; 'unpacked': only its original blob has its diff_id.
  origin TEXT NOT NULL DEFAULT 'built' CHECK (origin IN ('built', 'unpacked')),
  created_ms INTEGER NOT NULL,
  used_ms INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX snapshot_chain ON snapshot(kind, chain_id) WHERE state = 'committed';
CREATE INDEX snapshot_parent ON snapshot(parent_id);

-- One result of one vertex. snapshot_id is null for the empty root. record is JSON: the structured key.
CREATE TABLE cache_record (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL UNIQUE,
  op TEXT NOT NULL,
  record TEXT NOT NULL,
  snapshot_id INTEGER REFERENCES snapshot(id) ON DELETE CASCADE,
  cost_ms INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  used_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX cache_record_snapshot ON cache_record(snapshot_id);

-- Every key a record can be found by: by its inputs' keys, by their content.
CREATE TABLE cache_key (
  key TEXT PRIMARY KEY,
  record_id INTEGER NOT NULL REFERENCES cache_record(id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX cache_key_record ON cache_key(record_id);

-- Content digests of files in contexts, trusted by stat (git's racy rule).
CREATE TABLE file_digest (
  device INTEGER NOT NULL,
  inode INTEGER NOT NULL,
  size INTEGER NOT NULL,
  mtime_ns INTEGER NOT NULL,
  ctime_ns INTEGER NOT NULL,
  digest TEXT NOT NULL,
  used_ms INTEGER NOT NULL,
  PRIMARY KEY (device, inode)
) STRICT, WITHOUT ROWID;

CREATE TABLE build_record (
  id TEXT PRIMARY KEY,
  started_ms INTEGER NOT NULL,
  record TEXT NOT NULL
) STRICT;
`
