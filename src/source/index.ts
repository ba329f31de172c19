export { type DownloadOptions, download, type SourceErrorCode } from './download.ts'
