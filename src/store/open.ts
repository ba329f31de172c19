import { DiskStore } from './disk-store.ts'
import { findRoot, prepareRoot } from './root.ts'
import type { Store, StoreOptions } from './store.ts'

/**
 * Opens the store, making it where there is none. Costs next to nothing: the database is opened at its first use, the
 * lease is taken by the first write. Throws `STORE_NETWORK_FILE_SYSTEM`, `STORE_UNREACHABLE`.
 */
export async function openStore(options: StoreOptions = {}): Promise<Store> {
  return new DiskStore(prepareRoot(findRoot(options)), options.now ?? Date.now)
}
