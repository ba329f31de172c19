import { describe, expect, it } from 'vitest'
import { messagesOf } from '../lint.fixture.ts'
import { secretsUsedInArgOrEnv } from './secrets-used-in-arg-or-env.ts'

describe('SecretsUsedInArgOrEnv', () => {
  it.each(['TOKEN', 'db_password', 'API_KEY', 'AUTH_X', 'A_SECRET_B', 'Credentials', 'PASSWD', 'pword', 'APIKEY'])(
    '%s is secret',
    name => {
      const message = `Do not use ARG or ENV instructions for sensitive data`
      expect(messagesOf(secretsUsedInArgOrEnv, `FROM a\narg ${name}\nENV x=1 ${name}=2`)).toEqual([
        `2: ${message} (ARG "${name}")`,
        `3: ${message} (ENV "${name}")`,
      ])
    },
  )

  it.each(['TOKENS', 'MONKEY', 'AUTHOR', 'PUBLIC_KEY', 'KEY_FILE', 'TOKEN_VERSION', 'API-KEY', 'KEYRING'])(
    '%s is not',
    name => {
      expect(messagesOf(secretsUsedInArgOrEnv, `FROM a\nARG ${name}\nENV ${name}=1`)).toEqual([])
    },
  )

  it('looks at names in stages, expanded', () => {
    expect(messagesOf(secretsUsedInArgOrEnv, 'ARG TOKEN\nFROM a\nENV k=TOKEN\nENV my_$k=1\nLABEL TOKEN=1')).toEqual([
      '4: Do not use ARG or ENV instructions for sensitive data (ENV "my_TOKEN")',
    ])
  })
})
