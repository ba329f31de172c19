import { describe, expect, it } from 'vitest'
import { markedBy, messagesOf } from '../lint.fixture.ts'
import { invalidDefaultArgInFrom } from './invalid-default-arg-in-from.ts'

const message = (name: string): string => `Default value for ARG ${name} results in empty or invalid base image name`

describe('InvalidDefaultArgInFrom', () => {
  it.each([
    ['ARG TAG\nFROM busybox:$TAG', [`2: ${message('busybox:$TAG')}`]],
    ['ARG TAG=1\nFROM busybox:${TAG}', []],
    ['FROM $BASE', [`1: ${message('$BASE')}`]],
    ['FROM busybox$X', []],
    ['FROM Busybox', [`1: ${message('Busybox')}`]],
    ['ARG A=$B\nARG B=x\nFROM a$A AS b\nFROM b', []],
    ['FROM a$TARGETVARIANT', []],
    ['ARG X=${\nFROM Busybox', []],
    ['FROM ${\nFROM Busybox', []],
  ])('%j', (text, expected) => {
    expect(messagesOf(invalidDefaultArgInFrom, text)).toEqual(expected)
  })

  it('asks what comes out without build arguments', () => {
    const dockerfile = 'ARG TAG\nFROM busybox:$TAG'
    expect(messagesOf(invalidDefaultArgInFrom, { dockerfile, buildArgs: { TAG: '1' } })).toHaveLength(1)
  })

  it('points at the name, and says nothing when names mean nothing to it', () => {
    expect(markedBy(invalidDefaultArgInFrom, 'FROM $BASE AS a')).toEqual(['$BASE'])
    expect(messagesOf(invalidDefaultArgInFrom, 'FROM $BASE', { names: undefined })).toEqual([])
  })
})
