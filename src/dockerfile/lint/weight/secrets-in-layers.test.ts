import { describe, expect, it } from 'vitest'
import { secretsInLayers } from './secrets-in-layers.ts'
import { findingsOf, linesOf } from './weight.fixture.ts'

const GITHUB = `ghp_${'a1B2'.repeat(9)}`

describe('SecretsInLayers', () => {
  it.each([
    ['.env', 'COPY .env /app/'],
    ['.env.production', 'COPY a ./config/.env.production /app/'],
    ['an SSH key', 'ADD id_rsa /root/.ssh/id_rsa'],
    ['a directory of keys', 'COPY .ssh/ /root/.ssh/'],
    ['.npmrc', 'COPY package.json .npmrc ./'],
    ['credentials of AWS', 'COPY .aws/credentials /root/.aws/credentials'],
    ['a TLS key', 'COPY certs/server.key /etc/ssl/'],
    ['a password in an address', 'RUN git clone https://me:hunter2@git.example/x.git'],
    ['a token in an address', `RUN curl -fO https://${GITHUB}@raw.example/x`],
    ['a token in ENV', `ENV T=${GITHUB}`],
    ['a token in a header', `RUN curl -H "Authorization: token ${GITHUB}" https://x.example`],
    ['an AWS key', 'RUN aws configure set aws_access_key_id AKIAIOSFODNN7EXAMPLE'],
    ["npm's configuration", 'RUN npm config set //registry.example/:_authToken abc && npm ci && npm config delete x'],
    ['.npmrc that is removed', 'RUN echo "//r.example/:_authToken=abc" > ~/.npmrc && npm ci && rm ~/.npmrc'],
    ['.netrc', 'RUN echo "machine x login y password z" >> /root/.netrc'],
  ])('finds %s', (_, line) => {
    expect(linesOf(secretsInLayers, `FROM alpine\n${line}\n`)).toEqual([2])
  })

  it.each([
    'RUN git clone https://x:${GIT_TOKEN}@git.example/x.git',
    'RUN curl -H "Authorization: Bearer $GIT_TOKEN" https://x.example',
    'RUN GIT_TOKEN=$GIT_TOKEN ./build.sh',
  ])('finds a build argument in %s', run => {
    const findings = findingsOf(secretsInLayers, `FROM alpine\nARG GIT_TOKEN\n${run}\n`)
    expect(findings.map(({ range }) => range?.startLine)).toEqual([3])
    expect(findings[0]?.message).toContain('GIT_TOKEN')
    expect(findings[0]?.hint).toContain('--mount=type=secret,id=git_token,env=GIT_TOKEN')
  })

  it('hints at a mount', () => {
    expect(findingsOf(secretsInLayers, 'FROM alpine\nCOPY .npmrc ./\n')[0]?.hint).toContain(
      '--mount=type=secret,id=.npmrc',
    )
  })

  it.each([
    ['examples', 'COPY .env.example .env.sample /app/'],
    ['public keys', 'COPY id_rsa.pub keys/public.key archive-keyring.gpg /app/'],
    ['other files', 'COPY environment config.json server.crt keyboard.ts /app/'],
    ['a user in an address', 'RUN git clone https://git@git.example/x.git && git clone git@git.example:x.git'],
    ['a secret mount', 'RUN --mount=type=secret,id=t T=$(cat /run/secrets/t) npm ci'],
    [
      'a password that a mount brings',
      'RUN --mount=type=secret,id=t,env=TOKEN git clone https://x:$TOKEN@git.example/x',
    ],
    ['an argument with another name', 'ARG VERSION\nRUN curl https://x.example/$VERSION'],
    ['a file from another stage', 'COPY --from=b /root/.npmrc /x'],
    ['.npmrc without credentials', 'RUN echo "registry=https://r.example" > .npmrc'],
    ['a port', 'RUN curl http://x.example:8080/a@b'],
  ])('says nothing of %s', (_, lines) => {
    expect(linesOf(secretsInLayers, `FROM alpine\n${lines}\n`)).toEqual([])
  })

  it('says nothing of what the ignore file keeps out', () => {
    expect(linesOf(secretsInLayers, 'FROM alpine\nCOPY .env /x\n', { ignore: ['.env'] })).toEqual([])
  })

  it('looks at the image only', () => {
    expect(
      linesOf(secretsInLayers, 'FROM node AS b\nCOPY .npmrc ./\nRUN npm ci\nFROM alpine\nCOPY --from=b /a /a\n'),
    ).toEqual([])
  })
})
