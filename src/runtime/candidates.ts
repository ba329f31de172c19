import { BUILT_IN_TOOLS, type BuiltInTools, builtInSandbox } from './built-in.ts'
import { CRUN, type OciFlavor, type OciTools, ociSandbox, RUNC } from './oci.ts'
import type { Sandbox } from './sandbox.ts'
import { findTool } from './tools.ts'

/** A way to sandbox that may or may not work on this machine. */
export interface Candidate {
  readonly name: string
  /** Names of the programs it needs that are not installed. */
  readonly missing: readonly string[]
  /** The programs it runs, whose change makes what was found out about it stale. */
  readonly programs: readonly string[]
  /** @param filter a compiled seccomp filter (base64) that `learnFilter` gave. */
  open(filter?: string): Sandbox
  /** Opened so that a run leaves its compiled filter in the file named; undefined where there is nothing to learn. */
  readonly openToLearn: ((filterFile: string) => Sandbox) | undefined
}

/** All there are, best first. */
export function candidates(stateDir: string): Candidate[] {
  return [ociCandidate(CRUN, stateDir), ociCandidate(RUNC, stateDir), builtInCandidate(stateDir)]
}

function ociCandidate(flavor: OciFlavor, stateDir: string): Candidate {
  const { tools, missing, programs } = findTools(['setpriv', 'unshare', 'sh', 'mount', flavor.name])
  const { [flavor.name]: runtime = '', ...rest } = tools
  const found = { ...rest, runtime } as unknown as OciTools
  return {
    name: flavor.name,
    missing,
    programs,
    open: filter => ociSandbox(flavor, found, stateDir, { filter }),
    openToLearn: flavor.takesFilter ? filterFile => ociSandbox(flavor, found, stateDir, { filterFile }) : undefined,
  }
}

function builtInCandidate(stateDir: string): Candidate {
  const { tools, missing, programs } = findTools(BUILT_IN_TOOLS)
  return {
    name: 'built-in',
    missing,
    programs,
    open: () => builtInSandbox(tools as unknown as BuiltInTools, stateDir),
    openToLearn: undefined,
  }
}

function findTools(names: readonly string[]): {
  tools: Record<string, string>
  missing: string[]
  programs: string[]
} {
  const found = names.map(name => [name, findTool(name)] as const)
  const present = found.filter((pair): pair is readonly [string, string] => pair[1] !== undefined)
  return {
    tools: Object.fromEntries(present),
    missing: found.filter(([, path]) => path === undefined).map(([name]) => name),
    programs: present.map(([, path]) => path),
  }
}
