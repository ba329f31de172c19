import { ok } from 'node:assert/strict'
import { parseImageConfig, parseImageLayout } from '../../../src/oci/config-decode.ts'
import { wellFormedDescriptor } from '../../../src/oci/descriptor-decode.ts'
import { parseIndex, parseManifest, parseManifestDocument } from '../../../src/oci/manifest-decode.ts'
import { mustRefuse } from './must-refuse.ts'
import { NotApplicable, type VectorSet } from './vector-set.ts'

const PARSERS: Readonly<Record<string, (document: Buffer) => unknown>> = {
  manifest: document => parseManifest(document),
  index: document => parseIndex(document),
  config: document => parseImageConfig(document),
  layout: document => parseImageLayout(document),
  descriptor: document => wellFormedDescriptor(JSON.parse(document.toString()), ''),
  backcompat: document =>
    document.includes('"rootfs"') ? parseImageConfig(document) : parseManifestDocument(document),
}

export const SPEC_DOCUMENTS: VectorSet = {
  file: 'spec_vectors',
  title: 'image-spec documents',
  groupOf: row => row.kind,
  nameOf: row => `${row.suite} ${row.n ?? row.name}`,
  check: row => {
    const parse = PARSERS[row.kind]
    if (!parse) throw new NotApplicable('a schema, no document')
    const document = Buffer.from(row.document)
    if (row.valid === false) mustRefuse(() => parse(document))
    else ok(parse(document))
  },
}
