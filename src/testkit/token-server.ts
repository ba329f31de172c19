import { randomUUID, sign, X509Certificate } from 'node:crypto'
import { serve, type TestServer } from './http-server.ts'
import type { SelfSigned } from './self-signed.ts'

/** Which actions an account (undefined: nobody) has on a repository. */
export type Grant = (repository: string, account: string | undefined) => readonly string[]

export const TOKEN_ISSUER = 'tests'

/** A token server as the distribution project specifies it (token authentication, JWT), for `startRegistry({ token })`. */
export function serveTokens(signer: SelfSigned, grant: Grant): Promise<TestServer> {
  return serve((request, response) => {
    const query = new URL(request.url, 'http://x').searchParams
    const account = accountOf(String(request.headers['authorization'] ?? ''))
    const access = query.getAll('scope').map(scope => allowed(scope, account, grant))
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ token: makeToken(signer, account, access), expires_in: 300 }))
  })
}

function accountOf(header: string): string | undefined {
  return header.startsWith('Basic ') ? Buffer.from(header.slice(6), 'base64').toString().split(':')[0] : undefined
}

function allowed(scope: string, account: string | undefined, grant: Grant): object {
  const [type = '', name = '', wanted = ''] = scope.split(':')
  const granted = grant(name, account)
  return { type, name, actions: wanted.split(',').filter(action => granted.includes(action)) }
}

function makeToken({ cert, key }: SelfSigned, account: string | undefined, access: readonly object[]): string {
  const now = Math.floor(Date.now() / 1000)
  const header = { typ: 'JWT', alg: 'ES256', x5c: [new X509Certificate(cert).raw.toString('base64')] }
  const times = { iat: now, nbf: now - 10, exp: now + 300 }
  const payload = { iss: TOKEN_ISSUER, sub: account ?? '', aud: 'tests', jti: randomUUID(), ...times, access }
  const text = [header, payload].map(part => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  const signature = sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' })
  return `${text}.${signature.toString('base64url')}`
}
