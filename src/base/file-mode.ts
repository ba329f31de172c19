/** What `--chmod` makes of an entry's permissions (0-07777). A directory counts as executable for `X`. */
export type ModeChange = (mode: number, isDirectory: boolean) => number

const SET_ID = 0o6000
const STICKY = 0o1000
const EXECUTE = 0o111
const STANDARD = SET_ID | 0o777
const WHO: Readonly<Record<string, number>> = { a: STANDARD, u: 0o4700, g: 0o2070, o: 0o007 }
/** How far a class's three bits stand from the right. */
const SHIFT: Readonly<Record<string, number>> = { u: 6, g: 3, o: 0 }

/** An octal number from 0 to 07777, with as many zeros before it as one likes; undefined for anything else. */
export function parseOctalMode(text: string): number | undefined {
  return /^0*[0-7]{1,4}$/.test(text) ? Number.parseInt(text, 8) : undefined
}

/**
 * A mode in octal digits, or in letters as in chmod(1): `u+x,go-w`, `a=r`, `+X`, `g=u`, `u+s`, `+t`. What differs from
 * coreutils is as in the Go library that BuildKit uses: `-X` is `-x`, and no umask takes anything away.
 * Undefined when it is neither.
 */
export function parseModeChange(text: string): ModeChange | undefined {
  const octal = parseOctalMode(text)
  if (octal !== undefined) return () => octal
  const changes = text.split(',').map(parseClause)
  if (changes.includes(undefined)) return undefined
  return (mode, isDirectory) => {
    const executable = isDirectory || (mode & EXECUTE) !== 0
    return changes.flatMap(clause => clause ?? []).reduce((now, change) => change(now, executable), mode)
  }
}

/** `executable` says so of the entry as it was before any change. */
type BitChange = (mode: number, executable: boolean) => number

/** `ug+x-w=r`: whom it is for, then any number of operators with what they work on. */
function parseClause(clause: string): BitChange[] | undefined {
  const match = /^([augo]*)((?:[-+=][rwxXstugo]*)+)$/.exec(clause)
  if (!match) return undefined
  const [, letters = '', actions = ''] = match
  const who = [...letters].reduce((bits, letter) => bits | (WHO[letter] ?? 0), 0)
  return actions.match(/[-+=][^-+=]*/g)?.flatMap(action => parseAction(who, action[0] ?? '', action.slice(1)))
}

/** Letters of classes are carried out where they stand, the others together at the next such letter or the end. */
function parseAction(given: number, operator: string, letters: string): BitChange[] {
  const changes: BitChange[] = []
  let who = given
  let cleared = false
  for (const [, bits = '', from] of letters.matchAll(/([rwxXst]*)([ugo]|$)/g)) {
    // Sticky is a class of its own: with nobody named before, it leaves the other bits alone.
    if (bits.includes('t') && countsSpecial(who)) who |= STICKY
    const plain = operator === '-' ? bits.replaceAll('X', 'x') : bits
    const asked = [...plain].reduce((sum, letter) => sum | bitsOf(letter, who), 0)
    if (asked !== 0 || (!from && operator === '=' && !cleared)) changes.push(changeBits(who, operator, asked))
    if (plain.includes('X')) changes.push(addExecute(who))
    if (from) changes.push(copyBits(who, operator, from))
    cleared = true
  }
  return changes
}

function changeBits(who: number, operator: string, asked: number): BitChange {
  const bits = who === 0 ? asked : asked & who
  if (operator === '+') return mode => mode | bits
  if (operator === '-') return mode => mode & ~bits
  return mode => (mode & ~(who === 0 ? STANDARD : who)) | bits
}

function bitsOf(letter: string, who: number): number {
  if (letter === 'r') return 0o444
  if (letter === 'w') return 0o222
  if (letter === 'x') return EXECUTE
  if (!countsSpecial(who)) return 0
  return letter === 's' ? SET_ID : letter === 't' ? STICKY : 0
}

/** Set-id and sticky bits are nothing to others alone. */
function countsSpecial(who: number): boolean {
  return who === 0 || (who & ~0o007) !== 0
}

function addExecute(who: number): BitChange {
  const bits = who === 0 ? EXECUTE : EXECUTE & who
  return (mode, executable) => (executable ? mode | bits : mode)
}

function copyBits(who: number, operator: string, from: string): BitChange {
  const classes = ['u', 'g', 'o'].filter(name => who === 0 || ((WHO[name] ?? 0) & 0o444 & who) !== 0)
  return mode => {
    const copied = (mode >> (SHIFT[from] ?? 0)) & 7
    return classes.reduce((now, name) => {
      const shift = SHIFT[name] ?? 0
      if (operator === '-') return now & ~(copied << shift)
      const kept = operator === '=' ? now & ~(7 << shift) : now
      return kept | (copied << shift)
    }, mode)
  }
}
