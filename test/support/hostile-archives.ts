import type { MadeEntry } from '../../src/testkit/make-tar.ts'

/** What comes out: an error that says this, or a tree in which these shell tests hold. */
export type Outcome = RegExp | string

export interface HostileArchive {
  readonly name: string
  readonly entries: (canary: string) => readonly MadeEntry[]
  /** As a layer of an image, over the layer `BELOW`. */
  readonly layer: Outcome
  /** Through ADD into `/a/`, which is the root that links are resolved in; the same as `layer` when not given. */
  readonly add?: Outcome
}

/** A file of such a name cannot be in a layer (image-spec layer.md#whiteouts). */
const FALSE_WHITEOUT = /names that begin with \.wh\. mean removed files/
const text = (value: string): Uint8Array => Buffer.from(value)

export const HOSTILE_ARCHIVES: readonly HostileArchive[] = [
  {
    name: 'a name that climbs out by ..',
    entries: canary => [{ name: `../../../../../../../..${canary}/new`, content: 'x' }],
    layer: /has \.\. in it/,
  },
  { name: 'a name of .. alone', entries: () => [{ name: '..', type: 'dir' }], layer: /has \.\. in it/ },
  {
    name: 'a name with .. in the middle',
    entries: () => [{ name: 'a/../../b', content: 'x' }],
    layer: /has \.\. in it/,
  },
  {
    name: 'an absolute name',
    entries: canary => [{ name: `${canary}/new`, content: 'x' }],
    layer: '[ -f $R$CANARY/new ]',
  },
  {
    name: 'a symlink out, then a write through it',
    entries: canary => [
      { name: 'out', type: 'symlink', linkname: canary },
      { name: 'out/new', content: 'x' },
    ],
    layer: '[ -f /$CANARY/new ]',
    add: '[ -f $R/$CANARY/new ]',
  },
  {
    name: 'a symlink out by .., then a write through it',
    entries: canary => [
      { name: 'out', type: 'symlink', linkname: `../../../../../../../../..${canary}` },
      { name: 'out/secret', content: 'overwritten' },
    ],
    layer: '[ "$(cat /$CANARY/secret)" = overwritten ]',
    add: '[ "$(cat $R/$CANARY/secret)" = overwritten ]',
  },
  {
    name: 'a symlink to a file, then a file of the same name',
    entries: canary => [
      { name: 'out', type: 'symlink', linkname: `${canary}/secret` },
      { name: 'out', content: 'overwritten' },
    ],
    layer: '[ ! -L $R/out ] && [ "$(cat $R/out)" = overwritten ]',
  },
  {
    name: 'a chain of symlinks out',
    entries: canary => [
      { name: 'one', type: 'symlink', linkname: '..' },
      { name: 'two', type: 'symlink', linkname: `one/../../..${canary}` },
      { name: 'two/new', content: 'x' },
    ],
    layer: '[ -f /$CANARY/new ]',
    add: '[ -f $R/$CANARY/new ]',
  },
  {
    name: 'a directory entry over a symlink out',
    entries: canary => [
      { name: 'out', type: 'symlink', linkname: canary },
      { name: 'out/', type: 'dir', mode: 0o777 },
      { name: 'out/new', content: 'x' },
    ],
    layer: '[ ! -L $R/out ] && [ -f $R/out/new ]',
  },
  {
    name: 'symlinks in a circle',
    entries: () => [
      { name: 'x', type: 'symlink', linkname: 'y' },
      { name: 'y', type: 'symlink', linkname: 'x' },
      { name: 'x/file', content: 'x' },
    ],
    layer: /symbolic links|symlinks/,
  },
  {
    name: 'a hard link out by ..',
    entries: canary => [{ name: 'h', type: 'hardlink', linkname: `../../../../../../../..${canary}/secret` }],
    layer: /\.\. in it/,
  },
  {
    name: 'a hard link to an absolute name',
    entries: canary => [{ name: 'h', type: 'hardlink', linkname: `${canary}/secret` }],
    layer: /hard link .* there is no such file/,
  },
  {
    name: 'a hard link through a symlink out',
    entries: canary => [
      { name: 'out', type: 'symlink', linkname: canary },
      { name: 'h', type: 'hardlink', linkname: 'out/secret' },
    ],
    layer: /hard link .* there is no such file/,
  },
  {
    name: 'a hard link to a symlink out, then a write to it',
    entries: canary => [
      { name: 'out', type: 'symlink', linkname: `${canary}/secret` },
      { name: 'h', type: 'hardlink', linkname: 'out' },
      { name: 'h', content: 'overwritten' },
    ],
    layer: '[ "$(cat $R/h)" = overwritten ] && [ -L $R/out ]',
  },
  {
    name: 'a hard link to a directory',
    entries: () => [
      { name: 'd/', type: 'dir' },
      { name: 'h', type: 'hardlink', linkname: 'd' },
    ],
    layer: /is a directory/,
  },
  {
    name: 'a device 0:0',
    entries: () => [{ name: 'kept', type: 'char', device: [0, 0] }],
    layer: /device 0:0 would be taken for a whiteout/,
    add: /0:0|whiteout/,
  },
  {
    name: "overlay's xattrs",
    entries: canary => [
      {
        name: 'd/',
        type: 'dir',
        xattrs: new Map([
          ['trusted.overlay.opaque', text('y')],
          ['trusted.overlay.redirect', text(canary)],
          ['trusted.overlay.metacopy', text('')],
          ['user.overlay.opaque', text('y')],
          ['user.overlay.redirect', text(canary)],
        ]),
      },
      { name: 'etc/', type: 'dir', xattrs: new Map([['trusted.overlay.opaque', text('y')]]) },
    ],
    layer: '[ -d $R/d ] && [ -f /etc/kept ] && [ -z "$(ls $R/d)" ]',
  },
  {
    name: 'a whiteout of ..',
    entries: () => [{ name: 'a/.wh...' }],
    layer: /whiteout of nothing/,
    add: FALSE_WHITEOUT,
  },
  {
    name: 'a whiteout of .',
    entries: () => [{ name: '.wh..' }],
    layer: /whiteout of nothing/,
    add: FALSE_WHITEOUT,
  },
  {
    name: 'a whiteout of an empty name',
    entries: () => [{ name: '.wh.' }],
    layer: /whiteout of nothing/,
    add: FALSE_WHITEOUT,
  },
  {
    name: 'a whiteout of a whiteout',
    entries: () => [{ name: '.wh..wh.x' }, { name: 'x', content: 'x' }],
    layer: '[ -f $R/x ] && [ ! -e $R/.wh.x ]',
    add: FALSE_WHITEOUT,
  },
  {
    name: 'files inside a whiteout',
    entries: () => [{ name: '.wh.d/file', content: 'x' }],
    layer: /lies in a whiteout/,
    add: FALSE_WHITEOUT,
  },
  {
    name: 'an opaque mark through a symlink out',
    entries: canary => [
      { name: 'out', type: 'symlink', linkname: canary },
      { name: 'out/.wh..wh..opq', content: '' },
    ],
    layer: '[ -f /etc/kept ] && [ -z "$(ls -A /$CANARY)" ]',
    add: FALSE_WHITEOUT,
  },
  {
    name: 'a whiteout through a symlink out',
    entries: canary => [
      { name: 'out', type: 'symlink', linkname: canary },
      { name: 'out/.wh.secret', content: '' },
    ],
    layer: '[ ! -e /$CANARY/secret ]',
    add: FALSE_WHITEOUT,
  },
  {
    name: 'an opaque mark that is a directory, with files in it',
    entries: () => [{ name: 'etc/.wh..wh..opq/', type: 'dir' }, { name: 'etc/.wh..wh..opq/x' }],
    layer: '[ ! -e /etc/kept ]',
    add: FALSE_WHITEOUT,
  },
  {
    name: 'the same name three times',
    entries: () => [
      { name: 'x', content: '1' },
      { name: './x', content: '2' },
      { name: '/x', content: '3' },
    ],
    layer: '[ "$(cat $R/x)" = 3 ]',
  },
  {
    name: 'a file over a directory',
    entries: () => [
      { name: 'd/', type: 'dir' },
      { name: 'd/inside', content: 'x' },
      { name: 'd', content: 'file' },
    ],
    layer: '[ "$(cat $R/d)" = file ]',
  },
  {
    name: 'a file below a file',
    entries: () => [
      { name: 'f', content: 'x' },
      { name: 'f/inside', content: 'x' },
    ],
    layer: /in the way|not a directory/i,
  },
  {
    name: 'the root as a symlink out',
    entries: canary => [
      { name: './', type: 'symlink', linkname: canary },
      { name: 'new', content: 'x' },
    ],
    layer: /the root is a directory/,
  },
  {
    name: 'names with line feeds and escape sequences',
    entries: () => [
      { name: 'bell\u0007\u001b]0;owned\u0007', content: 'x' },
      { name: '\u001b[2J\nERROR: all is well\n/..', content: 'x' },
    ],
    layer: /has \.\. in it/,
  },
  {
    name: 'an owner that cannot be',
    entries: () => [{ name: 'x', uid: 0xffff_ffff }],
    layer: /is no user or group id/,
  },
  {
    name: 'a name of 300 bytes',
    entries: () => [{ name: 'n'.repeat(300), content: 'x' }],
    layer: /its name is too long/,
  },
  {
    name: 'a path of 5000 bytes',
    entries: () => [{ name: `${'d/'.repeat(2500)}f`, content: 'x' }],
    layer: /its name is too long/,
  },
  {
    name: 'a setuid file, which keeps its mode and owner',
    entries: () => [{ name: 'su', content: 'x', mode: 0o4755, uid: 7, gid: 8 }],
    layer: '[ -u $R/su ] && [ "$(stat -c %u:%g $R/su)" = 7:8 ]',
  },
  {
    name: 'a host disk as a device, which nobody can open',
    entries: () => [{ name: 'disk', type: 'block', mode: 0o666, device: [254, 0] }],
    layer: '[ -b $R/disk ] && ! head -c 1 $R/disk',
  },
]
