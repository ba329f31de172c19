import type { LintRuleInfo } from '../../record/index.ts'

/** Facts of one of Docker's build checks; its page has the rule's name in lower case with dashes. */
export function dockerRule(
  name: string,
  summary: string,
  more: { readonly experimental?: boolean } = {},
): LintRuleInfo {
  return {
    name,
    summary,
    origin: 'docker',
    severity: 'warning',
    experimental: more.experimental ?? false,
    url: `https://docs.docker.com/go/dockerfile/rule/${dashed(name)}/`,
  }
}

/** `JSONArgsRecommended` -> `json-args-recommended`. */
function dashed(name: string): string {
  return name.replace(/(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '-').toLowerCase()
}
