import { describe, expect, it } from 'vitest'
import { cachesLeft } from './caches-left.ts'
import { findingsOf, linesOf } from './weight.fixture.ts'

describe('CachesLeft', () => {
  it.each([
    ['pip', 'FROM python:3.12-slim\nRUN pip install -r requirements.txt\n'],
    ['pip as a module', 'FROM python:3.12-slim\nRUN python3 -m pip install --upgrade x\n'],
    ['npm', 'FROM node:22\nRUN npm ci --omit=dev\n'],
    ['yarn', 'FROM node:22\nRUN yarn --frozen-lockfile\n'],
    ['go', 'FROM golang:1.22\nRUN CGO_ENABLED=0 go build -o /app .\n'],
    ['cargo', 'FROM rust\nRUN cargo build --release\n'],
    ['composer', 'FROM php:8\nRUN composer install --no-dev\n'],
    ['maven', 'FROM maven\nRUN mvn -B package\n'],
    ['conda', 'FROM continuumio/miniconda3\nRUN conda install -y numpy\n'],
    ['a sh -c script', 'FROM node\nRUN ["sh", "-c", "cd /x && npm ci"]\n'],
    ['a mount for another tool', 'FROM node\nRUN --mount=type=cache,target=/var/cache/apt npm ci\n'],
    ['a removal that comes too late', 'FROM node\nRUN npm ci\nRUN npm cache clean --force\n'],
  ])('finds what %s keeps', (_, text) => {
    expect(linesOf(cachesLeft, text)).toEqual([2])
  })

  it.each([
    ['a flag', 'FROM python\nRUN pip install --no-cache-dir -r r.txt\n'],
    ['a variable', 'FROM python\nENV PIP_NO_CACHE_DIR=1\nRUN pip install x\n'],
    [
      'a variable of the stage below',
      'FROM python AS a\nENV PIP_NO_CACHE_DIR=1\nFROM a AS b\nFROM b\nRUN pip install x\n',
    ],
    ['an assignment', 'FROM python\nRUN PIP_NO_CACHE_DIR=1 pip install x\n'],
    ['a mount', 'FROM python\nRUN --mount=type=cache,target=/root/.cache pip install x\n'],
    ["another user's mount", 'FROM node\nRUN --mount=type=cache,target=/home/node/.npm npm ci\n'],
    ['a cleaning command', 'FROM node\nRUN npm ci && npm cache clean --force\n'],
    ['a removal', 'FROM node\nRUN npm ci && rm -rf ~/.npm /tmp/*\n'],
    ['another stage', 'FROM node AS build\nRUN npm ci\nFROM nginx\nCOPY --from=build /a /a\n'],
    ['another verb', 'FROM node\nRUN npm run build && pip list && go version && yarn build\n'],
    ['a text that is only printed', "FROM node\nRUN echo 'npm ci'\n"],
  ])('says nothing where there is %s', (_, text) => {
    expect(linesOf(cachesLeft, text)).toEqual([])
  })

  it('mends pip', () => {
    const text = 'FROM python\nRUN set -e && \\\n  pip install -r r.txt && pip install y\n'
    expect(findingsOf(cachesLeft, text)[0]?.fix).toEqual([
      { range: { startLine: 3, endLine: 3, startColumn: 14, endColumn: 14 }, text: ' --no-cache-dir' },
      { range: { startLine: 3, endLine: 3, startColumn: 38, endColumn: 38 }, text: ' --no-cache-dir' },
    ])
  })
})
