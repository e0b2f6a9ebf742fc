import { describe, expect, it } from 'vitest'
import { collectKnownSecrets } from '../../../../providers/terraform/engine/known-secrets.js'

const none = { variables: [], env: {}, vars: [], files: [] }
const token = { name: 'token', defaultValue: null }

describe('collectKnownSecrets', () => {
  it('finds the values of a sensitive variable wherever they are set', () => {
    expect(
      collectKnownSecrets({
        variables: [{ name: 'token', defaultValue: { inner: ['default-1', true] } }],
        env: { TF_VAR_token: 'variable-2', TF_VAR_other: 'plain-text' },
        vars: ['token=option-3', 'tokens=plain-text'],
        files: [{ token: 'in-file-4', other: 'plain-text' }],
      }),
    ).toEqual(['default-1', 'variable-2', 'option-3', 'in-file-4'])
  })

  it('takes variables of the environment that are called secrets, but no identifiers', () => {
    const env = { AWS_SECRET_ACCESS_KEY: 'abcdefgh', GITHUB_TOKEN: 'ijklmnop', AWS_ACCESS_KEY_ID: 'AKIA1234' }
    expect(collectKnownSecrets({ ...none, env })).toEqual(['abcdefgh', 'ijklmnop'])
  })

  it('leaves short values alone: they would eat half of every message', () => {
    expect(collectKnownSecrets({ ...none, variables: [token], vars: ['token=on'] })).toEqual([])
  })
})
