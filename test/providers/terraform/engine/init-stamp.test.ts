import { describe, expect, it } from 'vitest'
import {
  decideInit,
  hashInitInputs,
  type InitInputs,
  MOVING_MAX_AGE_MS,
} from '../../../../providers/terraform/engine/init-stamp.js'

const STAMP = { hash: 'h', at: 1_000 }

describe('decideInit', () => {
  it.each([
    ['first', null, { hash: 'h', isMoving: false, nowMs: 0 }],
    [null, STAMP, { hash: 'h', isMoving: false, nowMs: 1_000 + MOVING_MAX_AGE_MS * 9 }],
    ['changed', STAMP, { hash: 'other', isMoving: false, nowMs: 1_000 }],
    [null, STAMP, { hash: 'h', isMoving: true, nowMs: 1_000 + MOVING_MAX_AGE_MS }],
    ['moving', STAMP, { hash: 'h', isMoving: true, nowMs: 1_001 + MOVING_MAX_AGE_MS }],
    ['moving', STAMP, { hash: 'h', isMoving: true, nowMs: -MOVING_MAX_AGE_MS }],
  ])('gives %s', (reason, stamp, wanted) => {
    expect(decideInit(stamp, wanted)).toBe(reason)
  })
})

describe('hashInitInputs', () => {
  const inputs: InitInputs = {
    code: 'c',
    lockFile: 'l',
    remembered: null,
    backendConfig: ['path=x'],
    engine: { path: '/bin/terraform', version: '1.11.4' },
    cliConfig: null,
    pluginCacheFolder: '/p',
    movingCommit: null,
  }

  it.each(Object.keys(inputs))('changes with %s', (name) => {
    const key = Buffer.alloc(32)
    expect(hashInitInputs({ ...inputs, [name]: 'other' }, key)).not.toBe(hashInitInputs(inputs, key))
  })

  it('tells nothing without the key: backend settings may be secrets', () => {
    expect(hashInitInputs(inputs, Buffer.alloc(32, 1))).not.toBe(hashInitInputs(inputs, Buffer.alloc(32, 2)))
  })
})
