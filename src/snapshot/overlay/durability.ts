import { closeSync, openSync } from 'node:fs'
import { syncFileSystem } from '../../host/index.ts'

/**
 * Makes the files of snapshots durable with one syncfs for all who ask meanwhile. Measured on ext4: 0.3-3 ms for a
 * layer of 1-20 files and 5-9 ms for 100, where an fsync of each takes 0.2-30 and 130-210 ms; and it leaves the event
 * loop free.
 */
export class Durability {
  readonly #directory: string
  #running: Promise<void> | undefined
  #next: Promise<void> | undefined

  constructor(directory: string) {
    this.#directory = directory
  }

  /** Resolves when all that was written before the call is on the disk. */
  async sync(): Promise<void> {
    // A sync under way may have passed the caller's files already.
    this.#next ??= (this.#running ?? Promise.resolve()).catch(() => undefined).then(() => this.#start())
    await this.#next
  }

  async #start(): Promise<void> {
    this.#running = this.#next
    this.#next = undefined
    const fd = openSync(this.#directory, 'r')
    try {
      await syncFileSystem(fd)
    } finally {
      closeSync(fd)
    }
  }
}
