/** Variables that hold something secret, by the last words of their names. */
const SECRET_NAME =
  /(?:^|_)(?:TOKEN|PASSWORD|PASSWD|PASSPHRASE|SECRET|SECRETS|CREDENTIALS?|API_?KEY|ACCESS_KEY|SECRET_KEY|PRIVATE_KEY|SSH_KEY|AUTH_KEY|DEPLOY_KEY|PAT)$/i
/** What only looks so: `PUBLIC_API_KEY`, `SECRET_NAME`. */
const NOT_SECRET = /(?:^|_)PUBLIC(?:_|$)/i

export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name) && !NOT_SECRET.test(name)
}

/** Files that are secret whatever is in them, by base name. */
const SECRET_FILES = new Set([
  '.env',
  '.npmrc',
  '.netrc',
  '.pypirc',
  '.pgpass',
  '.git-credentials',
  '.dockercfg',
  '.htpasswd',
  'id_rsa',
  'id_dsa',
  'id_ecdsa',
  'id_ed25519',
  'credentials.json',
  'service-account.json',
  'kubeconfig',
])
/** By the end of the path: `.aws/credentials`, `.docker/config.json`; and key files by name. */
const SECRET_PATH =
  /(?:^|\/)(?:\.aws\/credentials|\.docker\/config\.json|\.kube\/config|\.ssh\/?|\.ssh\/config|\.gnupg\/?|\.config\/gcloud\/?)$|(?:^|\/)(?:[\w.-]*(?:private|priv|server|client|tls)[-_.]?key(?:\.pem)?|[\w.-]*\.key|privkey\.pem|[\w.-]*\.p12|[\w.-]*\.pfx)$/i
/** `.env.production`, but not `.env.example`. */
const ENVIRONMENT_FILE = /^\.env\.(?!(?:.*\.)?(?:example|sample|template|dist|defaults?|test|ci|schema)$)[\w.-]+$/
const PUBLIC_PART =
  /(?:^|[/._-])(?:pub|public|example|sample|fixture|fixtures|testdata|test|tests|gpg|apt|archive|keyring|signing)(?:$|[/._-])/i

export function isSecretFile(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1)
  if (SECRET_FILES.has(name)) return true
  if (PUBLIC_PART.test(path)) return false
  return ENVIRONMENT_FILE.test(name) || SECRET_PATH.test(path)
}

/** Tokens that tell by their form what they are. */
const TOKENS: readonly (readonly [RegExp, string])[] = [
  [/\bgh[pousr]_[A-Za-z0-9]{36,}/, 'a GitHub token'],
  [/\bgithub_pat_[A-Za-z0-9_]{40,}/, 'a GitHub token'],
  [/\bglpat-[\w-]{20,}/, 'a GitLab token'],
  [/\bnpm_[A-Za-z0-9]{36,}/, 'an npm token'],
  [/\bpypi-[\w-]{50,}/, 'a PyPI token'],
  [/\bAKIA[0-9A-Z]{16}\b/, 'an AWS access key'],
  [/\bxox[abprs]-[\w-]{20,}/, 'a Slack token'],
  [/\bsk_live_[A-Za-z0-9]{20,}/, 'a Stripe key'],
  [/-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/, 'a private key'],
]

/** What each of them has in it. */
const TOKEN_SIGN = /gh[pousr]_|github_pat_|glpat-|npm_|pypi-|AKIA|xox|sk_live_|PRIVATE KEY/

/** What a text gives away; undefined when nothing is recognised. */
export function tokenIn(text: string): string | undefined {
  if (!TOKEN_SIGN.test(text)) return undefined
  return TOKENS.find(([pattern]) => pattern.test(text))?.[1]
}
