import { formatSize } from '../../base/size.ts'
import { printable } from '../../base/source.ts'
import type { TransferState } from '../../progress/index.ts'

interface Transfer {
  readonly item: string
  readonly action: string
  readonly currentBytes: number
  readonly totalBytes?: number | undefined
  readonly done?: boolean | undefined
}

const PLAIN_INTERVAL = 5000
const BAR_WIDTH = 20

/** `pulling 1f3e46996e29 3.6MB / 7.2MB`, `... 7.2MB done`. */
export function formatTransfer({ item, action, currentBytes, totalBytes, done }: Transfer): string {
  const size = formatSize(currentBytes)
  const amount = done ? `${size} done` : totalBytes ? `${size} / ${formatSize(totalBytes)}` : size
  return `${action} ${shortItem(item)} ${amount}`
}

/** The same with a bar, for a transfer under way. */
export function formatTransferBar(transfer: TransferState): string {
  const { item, action, currentBytes, totalBytes } = transfer
  if (!totalBytes) return formatTransfer(transfer)
  const filled = Math.max(0, Math.min(BAR_WIDTH, Math.floor((currentBytes / totalBytes) * BAR_WIDTH)))
  const bar = `${'='.repeat(filled)}${filled < BAR_WIDTH ? '>' : ''}`.padEnd(BAR_WIDTH).slice(0, BAR_WIDTH)
  return `${action} ${shortItem(item)} [${bar}] ${formatSize(currentBytes)} / ${formatSize(totalBytes)}`
}

function shortItem(item: string): string {
  return printable(item.replace(/^sha256:([0-9a-f]{12})[0-9a-f]{52}$/, '$1'))
}

/** When a plain display should mention a transfer: at its end, and every five seconds while it runs. */
export class TransferPace {
  readonly #last = new Map<string, number>()

  isDue(transfer: Transfer, now: number): boolean {
    const key = `${transfer.action} ${transfer.item}`
    const last = this.#last.get(key)
    if (transfer.done) {
      this.#last.set(key, Number.POSITIVE_INFINITY)
      return last !== Number.POSITIVE_INFINITY
    }
    if (last === undefined) this.#last.set(key, now)
    if (last === undefined || now - last < PLAIN_INTERVAL) return false
    this.#last.set(key, now)
    return true
  }
}
