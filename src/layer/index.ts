export { type ApplyOptions, type ApplyResult, applyLayer } from './apply/apply.ts'
export { type ExtractOptions, type ExtractResult, extractArchive } from './apply/extract.ts'
export { type LayerFixups, settleLayer } from './apply/settle.ts'
export { type OpenedArchive, openArchive } from './compression/archive.ts'
export { type DecompressOptions, decompress, type FilterProgram } from './compression/decompress.ts'
export { type Compression, detectCompression } from './compression/detect.ts'
export { type GzipOptions, gzip } from './compression/gzip.ts'
export { allCandidates, type Candidates, upperCandidates } from './diff/candidates.ts'
export { clampTimes, type DiffInput, diffLayer } from './diff/diff.ts'
export type { LayerEntry } from './diff/layer-entry.ts'
export { digestLayer, type LayerSummary, type LayerTar, type LayerTarOptions, layerTar } from './diff/layer-tar.ts'
export type { LayerErrorCode } from './layer-error.ts'
export { type Extent, NO_XATTRS, type TarEntry, type TarHeader, type TarType } from './tar/entry.ts'
export { readTar } from './tar/read.ts'
export { TAR_TRAILER, tarHeader, tarPadding } from './tar/write.ts'
export { openDirectoryTree } from './tree/directory-tree.ts'
export { type EnsureDirResult, ensureDir } from './tree/ensure-dir.ts'
export {
  copyRootMeta,
  type OverlayWriter,
  type OverlayWriterOptions,
  openOverlayWriter,
} from './tree/overlay-writer.ts'
export { type ResolvedPath, type ResolveOptions, resolveInRoot } from './tree/resolve.ts'
export { openStackTree, type StackTree, stackOnto } from './tree/stack-tree.ts'
export { readImageXattrs } from './tree/xattrs.ts'
export type { EntryType, NodeMeta, TreeEntry, TreeView, TreeWriter } from './tree.ts'
