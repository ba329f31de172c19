import { checkRules } from '../../../api/index.ts'
import { TareError } from '../../../base/error.ts'
import { suggest } from '../../../base/suggest.ts'

/** A rule's name in any case. Throws `CLI_ARGUMENTS` for one that does not exist. */
export function explainRule(name: string): string {
  const rules = checkRules()
  const rule = rules.find(each => each.name.toLowerCase() === name.toLowerCase())
  if (!rule)
    throw unknownRule(
      name,
      rules.map(each => each.name),
    )
  const from = rule.origin === 'docker' ? "one of Docker's build checks" : "one of Tare's own rules"
  const lines = [`${rule.name}: ${rule.summary}.`, '', `It is ${from}. More: ${rule.url}`]
  lines.push(
    rule.experimental
      ? `Off unless asked for: --experimental ${rule.name}, or # check=experimental=${rule.name} at the top of the Dockerfile.`
      : `Leave it out with --skip ${rule.name}, or # check=skip=${rule.name} at the top of the Dockerfile or above a line.`,
  )
  return `${lines.join('\n')}\n`
}

function unknownRule(name: string, known: readonly string[]): Error {
  const near = suggest(name, known)
  const hint = near === undefined ? 'tare check --list-rules prints them' : `did you mean ${near}?`
  return new TareError('CLI_ARGUMENTS', `no rule is called ${JSON.stringify(name)}`, { hint })
}
