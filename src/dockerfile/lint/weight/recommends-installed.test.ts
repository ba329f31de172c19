import { describe, expect, it } from 'vitest'
import { recommendsInstalled } from './recommends-installed.ts'
import { linesOf } from './weight.fixture.ts'

describe('RecommendsInstalled', () => {
  it.each([
    'RUN apt-get update && apt-get install -y curl',
    'RUN apt install -y curl',
    'RUN ["apt-get", "install", "-y", "curl"]',
  ])('finds %s', run => {
    expect(linesOf(recommendsInstalled, `FROM debian\n${run}\n`)).toEqual([2])
  })

  it.each([
    'RUN apt-get install -y --no-install-recommends curl',
    'RUN apt-get -y --no-install-recommends install curl',
    'RUN apt-get -o APT::Install-Recommends=0 install -y curl',
    'RUN echo \'APT::Install-Recommends "0";\' > /etc/apt/apt.conf.d/00 && apt-get install -y curl',
    'RUN apt-get upgrade -y',
    'RUN apk add curl',
  ])('says nothing of %s', run => {
    expect(linesOf(recommendsInstalled, `FROM debian\n${run}\n`)).toEqual([])
  })

  it('looks at the image only', () => {
    expect(linesOf(recommendsInstalled, 'FROM debian AS a\nRUN apt-get install -y gcc\nFROM alpine\n')).toEqual([])
  })
})
