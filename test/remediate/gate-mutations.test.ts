import { describe, expect, it } from 'vitest'
import type { GateVerdict } from '../../src/domain/gate-check.js'
import type { RemediationRequest } from '../../src/domain/request.js'
import { examineRequest } from '../../src/remediate/gate.js'
import type { GateBundle } from '../../src/remediate/gate-bundle.js'
import { decideGate } from '../../src/remediate/gate-result.js'
import { requestText } from '../../src/remediate/request.js'
import {
  blobId,
  buildApproval,
  buildGateBundle,
  buildLedgerRequest,
  buildPlannedChange,
  buildProposal,
  buildPull,
  buildRequestParts,
  buildTestRequest,
  storeKey,
} from '../helpers/build-gate.js'

/** A request that replaces a thing, so that every limit is reached and two must approve. */
const proposal = buildProposal({
  changes: [
    buildPlannedChange(),
    buildPlannedChange({ address: 'aws_db_instance.main', action: 'replace', isIrreversible: true }),
    buildPlannedChange({ address: 'aws_eip.old', action: 'delete', host: 'web1', cause: 'pending' }),
  ],
  destroys: 1,
  replaces: 1,
  unpreviewed: ['restart web'],
  warnings: ['-target is partial'],
})
const request = buildTestRequest({
  proposal,
  limits: {
    maxDestroy: 1,
    maxChanges: 3,
    allowReplace: true,
    allowIrreversible: true,
    allowMassDelete: false,
    includePending: true,
  },
})
const bob = buildApproval({ identity: '102', name: 'robert', teams: ['@acme/platform'] })
const bundle = buildGateBundle(request, {
  policy: {
    ...buildGateBundle().policy,
    approvers: ['alice', '@acme/platform'],
    limits: { maxDestroy: 1, maxChanges: 3, allowReplace: true },
  },
  forge: { pullRequests: [buildPull(request, { approvals: [buildApproval(), bob] })] },
  fresh: { code: request.code, proposal },
})

/** What may differ without harm, and why. Everything else is refused. */
const HARMLESS: readonly (readonly [path: RegExp, why: string])[] = [
  [/^policy\.minimum (-1|\+1)$/, 'two approve, as a destructive request needs'],
  [/^policy\.destructive -1$/, 'a policy that asks for less'],
  [/^policy\.expiresAfterMs [-+]1$/, 'a millisecond of a day'],
  [/^policy\.limits\.max(Destroy|Changes) \+1$/, 'a policy that allows more; the request does not'],
  [/^target\.labels/, 'no label asks for more approvals here'],
  [/^policy\.destructiveLabels none$/, 'it needs two approvals anyway'],
  [
    /^history\.(tip (other|empty|none)|previousTip (other|empty))$/,
    'a name; whether one follows the other is told beside',
  ],
  [/^forgeProblem/, 'words about an answer that is there'],
  [/\.url /, 'a link for people'],
  [/^ledger\.request\.(branch|stateAt|detail|journal|receipt)/, 'says nothing of what was proposed'],
  [/approvals\.\d\.at earlier$|mergedAt later$/, 'still before the merge'],
  [/approvals\.\d\.identity other$/, 'another id of somebody who counts'],
  [/approvals\.1\.name (other|empty)$/, 'the team counts'],
  [/^recent filled$/, 'something else was remediated'],
  [/approvals\.\d\.teams (filled|twice)$/, 'a team more'],
  [/approvals twice$|approvals\.\d twice$/, 'nobody counts twice'],
  [/\.approvers twice$|approvers\.\d twice$/, 'a name that stands there twice'],
  [/excludedIdentities/, 'names somebody who did not approve'],
  [/isHeadTrusted flipped$|lastPusher (other|flipped)$/, 'the head is what driftd pushed'],
  [/dropsApprovalsOnPush flipped$/, 'every approval names its commit'],
  [/^fresh\.proposal\.managed/, 'few things are gone'],
  [/^fresh\.proposal\.changes\.\d\.attributes\.\d\.(before|after|sensitive)/, 'the digest covers values'],
]

const cases = mutations(bundle as unknown as Json)

describe('the gate', () => {
  it('opens for a request that is as it must be', () => {
    expect(examineRequest(bundle, storeKey).filter(({ status }) => status !== 'passed')).toEqual([])
    expect(verdictOf(bundle)).toBe('open')
  })

  it(`refuses every single mutation of it (${cases.length} of them)`, () => {
    const open = cases.filter(({ path, mutated }) => !isHarmless(path) && verdictOf(mutated) === 'open')
    expect(open.map(({ path }) => path)).toEqual([])
    expect(cases.length).toBeGreaterThan(250)
  })

  it('lists as harmless nothing that is refused', () => {
    const refused = cases.filter(({ path, mutated }) => isHarmless(path) && verdictOf(mutated) !== 'open')
    expect(refused.map(({ path }) => path)).toEqual([])
  })

  it('refuses every change of the request itself, though branch, forge and ledger all agree on it', () => {
    const forged = mutations(request as unknown as Json).map(({ path, mutated }) => ({
      path,
      verdict: verdictOf(bundleAround(mutated as unknown as RemediationRequest)),
    }))
    expect(forged.filter(({ verdict }) => verdict === 'open').map(({ path }) => path)).toEqual([])
    expect(forged.length).toBeGreaterThan(100)
  })

  it('refuses a request that another key signed, though all else agrees on it', () => {
    const { keyId } = storeKey
    const signer = { keyId, sign: () => 'A'.repeat(86).concat('==') }
    const parts = { ...buildRequestParts(), proposal, limits: request.limits }
    expect(verdictOf(bundleAround(buildTestRequest(parts, signer)))).toBe('refused')
  })
})

/** Everything but the signature agrees with this request. */
function bundleAround(forged: RemediationRequest): GateBundle {
  const text = requestText(forged)
  const pull = { ...bundle.forge?.pullRequests[0], blobAtHead: blobId(text) } as ReturnType<typeof buildPull>
  return {
    ...bundle,
    file: { ...bundle.file, text, blob: blobId(text) },
    ledger: { epoch: 1, request: { ...buildLedgerRequest(forged), path: bundle.file.path } },
    forge: { pullRequests: [pull] },
  }
}

/** What the types exclude may make it throw; the caller then has no verdict, and nothing is carried out. */
function verdictOf(mutated: unknown): GateVerdict | 'thrown' {
  try {
    return decideGate(examineRequest(mutated as GateBundle, storeKey))
  } catch {
    return 'thrown'
  }
}

function isHarmless(path: string): boolean {
  return HARMLESS.some(([pattern]) => pattern.test(path))
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
interface Mutation {
  readonly path: string
  readonly mutated: Json
}

/** The value with one thing changed, for every thing in it. */
function mutations(value: Json, at = ''): readonly Mutation[] {
  const own = alternatives(value).map(([what, mutated]) => ({ path: `${at} ${what}`, mutated }))
  if (typeof value !== 'object' || value === null) return own
  const inner = Object.entries(value).flatMap(([key, item]) =>
    mutations(item as Json, at === '' ? key : `${at}.${key}`).map(({ path, mutated }) => ({
      path,
      mutated: Array.isArray(value)
        ? value.map((one, index) => (String(index) === key ? mutated : one))
        : { ...value, [key]: mutated },
    })),
  )
  return at === '' ? inner : [...own, ...inner]
}

function alternatives(value: Json): readonly (readonly [string, Json])[] {
  if (value === null)
    return [
      ['other', 'x'],
      ['flipped', true],
    ]
  if (typeof value === 'boolean') return [['flipped', !value]]
  if (typeof value === 'number')
    return [
      ['+1', value + 1],
      ['-1', value - 1],
    ]
  if (typeof value === 'string') {
    const isTime = /^\d{4}-\d\d-\d\dT/.test(value)
    const year = isTime
      ? ([
          ['later', `2036${value.slice(4)}`],
          ['earlier', `2016${value.slice(4)}`],
        ] as const)
      : []
    return [['other', `${value}x`], ['empty', ''], ['none', null], ...year]
  }
  if (!Array.isArray(value)) return [['none', null]]
  const first = value.slice(0, 1)
  return value.length === 0
    ? [['filled', ['x']]]
    : [
        ['emptied', []],
        ['twice', [...first, ...value]],
      ]
}
