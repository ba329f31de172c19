import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { tare } from '../../scripts/tare.ts'
import { writeContext } from '../support/context.ts'
import { openTestStore } from '../support/store.ts'
import { tempFolder } from '../support/temp-folder.ts'

const FILES = {
  Dockerfile: [
    'FROM node AS build',
    'ARG SOURCES=src',
    'COPY package.json ./',
    'RUN npm ci',
    'COPY --exclude=*.map $SOURCES src',
    'RUN --mount=type=bind,source=docs,target=/docs ls /docs',
    'FROM scratch AS unused',
    'COPY tools /',
    'FROM scratch',
    'COPY --from=build /src /src',
    '',
  ].join('\n'),
  '.dockerignore': '*.log\n!kept.log\nsecrets\n',
  'package.json': '{}',
  'src/a.js': 'a',
  'src/a.map': 'mapped',
  'docs/manual.md': 'read me',
  'tools/x': 'x',
  'node_modules/dep/index.js': 'x'.repeat(5000),
  'big.log': 'x'.repeat(100),
  'kept.log': 'kept',
  'secrets/key': 'key',
}

async function list(args: readonly string[] = []) {
  using folder = tempFolder()
  using store = openTestStore()
  writeContext(folder.path, FILES)
  const said = await tare(['context', 'ls', ...args], { cwd: folder.path, env: store.env })
  // Looking must not make anything.
  expect(existsSync(join(store.root, 'tare.db'))).toBe(false)
  return said
}

describe('tare context ls', () => {
  it('says which step takes a file, or which line keeps it out', async () => {
    const said = await list(['--json'])
    expect(said.stderr).toBe('')
    const use = JSON.parse(said.stdout)
    const state = Object.fromEntries(
      use.files.map((file: { path: string; steps: number[]; ignoredBy?: object }) => [
        file.path,
        file.ignoredBy ?? file.steps.map(step => use.steps[step].line),
      ]),
    )
    expect(state).toEqual({
      '.dockerignore': [],
      Dockerfile: [],
      'big.log': { pattern: '*.log', line: 1 },
      'docs/manual.md': [6],
      'kept.log': [],
      'node_modules/dep/index.js': [],
      'package.json': [3],
      'secrets/key': { pattern: 'secrets', line: 3 },
      'src/a.js': [5],
      'src/a.map': [],
      'tools/x': [],
    })
    expect(use.ignored).toEqual({ files: 2, bytes: 103 })
    expect(use.taken).toEqual({ files: 3, bytes: 2 + 1 + 7 })
    expect(use.steps[2].text).toBe('RUN --mount=type=bind,source=docs,target=/docs ls /docs')
    expect(use.unknownBases).toEqual(['node'])
  })

  it('counts what the target needs, and no more', async () => {
    const use = JSON.parse((await list(['--json', '--target', 'unused'])).stdout)
    expect(use.steps).toEqual([{ text: 'COPY tools /', line: 8, files: 1, bytes: 1 }])
  })

  it('reads build arguments', async () => {
    const use = JSON.parse((await list(['--json', '--build-arg', 'SOURCES=tools'])).stdout)
    expect(use.steps[1]).toEqual({ text: 'COPY --exclude=*.map tools src', line: 5, files: 1, bytes: 1 })
  })

  it('proposes lines that keep out just what no step takes', async () => {
    const proposed = (await list(['--propose'])).stdout
    using folder = tempFolder()
    using store = openTestStore()
    writeContext(folder.path, { ...FILES, '.dockerignore': FILES['.dockerignore'] + proposed })
    const said = await tare(['context', 'ls', '--json'], { cwd: folder.path, env: store.env })
    const use = JSON.parse(said.stdout)
    expect(use.taken).toEqual({ files: 3, bytes: 10 })
    expect(use.unused).toEqual({ files: 0, bytes: 0 })
    expect(use.proposal).toEqual([])
  })

  it('shows single files, with the line that decides', async () => {
    const { stdout } = await list(['.', 'big.log', 'kept.log', 'src'])
    expect(stdout).toMatch(/^out +100B +big\.log +\.dockerignore:1: \*\.log$/m)
    expect(stdout).toMatch(/^unused +4B +kept\.log +\.dockerignore:2: !kept\.log$/m)
    expect(stdout).toMatch(/^taken +1B +src\/a\.js +5: COPY/m)
    expect(stdout).not.toContain('manual.md')
  })

  it('names what is near a path that is not there', async () => {
    const said = await list(['.', 'scr'])
    expect(said.code).toBe(1)
    expect(said.stderr).toContain('listing scr: no such file in the build context')
    expect(said.stderr).toContain('Did you mean src?')
  })
})
