import type { LintInput, RuleFinding } from '../rule.ts'
import { baseName, type RunCommand } from './run-commands.ts'
import { isSecretFile, isSecretName, tokenIn } from './secret-names.ts'
import type { ShellWord } from './shell-lexer.ts'
import { isCopyStep, isRunStep, type Step } from './stage-steps.ts'
import { stagesOf } from './stages.ts'
import { weightRule } from './weight-rule.ts'

export const secretsInLayers = weightRule(
  'SecretsInLayers',
  'What a layer or the history of an image has once held can be read by everybody who has the image',
  check,
)

const MOUNT = 'RUN --mount=type=secret,id=NAME'

function* check(input: LintInput): Generator<RuleFinding> {
  const { imageSteps } = stagesOf(input)
  const arguments_ = secretArguments(imageSteps)
  for (const step of imageSteps) {
    if (isCopyStep(step)) yield* copiedSecrets(step, input)
    const found = isRunStep(step) ? secretInRun(step, arguments_) : secretInText(step)
    if (found) yield { ...found, range: step.instruction.range }
  }
}

/** Build arguments with a secret's name: ENV with one is for SecretsUsedInArgOrEnv to find. */
function secretArguments(steps: readonly Step[]): ReadonlySet<string> {
  return new Set(
    steps.flatMap(({ instruction }) =>
      instruction.kind === 'arg' ? instruction.args.map(({ key }) => key).filter(isSecretName) : [],
    ),
  )
}

function* copiedSecrets(step: Step, { ignore }: LintInput): Generator<RuleFinding> {
  if (!isCopyStep(step) || step.instruction.from !== undefined) return
  for (const source of step.instruction.sources) {
    const path = step
      .expand(source)
      ?.replace(/^(?:\.?\/)+/, '')
      .replace(/\/$/, '')
    if (path === undefined || !isSecretFile(path) || ignore?.matches(path)) continue
    yield {
      message: `${path} stays in the image for everybody to read, even when it is removed later`,
      range: step.instruction.range,
      hint: `mount it for the RUN that needs it: RUN --mount=type=secret,id=${baseName(path)},target=/run/secrets/${baseName(path)}`,
    }
  }
}

type Found = Pick<RuleFinding, 'message' | 'hint'>

/** Literal tokens in ENV, ARG and LABEL. */
function secretInText({ instruction }: Step): Found | undefined {
  if (instruction.kind !== 'env' && instruction.kind !== 'arg' && instruction.kind !== 'label') return undefined
  const what = tokenIn(instruction.original)
  return what === undefined
    ? undefined
    : { message: `${what} is written into the image`, hint: `revoke it, and hand it in with ${MOUNT}` }
}

function secretInRun(step: Step, arguments_: ReadonlySet<string>): Found | undefined {
  for (const command of step.commands) {
    const words = [command.command, ...command.args, ...command.assignments].filter(word => word !== undefined)
    const found =
      literalToken(words) ??
      usedArgument(words, arguments_) ??
      secretInAddress(words, step) ??
      secretWritten(command, words)
    if (found) return found
  }
  return undefined
}

function literalToken(words: readonly ShellWord[]): Found | undefined {
  const what = words.map(({ value }) => tokenIn(value)).find(Boolean)
  return what === undefined
    ? undefined
    : { message: `${what} is written into the history of the image`, hint: `revoke it, and hand it in with ${MOUNT}` }
}

/** The history of an image shows every RUN with the values of its build arguments. */
function usedArgument(words: readonly ShellWord[], arguments_: ReadonlySet<string>): Found | undefined {
  for (const { value, dynamic } of words) {
    if (!dynamic) continue
    const name = variablesIn(value).find(each => arguments_.has(each))
    if (name !== undefined)
      return {
        message: `The build argument ${name} is in the history of the image, with its value`,
        hint: `hand it in with RUN --mount=type=secret,id=${name.toLowerCase()},env=${name}`,
      }
  }
  return undefined
}

export function variablesIn(text: string): string[] {
  return [...text.matchAll(/\$\{?([A-Za-z_]\w*)/g)].map(match => match[1] ?? '')
}

/** `https://user:password@host/`: git keeps it in .git/config, and the history shows it. */
function secretInAddress(words: readonly ShellWord[], { mounts }: Step): Found | undefined {
  for (const { value } of words) {
    const user = /\b(?:https?|ftp):\/\/([^\s/@]+)@/.exec(value)?.[1]
    const password = user?.includes(':') ? user.slice(user.indexOf(':') + 1) : undefined
    if (user === undefined || (password === undefined && tokenIn(user) === undefined)) continue
    if (
      password === '' ||
      (variablesIn(user).length > 0 && mounts.some(({ type }) => type === 'secret')) ||
      user.includes('$(')
    )
      continue
    if (variablesIn(user).length > 0 && !variablesIn(password ?? user).some(isSecretName)) continue
    return {
      message: 'An address with a password in it stays in the history of the image',
      hint: `hand the password in with ${MOUNT}, or use RUN --mount=type=ssh`,
    }
  }
  return undefined
}

/** Files that hold credentials, written by a RUN: `echo ... > ~/.npmrc`, `npm config set //host/:_authToken`. */
function secretWritten({ name, args, redirects }: RunCommand, words: readonly ShellWord[]): Found | undefined {
  const sets =
    name === 'npm' &&
    args[0]?.value === 'config' &&
    args.some(({ value }) => /_authToken|_password|_auth\b/.test(value))
  const target = redirects.find(({ sign, target: { value } }) => sign.startsWith('>') && isCredentialsFile(value))
    ?.target.value
  const holds = words.some(
    ({ value }) => /_authToken=|_password=|\bpassword\b|machine /i.test(value) || variablesIn(value).some(isSecretName),
  )
  if (!sets && (target === undefined || !holds)) return undefined
  return {
    message: `Credentials are written into ${target ?? "npm's configuration"}, which stays in the layer even when it is removed later`,
    hint: 'mount the whole file for the RUN that needs it: RUN --mount=type=secret,id=npmrc,target=/root/.npmrc',
  }
}

function isCredentialsFile(path: string): boolean {
  return /(?:^|\/)(?:\.npmrc|\.netrc|\.pypirc|\.git-credentials|\.pgpass|id_(?:rsa|dsa|ecdsa|ed25519)|\.aws\/credentials|auth\.json)$/.test(
    path,
  )
}
