import type { TarHeader } from '../tar/entry.ts'
import type { NodeMeta } from '../tree.ts'
import { invalidName } from './entry-name.ts'

/** (uid_t)-1 means "leave as it is" to chown and is nobody's. */
const MOST_ID = 0xffff_fffe

/** The metadata an archive gives an entry. Throws `LAYER_INVALID_NAME` for owners that cannot be. */
export function metaOfHeader(header: TarHeader): NodeMeta {
  const { mode, uid, gid, mtime, xattrs } = header
  for (const id of [uid, gid]) {
    if (id < 0 || id > MOST_ID) throw invalidName(header.name, `${id} is no user or group id`)
  }
  return { mode, uid, gid, mtime, xattrs }
}
