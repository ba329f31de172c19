import { getXattr, setXattr } from '../../host/index.ts'

/** `trusted.` for overlays mounted by root, `user.` for those with userxattr. */
const PREFIXES = ['trusted.overlay.', 'user.overlay.'] as const

/** What a layer directory says of the directories of the same path below it. */
export type Opacity = 'merged' | 'opaque' | 'xattr-whiteouts'

/** `opaque` hides all below; `xattr-whiteouts` (value `x`) says that files in it may be whiteouts by xattr. Both spellings count. */
export function readOpacity(hostDir: string): Opacity {
  for (const prefix of PREFIXES) {
    const value = getXattr(hostDir, `${prefix}opaque`)
    if (value?.[0] === 0x79) return 'opaque'
    if (value?.[0] === 0x78) return 'xattr-whiteouts'
  }
  return 'merged'
}

/** Whether an empty file in an `xattr-whiteouts` directory is a whiteout. */
export function isXattrWhiteout(hostPath: string): boolean {
  return PREFIXES.some(prefix => getXattr(hostPath, `${prefix}whiteout`) !== undefined)
}

export function markOpaque(hostDir: string, userXattr: boolean): void {
  setXattr(hostDir, `${PREFIXES[userXattr ? 1 : 0]}opaque`, Buffer.from('y'))
}
