import { trimSpace } from '../syntax/space.ts'
import { readFlags } from './flags.ts'
import { commonOf, type Request, refuse, someArguments } from './request.ts'
import type { ExposeInstruction, VolumeInstruction } from './types.ts'

export function parseExpose(request: Request): ExposeInstruction {
  const ports = someArguments(request).map(word => word.value)
  return { kind: 'expose', ...commonOf(request, readFlags(request).all), ports }
}

export function parseVolume(request: Request): VolumeInstruction {
  const words = someArguments(request)
  const flags = readFlags(request)
  const volumes = words.map(word => {
    const volume = trimSpace(word.value)
    if (volume !== '') return volume
    throw refuse(request, 'dockerfile-arguments', 'VOLUME specified can not be an empty string', { range: word.range })
  })
  return { kind: 'volume', ...commonOf(request, flags.all), volumes }
}
