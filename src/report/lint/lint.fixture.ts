import type { LintResult } from '../../record/index.ts'

/** A Dockerfile with a finding that has everything, and one that stands on no line. */
export const RESULT: LintResult = {
  version: 1,
  file: { name: 'web/a b%\udcff', lines: ['FROM alpine AS Build', 'RUN echo', ''] },
  findings: [
    {
      rule: 'StageNameCasing',
      severity: 'warning',
      message: "Stage name 'Build' should be lowercase",
      range: { startLine: 1, endLine: 1, startColumn: 16, endColumn: 21 },
      hint: 'write build',
      fix: [{ range: { startLine: 1, endLine: 1, startColumn: 16, endColumn: 21 }, text: 'build' }],
    },
    { rule: 'RunsAsRoot', severity: 'warning', message: 'a: b, 100%\nc', range: undefined },
  ],
  rules: [
    {
      name: 'StageNameCasing',
      summary: 'Stage names should be lowercase',
      origin: 'docker',
      severity: 'warning',
      experimental: false,
      url: 'https://docs.example/stage-name-casing/',
    },
    {
      name: 'RunsAsRoot',
      summary: 'No root',
      origin: 'tare',
      severity: 'warning',
      experimental: false,
      url: 'docs/rules/RunsAsRoot.md',
    },
  ],
  failing: false,
}

export const CLEAN: LintResult = { ...RESULT, findings: [] }
