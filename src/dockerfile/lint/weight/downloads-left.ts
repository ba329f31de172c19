import type { LintInput, RuleFinding } from '../rule.ts'
import { isMounted } from './clean-up.ts'
import { isWithin, resolvePath } from './paths.ts'
import { changedDirectory } from './programs.ts'
import { baseName } from './run-commands.ts'
import { isCopyStep, isRunStep, type Step } from './stage-steps.ts'
import { stagesOf } from './stages.ts'
import { weightRule } from './weight-rule.ts'
import { copiedPaths, downloadedFile, isArchive, nameInUrl } from './written-paths.ts'

export const downloadsLeft = weightRule(
  'DownloadsLeft',
  'An archive that is unpacked in the image should be gone in the layer that brings it',
  check,
)

function* check(input: LintInput): Generator<RuleFinding> {
  const { imageSteps } = stagesOf(input)
  const unpacked = new Set(imageSteps.flatMap(unpackedNames))
  for (const step of imageSteps) {
    if (isRunStep(step)) yield* ofRun(step)
    if (isCopyStep(step)) yield* ofCopy(step, unpacked)
  }
}

/** The base names of archives that a RUN unpacks or installs. */
function unpackedNames(step: Step): string[] {
  return step.commands.flatMap(({ name, args }) =>
    /^(?:tar|bsdtar|unzip|gunzip|7z|dpkg|rpm|apt|apt-get|dnf|yum|xz|zstd|bunzip2)$/.test(name)
      ? args.map(word => baseName(word.value)).filter(isArchive)
      : [],
  )
}

/** Downloaded by a RUN that neither removes nor moves it. */
function* ofRun(step: Step): Generator<RuleFinding> {
  let directory: string | undefined = step.workdir
  for (const command of step.commands) {
    if (command.name === 'cd') directory = changedDirectory(directory, command)
    const file = downloadedFile(command)
    const written = typeof file === 'string' ? file : file?.value
    if (written === undefined || !isArchive(written) || isTakenCareOf(written, directory, step)) continue
    yield {
      message: `${baseName(written)} is downloaded and stays in the layer`,
      range: step.instruction.range,
      hint: `remove it at the end of this RUN, or never write it: curl -fsSL URL | tar -xz -C /path`,
    }
  }
}

function isTakenCareOf(written: string, directory: string | undefined, step: Step): boolean {
  const path = written.startsWith('/') ? resolvePath(written) : directory && resolvePath(written, directory)
  if (path && isMounted(path, step)) return true
  const name = baseName(written)
  return step.commands.some(({ name: command, args }) => {
    if (/^(?:gunzip|bunzip2|unxz)$/.test(command)) return args.some(word => baseName(word.value) === name)
    if (command !== 'rm' && command !== 'mv' && command !== 'unlink') return false
    return args.some(({ value, dynamic }) => dynamic || removes(value, name, path))
  })
}

/** Whether `rm VALUE` takes the file away: by its name, by a pattern, with a directory above it. */
function removes(value: string, name: string, path: string | undefined): boolean {
  if (baseName(value) === name) return true
  const pattern = baseName(value)
  if (pattern.includes('*')) {
    const [before = '', after = ''] = [
      pattern.slice(0, pattern.indexOf('*')),
      pattern.slice(pattern.lastIndexOf('*') + 1),
    ]
    if (name.startsWith(before) && name.endsWith(after)) return true
  }
  const directory = value.replace(/\/\*?$/, '')
  if (path === undefined) return false
  return directory.startsWith('/') ? isWithin(path, resolvePath(directory)) : path.split('/').includes(directory)
}

/** ADD of an address never unpacks, and COPY never does: what a RUN makes of it later is in the image twice. */
function* ofCopy(step: Step, unpacked: ReadonlySet<string>): Generator<RuleFinding> {
  if (!isCopyStep(step) || step.instruction.unpack) return
  const { kind, range, from } = step.instruction
  for (const { source, path } of copiedPaths(step)) {
    const remote = kind === 'add' && /^https?:\/\//.test(source)
    const name = remote ? nameInUrl(source) : baseName(path ?? source)
    if (!isArchive(name) || !unpacked.has(name) || (kind === 'add' && !remote && from === undefined && isTar(name)))
      continue
    yield {
      message: `${name} is unpacked by a later RUN, and stays in the image beside its contents`,
      range,
      hint: remote
        ? 'write ADD --unpack=true, or download and unpack in one RUN'
        : 'use ADD, which unpacks tar archives, or RUN --mount=type=bind,source=... and unpack from there',
    }
  }
}

function isTar(name: string): boolean {
  return /\.(?:tar|tgz|tbz2?|txz|tar\.(?:gz|bz2|xz|zst))$/i.test(name)
}
