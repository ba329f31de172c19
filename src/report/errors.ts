/** `FORMAT_SYNTAX`: the --format text is not a template Tare understands; `FORMAT_EXECUTION`: it does not fit the value. */
export type ReportErrorCode = 'FORMAT_SYNTAX' | 'FORMAT_EXECUTION'
