import { describe, expect, it } from 'vitest'
import {
  decideBackend,
  isStateInCheckout,
  localStateFile,
} from '../../../../providers/terraform/code/backend.js'
import { decideWorkspace } from '../../../../providers/terraform/code/workspace.js'

const local = (config: Record<string, string>) => ({ type: 'local', config })
const none = { block: null, overrides: {}, remembered: null }

describe('decideBackend', () => {
  it('takes a file beside the code where nothing is said', () => {
    const backend = decideBackend(none)
    expect(localStateFile(backend, '/x', 'default')).toBe('/x/terraform.tfstate')
    expect(localStateFile(backend, '/x', 'blue')).toBe('/x/terraform.tfstate.d/blue/terraform.tfstate')
  })

  it('lets settings that are given win over the code, and a memory over both', () => {
    const block = local({ path: 'a' })
    expect(decideBackend({ ...none, block, overrides: { path: 'b' } }).localPath).toBe('b')
    expect(decideBackend({ ...none, block, remembered: local({ path: 'c' }) }).localPath).toBe('c')
  })

  it('knows no local file of any other backend', () => {
    const backend = decideBackend({ ...none, block: { type: 's3', config: { path: 'x' } } })
    expect(localStateFile(backend, '/x', 'default')).toBeNull()
    expect(isStateInCheckout(backend, 'default')).toBe(false)
  })

  it('tells a state beside the code from one at an absolute path, for each workspace', () => {
    const backend = decideBackend({ ...none, block: local({ path: '/var/x.tfstate' }) })
    expect(isStateInCheckout(backend, 'default')).toBe(false)
    expect(isStateInCheckout(backend, 'blue')).toBe(true)
    expect(isStateInCheckout(decideBackend(none), 'default')).toBe(true)
  })
})

describe('decideWorkspace', () => {
  it.each([
    ['named', { option: 'named', variable: 'variable', remembered: 'remembered' }],
    ['variable', { option: undefined, variable: 'variable', remembered: 'remembered' }],
    ['remembered', { option: undefined, variable: '', remembered: 'remembered' }],
    ['default', { option: undefined, variable: undefined, remembered: null }],
  ])('takes %s', (workspace, sources) => {
    expect(decideWorkspace(sources)).toBe(workspace)
  })
})
