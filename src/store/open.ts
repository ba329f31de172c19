import type { Store, StoreOptions } from './store.ts'

export declare function openStore(options?: StoreOptions): Promise<Store>
