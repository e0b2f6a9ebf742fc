import { describe, expect, it } from 'vitest'
import { gatePolicy, openFreezeWindows } from '../../src/compose/remediation-policy.js'
import { loadValid, MINIMAL } from '../helpers/config.js'

const STACK = { stack: 'prod/web', repository: 'infra', labels: { env: 'prod' } }

async function windowsAt(freeze: string, time: string): Promise<readonly string[]> {
  const { config } = await loadValid(`${MINIMAL}remediation:\n  freeze: [${freeze}]\n`)
  return openFreezeWindows(config.remediation, STACK, Date.parse(time))
}

describe('openFreezeWindows', () => {
  it('tells windows that are open for the stack, by the clocks of their zone', async () => {
    const night = '{ window: "daily 22:00-06:00 Europe/Berlin", reason: night }'
    expect(await windowsAt(night, '2026-11-24T21:30:00Z')).toEqual(['night'])
    expect(await windowsAt(night, '2026-11-24T20:30:00Z')).toEqual([])
  })

  it.each([
    ['{ stack: "prod/*" }', ['x']],
    ['{ labels: { env: prod } }', ['x']],
    ['{ labels: { env: test } }', []],
    ['{ repository: other }', []],
  ])('tells those of %s', async (match, expected) => {
    const freeze = `{ window: "daily 00:00-24:00", match: ${match}, reason: x }`
    expect(await windowsAt(freeze, '2026-11-24T12:00:00Z')).toEqual(expected)
  })
})

describe('gatePolicy', () => {
  it('is strict where nothing is said', async () => {
    const { config } = await loadValid(MINIMAL)
    expect(gatePolicy(config.remediation)).toEqual({
      isEnabled: false,
      minimum: 1,
      destructive: 2,
      destructiveLabels: {},
      approvers: [],
      expiresAfterMs: 86_400_000,
      limits: { maxDestroy: 0, maxChanges: 50, allowReplace: false },
    })
  })
})
