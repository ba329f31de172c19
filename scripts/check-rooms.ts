/** Enforces the import table, and that it was enforced on something: a cruiser that cannot read TypeScript finds no fault. */
import { runCommand } from './command.ts'

const FEWEST_MODULES = 300

interface Report {
  readonly summary: {
    readonly totalCruised: number
    readonly violations: readonly {
      readonly from: string
      readonly to: string
      readonly rule: { readonly name: string }
    }[]
  }
}

const { stdout } = await runCommand('depcruise', [
  '--config',
  '.dependency-cruiser.cjs',
  '--output-type',
  'json',
  'src',
])
const { violations, totalCruised } = (JSON.parse(stdout) as Report).summary
for (const { rule, from, to } of violations) console.error(`${rule.name}: ${from} -> ${to}`)
if (totalCruised < FEWEST_MODULES)
  console.error(`only ${totalCruised} modules were looked at: can dependency-cruiser read this TypeScript?`)
else console.log(`${totalCruised} modules, ${violations.length} violations of the import table`)
process.exitCode = violations.length === 0 && totalCruised >= FEWEST_MODULES ? 0 : 1
