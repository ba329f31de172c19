import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { CommandOptions, CommandResult } from '../../scripts/command.ts'
import { writeContext } from '../support/context.ts'
import { openTestStore, type TestStore } from '../support/store.ts'
import { tempFolder } from '../support/temp-folder.ts'

const BAD = 'FROM alpine AS App\nRUN apk add curl\nCMD curl\n'
const MENDED = 'FROM alpine AS app\nRUN apk add --no-cache curl\nCMD curl\n'
const CLEAN = 'FROM alpine\nUSER 65532\nCMD ["true"]\n'
const FOUND = ['StageNameCasing', 'PackageListsLeft', 'RunsAsRoot', 'JSONArgsRecommended']

let store: TestStore
let folder: ReturnType<typeof tempFolder>

beforeAll(() => {
  store = openTestStore()
  folder = tempFolder()
})
afterAll(() => {
  folder[Symbol.dispose]()
  store[Symbol.dispose]()
})
beforeEach(() => {
  writeContext(folder.path, {
    Dockerfile: BAD,
    'clean/Dockerfile': CLEAN,
    'strict/Dockerfile': `# check=error=true\n${BAD}`,
    'skipping/Dockerfile': `# check=skip=${FOUND.join(',')}\n${BAD}`,
    'broken/Dockerfile': 'FROM alpine\nRUM x\n',
    'unbuildable/Dockerfile': 'FROM alpine AS App\nCOPY --from=7 a b\n',
  })
})

function tare(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  return store.tare(args, { cwd: folder.path, ...options })
}

/** Rules in a text report. */
function rulesIn({ stdout }: CommandResult): string[] {
  return [...stdout.matchAll(/^WARNING: (\w+)/gm)].map(match => match[1] ?? '').sort()
}

describe('tare check', () => {
  it('shows what it finds, and exits with 1', async () => {
    const result = await tare(['check'])
    expect(result.code).toBe(1)
    expect(result.stdout).toMatch(/^Check complete, 4 warnings have been found!\n/)
    expect(result.stdout).toContain('Dockerfile:2\n')
    expect(result.stdout).toContain('>>> RUN apk add curl')
    expect(result.stdout).toContain('hint: write apk add --no-cache')
    expect(rulesIn(result)).toEqual([...FOUND].sort())
    expect(result.stderr).toBe('')
  })

  it('exits with 0 where there is nothing, or with --exit-zero', async () => {
    const clean = await tare(['check', 'clean'])
    expect([clean.code, clean.stdout]).toEqual([0, 'Check complete, no warnings found.\n'])
    expect((await tare(['check', '--exit-zero'])).code).toBe(0)
    const strict = await tare(['check', '--exit-zero', 'strict'])
    expect(strict.code).toBe(1)
    expect(strict.stderr).toBe(`ERROR: lint violation found for rules: ${[...FOUND].sort().join(', ')}\n`)
  })

  it('takes several files, -f and standard input', async () => {
    const several = await tare(['check', 'clean', '-f', 'Dockerfile', 'skipping/Dockerfile'])
    expect(several.stdout).toContain('Check complete, 4 warnings')
    const input = await tare(['check', '-'], { input: BAD })
    expect([input.code, rulesIn(input)]).toEqual([1, [...FOUND].sort()])
  })

  it('leaves rules out by flag and by directive', async () => {
    expect(
      rulesIn(await tare(['check', '--skip', 'RunsAsRoot,StageNameCasing', '--skip', 'PackageListsLeft'])),
    ).toEqual(['JSONArgsRecommended'])
    expect((await tare(['check', '--skip', 'all'])).code).toBe(0)
    expect((await tare(['check', 'skipping'])).code).toBe(0)
    const wrong = await tare(['check', '--skip', 'RunAsRoot'])
    expect([wrong.code, wrong.stdout]).toEqual([1, ''])
    expect(wrong.stderr).toContain('did you mean RunsAsRoot?')
  })

  it('shows what cannot be built, and what is found elsewhere all the same', async () => {
    const one = await tare(['check', 'broken'])
    expect([one.code, one.stdout]).toEqual([1, ''])
    expect(one.stderr).toMatch(/broken\/Dockerfile:2[\s\S]*>>> RUM x[\s\S]*ERROR: .*unknown instruction[\s\S]*RUN/)
    const several = await tare(['check', 'broken', '.'])
    expect(several.code).toBe(1)
    expect(several.stderr).toContain('unknown instruction')
    expect(rulesIn(several)).toEqual([...FOUND].sort())
    expect((await tare(['check', 'nowhere'])).stderr).toContain('failed to read dockerfile')
  })

  it('shows what is found beside what a build would stop with', async () => {
    const text = await tare(['check', '--exit-zero', 'unbuildable'])
    expect([text.code, rulesIn(text)]).toEqual([1, ['StageNameCasing']])
    expect(text.stderr).toMatch(/>>> COPY --from=7[\s\S]*ERROR: .*no stage has this index/)
    const json = JSON.parse((await tare(['check', '--json', 'unbuildable'])).stdout)
    expect(json.files[0].error).toMatchObject({ code: 'PLAN_UNKNOWN_STAGE', line: 2 })
    const build = await tare(['build', '--check', 'unbuildable'])
    expect([build.code, rulesIn(build)]).toEqual([1, ['StageNameCasing']])
    expect(build.stderr).toContain('failed to solve: ')
  })

  it('writes JSON, SARIF and annotations', async () => {
    const json = JSON.parse((await tare(['check', '--json'])).stdout)
    expect(json.files[0].findings.map((finding: { rule: string }) => finding.rule).sort()).toEqual([...FOUND].sort())
    const sarif = JSON.parse((await tare(['check', '--format', 'sarif', '.', 'broken'])).stdout)
    const results: { ruleId: string; level: string }[] = sarif.runs[0].results
    expect(results.map(({ ruleId }) => ruleId).sort()).toEqual([...FOUND, 'dockerfile-unknown-instruction'].sort())
    const github = await tare(['check', '--format=github'])
    expect(github.stdout).toMatch(/^::warning file=Dockerfile,line=2,endLine=2,title=PackageListsLeft::/m)
    expect((await tare(['check', '--format', 'xml'])).code).toBe(125)
  })

  it('mends, and shows the difference', async () => {
    const shown = await tare(['check', '--diff'])
    expect(shown.stdout).toContain('\n+RUN apk add --no-cache curl\n')
    expect(readFileSync(join(folder.path, 'Dockerfile'), 'utf8')).toBe(BAD)
    const mended = await tare(['check', '--fix'])
    expect(mended.stdout).toBe(shown.stdout)
    expect(mended.code).toBe(1)
    expect(mended.stderr).toBe('Dockerfile: 2 mended, 2 left (JSONArgsRecommended, RunsAsRoot)\n')
    expect(readFileSync(join(folder.path, 'Dockerfile'), 'utf8')).toBe(MENDED)
    expect((await tare(['check', '--fix', '--exit-zero'])).stdout).toBe('')
    expect((await tare(['check', '--fix', '-'], { input: BAD })).stdout).toBe(MENDED)
  })

  it('lists and explains rules', async () => {
    const { stdout } = await tare(['check', '--list-rules'])
    expect(stdout).toMatch(/^StageNameCasing\s+docker\s/m)
    expect(stdout).toMatch(/^InvalidDefinitionDescription .*experimental/m)
    expect(stdout).toMatch(/^RunsAsRoot\s+tare\s/m)
    expect((await tare(['check', '--explain', 'runsasroot'])).stdout).toMatch(/^RunsAsRoot: /)
    expect((await tare(['check', '--explain', 'RunAsRoot'])).stderr).toContain('did you mean RunsAsRoot?')
  })

  it('goes by the context, the target, arguments and the platform', async () => {
    writeContext(folder.path, {
      'ctx/.dockerignore': 'a\n',
      'ctx/app.Dockerfile': 'ARG BASE\nFROM $BASE AS one\nCOPY a /\nFROM scratch\nCOPY --from=one /a /\n',
    })
    const args = ['check', 'ctx/app.Dockerfile', '--build-arg', 'BASE=debian']
    expect(rulesIn(await tare(args))).toContain('CopyIgnoredFile')
    expect(rulesIn(await tare([...args, '--context', 'clean']))).not.toContain('CopyIgnoredFile')
    expect((await tare([...args, '--target', 'two'])).stderr).toContain('one')
    expect((await tare([...args, '--platform', 'linux/a/b/c'])).stderr).toContain('expected os/architecture')
  })
})

describe('tare build --call', () => {
  it("checks with Docker's rules, and builds nothing", async () => {
    const result = await tare(['build', '--check', '.'])
    expect([result.code, rulesIn(result)]).toEqual([1, ['JSONArgsRecommended', 'StageNameCasing']])
    const json = JSON.parse((await tare(['build', '--call=check,format=json', '.'])).stdout)
    expect(json.warnings.map((warning: { ruleName: string }) => warning.ruleName)).toEqual([
      'StageNameCasing',
      'JSONArgsRecommended',
    ])
    expect((await tare(['images', '-q'])).stdout).toBe('')
  })

  it('lists what a build can be given, and its targets', async () => {
    writeContext(folder.path, {
      'params/Dockerfile': '# V of the program\nARG V=1\nFROM alpine:$V AS app\nRUN --mount=type=secret,id=s true\n',
    })
    expect((await tare(['build', '--call', 'outline', 'params'])).stdout).toBe(
      'TARGET: app\n\nBUILD ARG   VALUE   DESCRIPTION\nV           1       of the program\n\nSECRET   REQUIRED\ns        \n\n',
    )
    expect((await tare(['build', '--call=targets', '-'], { input: CLEAN })).stdout).toBe(
      'TARGET    DESCRIPTION\n(default) \n',
    )
    const wrong = await tare(['build', '--call', 'outlin', 'params'])
    expect([wrong.code, wrong.stderr]).toEqual([125, expect.stringContaining('check, outline, targets')])
  })
})

describe('tare debug ast', () => {
  it('prints the tree', async () => {
    const text = '(from "alpine" "AS" "App")\n(run "apk add curl")\n(cmd "curl")\n'
    expect((await tare(['debug', 'ast', '.'])).stdout).toBe(text)
    expect((await tare(['debug', 'ast', '-'], { input: BAD })).stdout).toBe(text)
    const { version, nodes } = JSON.parse((await tare(['debug', 'ast', '--json', 'Dockerfile'])).stdout)
    expect([version, nodes[1].range]).toEqual([1, { startLine: 2, endLine: 2 }])
    expect((await tare(['debug', 'ast', 'nowhere'])).code).toBe(1)
  })
})
