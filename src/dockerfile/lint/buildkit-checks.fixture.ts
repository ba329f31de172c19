import type { LintBaseImage } from './rule.ts'

/** A Dockerfile and what BuildKit's checks say of it (`scripts/lint-checks.ts` asks). */
export interface BuildkitCheck {
  readonly dockerfile: string
  readonly dockerignore?: string
  readonly buildArgs?: Readonly<Record<string, string>>
  readonly target?: string
  /** `line Rule: detail`, sorted, each once. */
  readonly warnings: readonly string[]
  /** The build would fail. Unless it is for the warnings themselves, there may be more after it. */
  readonly error?: string | undefined
  /** Where later frontends than the one that was asked answer otherwise. */
  readonly since?: { readonly warnings: readonly string[]; readonly why: string }
}

/** Images made for these cases, with what rules know of them. */
export const BASE_IMAGES: readonly {
  readonly tag: string
  readonly dockerfile: string
  readonly image: LintBaseImage
}[] = [
  {
    tag: 'example/lint-rich:1',
    dockerfile: 'FROM busybox\nENV RICH=1 RICHES=2\nSHELL ["/bin/sh", "-ec"]\n',
    image: {
      platform: 'linux/amd64',
      environment: new Map([
        ['RICH', '1'],
        ['RICHES', '2'],
      ]),
      shell: ['/bin/sh', '-ec'],
      triggers: [],
    },
  },
  {
    tag: 'example/lint-triggers:1',
    dockerfile: 'FROM busybox\nONBUILD COPY $trig /\nONBUILD CMD x\n',
    image: { platform: 'linux/amd64', environment: new Map(), shell: undefined, triggers: ['COPY $trig /', 'CMD x'] },
  },
]
