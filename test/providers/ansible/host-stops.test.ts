import { describe, expect, it } from 'vitest'
import { stopWarnings } from '../../../providers/ansible/host-stops.js'
import type { HostStop } from '../../../providers/ansible/playbook-view.js'

function stop(words: string, isUnreachable = false): HostStop {
  return { isUnreachable, task: 'web/packages', words }
}

describe('why hosts were not read to the end', () => {
  it('says one reason once, with the hosts it is of', () => {
    const hosts = ['web5', 'web4', 'web3', 'web2', 'web1'].map(
      (host) => [host, stop('no space left')] as const,
    )
    expect(stopWarnings(new Map([...hosts, ['db1', stop('timed out', true)]]))).toEqual([
      { code: 'HOST_UNREACHABLE', message: 'db1: web/packages: timed out' },
      { code: 'HOST_STOPPED', message: 'web1, web2, web3 and 2 more: web/packages: no space left' },
    ])
  })

  it('is short where every host has a reason of its own', () => {
    const stops = Array.from({ length: 500 }, (_, index) => [`web${1000 + index}`, stop(`${index}`)] as const)
    const warnings = stopWarnings(new Map(stops))
    expect(warnings).toHaveLength(6)
    expect(warnings.at(-1)?.message).toBe(
      'web1005, web1006, web1007 and 492 more were not read to the end either, for other reasons',
    )
  })

  it('says nothing where all were', () => {
    expect(stopWarnings(new Map())).toEqual([])
  })
})
