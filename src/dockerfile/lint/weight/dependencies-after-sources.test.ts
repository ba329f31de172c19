import { describe, expect, it } from 'vitest'
import { dependenciesAfterSources } from './dependencies-after-sources.ts'
import { findingsOf, linesOf } from './weight.fixture.ts'

describe('DependenciesAfterSources', () => {
  it.each([
    'npm ci',
    'npm install',
    'npm install --production',
    'yarn',
    'yarn install --frozen-lockfile',
    'pnpm install',
    'pip install --no-cache-dir -r requirements.txt',
    'python3 -m pip install -rdev.txt',
    'go mod download',
    'cargo fetch',
    'bundle install',
    'composer install --no-dev',
    'mvn dependency:go-offline',
    'dotnet restore',
    'cd web && npm ci && npm run build',
  ])('finds COPY . . before %s', run => {
    expect(linesOf(dependenciesAfterSources, `FROM x\nWORKDIR /a\nCOPY . .\nRUN ${run}\n`)).toEqual([3])
  })

  it('says which files to copy first', () => {
    const [finding] = findingsOf(dependenciesAfterSources, 'FROM x\nCOPY . /a\nRUN pip install -r req/all.txt\n')
    expect(finding?.message).toBe('Every change of any file has `pip install -r req/all.txt` on line 3 run again')
    expect(finding?.hint).toContain('COPY req/all.txt ./')
  })

  it('looks at every stage that is built', () => {
    const text = 'FROM node AS b\nCOPY ./ ./\nRUN npm ci\nFROM nginx\nCOPY --from=b /a /a\n'
    expect(linesOf(dependenciesAfterSources, text)).toEqual([2])
    expect(linesOf(dependenciesAfterSources, `${text}FROM nginx\n`)).toEqual([])
  })

  it.each([
    ['dependencies first', 'COPY package.json .\nRUN npm ci\nCOPY . .\nRUN npm run build'],
    ['dependencies again', 'COPY package.json .\nRUN npm ci\nCOPY . .\nRUN npm ci --omit=dev'],
    ['only the file copied', 'COPY go.mod go.sum ./\nRUN go mod download\nCOPY . .\nRUN go build'],
    ['a directory copied', 'COPY src /src\nRUN npm ci'],
    ['another stage copied', 'COPY --from=y . .\nRUN npm ci'],
    ['the sources installed', 'COPY . .\nRUN pip install .'],
    ['the sources installed as they are', 'COPY . .\nRUN pip install -e . -r requirements.txt'],
    ['a package by name', 'COPY . .\nRUN npm install -g serve && pip install flask'],
    ['a cache mount', 'COPY . .\nRUN --mount=type=cache,target=/root/.npm npm ci'],
    ['no installation', 'COPY . .\nRUN npm run build'],
    ['an inline file', 'COPY <<EOF /a\nx\nEOF\nRUN npm ci'],
  ])('says nothing of %s', (_, lines) => {
    expect(linesOf(dependenciesAfterSources, `FROM x\n${lines}\n`)).toEqual([])
  })

  it('knows what the stage below installed', () => {
    const text = 'FROM node AS deps\nCOPY package.json .\nRUN npm ci\nFROM deps\nCOPY . .\nRUN npm ci\n'
    expect(linesOf(dependenciesAfterSources, text)).toEqual([])
  })
})
