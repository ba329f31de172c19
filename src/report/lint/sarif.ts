import type { SourceRange } from '../../base/source.ts'
import { encodeText } from '../../base/text.ts'
import type { LintFinding, LintResult, LintRuleInfo, TextEdit } from '../../record/index.ts'
import { withFault } from './with-fault.ts'

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json'

/** The results as one run of SARIF 2.1.0, the form that code scanning services read. `version` is Tare's. */
export function formatLintSarif(checked: readonly LintResult[], version: string): string {
  const results = checked.map(withFault)
  const rules = [...new Map(results.flatMap(result => result.rules.map(rule => [rule.name, rule]))).values()]
  const indexes = new Map(rules.map((rule, index) => [rule.name, index]))
  const run = {
    tool: { driver: { name: 'Tare', version, rules: rules.map(ruleValue) } },
    columnKind: 'utf16CodeUnits',
    artifacts: results.map(({ file }) => ({ location: location(file.name), sourceLanguage: 'dockerfile' })),
    results: results.flatMap(result => result.findings.map(finding => resultValue(finding, result, indexes))),
  }
  return `${JSON.stringify({ $schema: SCHEMA, version: '2.1.0', runs: [run] }, undefined, 2)}\n`
}

function ruleValue({ name, summary, severity, origin, url, experimental }: LintRuleInfo) {
  return {
    id: name,
    name,
    shortDescription: { text: summary },
    // A rule's page is a URI or a path in the project; only the former may stand here.
    helpUri: /^https?:/.test(url) ? url : undefined,
    help: { text: `${summary}. See ${url}` },
    defaultConfiguration: { enabled: !experimental, level: severity },
    properties: { tags: [origin] },
  }
}

function resultValue(finding: LintFinding, { file }: LintResult, indexes: ReadonlyMap<string, number>) {
  const { rule, severity, message, range, hint, fix } = finding
  const artifactLocation = location(file.name)
  return {
    ruleId: rule,
    ruleIndex: indexes.get(rule),
    level: severity,
    message: { text: hint === undefined ? message : `${message}: ${hint}` },
    locations: [{ physicalLocation: { artifactLocation, region: range && region(range) } }],
    fixes: fix && [fixValue(fix, file.name, hint)],
  }
}

function fixValue(edits: readonly TextEdit[], name: string, hint: string | undefined) {
  const replacements = edits.map(({ range, text }) => ({
    deletedRegion: region(range),
    insertedContent: { text },
  }))
  const description = hint === undefined ? undefined : { text: hint }
  return { description, artifactChanges: [{ artifactLocation: location(name), replacements }] }
}

function region({ startLine, startColumn, endLine, endColumn }: SourceRange) {
  return { startLine, startColumn, endLine, endColumn: startColumn === undefined ? undefined : endColumn }
}

/** A relative reference of RFC 3986; of a name that is not UTF-8, its bytes. */
function location(name: string): { readonly uri: string } {
  const bytes = [...encodeText(name === '-' ? 'Dockerfile' : name)]
  const uri = bytes.map(byte => {
    const character = String.fromCharCode(byte)
    return /[A-Za-z0-9\-._~/]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  })
  return { uri: uri.join('') }
}
