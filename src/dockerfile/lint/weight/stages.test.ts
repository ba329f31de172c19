import { describe, expect, it } from 'vitest'
import { stagesOf } from './stages.ts'
import { lintInput } from './weight.fixture.ts'

function workdirs(text: string, buildArgs = {}): (string | undefined)[] {
  return stagesOf(lintInput(text, { buildArgs })).imageSteps.map(step => step.workdir)
}

describe('stagesOf', () => {
  it('finds what a stage is made from', () => {
    const text =
      'FROM a AS one\nFROM b AS two\nFROM one AS three\nCOPY --from=TWO / /x\nRUN --mount=from=0,target=/y true\nFROM c\n'
    const { all, target, reached, image } = stagesOf(lintInput(text, { target: 'three' }))
    const [one, two, three] = all
    expect(target).toBe(three)
    expect(image).toEqual([one, three])
    expect([...(three?.needs ?? [])]).toEqual([one, two])
    expect([...reached]).toEqual([three, one, two])
  })

  it('knows the working directory through stages', () => {
    const text = 'FROM scratch AS a\nWORKDIR app\nFROM a AS b\nFROM b\nWORKDIR src\nRUN x\nWORKDIR /y/../z\nRUN y\n'
    expect(workdirs(text)).toEqual(['/', '/app', '/app/src', '/app/src', '/z'])
  })

  it('knows variables, and what nobody knows', () => {
    const text =
      'ARG A=1\nFROM scratch\nARG A\nARG B=$A-2\nENV C=$B\nWORKDIR /$C\nARG C=4\nWORKDIR /$C\nWORKDIR /$D\nRUN x\n'
    expect(workdirs(text).slice(-4)).toEqual(['/1-2', '/1-2', '/1-2', undefined])
    expect(workdirs(text, { A: '7' }).at(-2)).toBe('/7-2')
  })

  it.each([
    ['COPY a /x/', '/x/'],
    ['COPY a b', 'b'],
  ])('reads %s', (line, destination) => {
    const [step] = stagesOf(lintInput(`FROM scratch\n${line}\n`)).imageSteps
    expect(step?.instruction).toMatchObject({ kind: 'copy', destination })
  })

  it('takes time in proportion to the text', () => {
    const started = performance.now()
    stagesOf(lintInput(`FROM a AS s\n${'FROM s AS s\nENV A=$A\n'.repeat(5000)}`))
    stagesOf(lintInput(`FROM a AS s\n${'FROM x\nCOPY --from=s $B /\n'.repeat(5000)}`))
    expect(performance.now() - started).toBeLessThan(4000)
  })
})
