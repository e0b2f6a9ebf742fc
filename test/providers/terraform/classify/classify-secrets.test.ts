import { describe, expect, it } from 'vitest'
import { classifyDocument, planDocument } from '../../../helpers/build-plan.js'

const CANARY = 'canary-7f3d9b51'
const ROTATED = 'canary-rotated-22'

/** An attribute edited outside whose values hold the canary, and how the plan marks it. */
function edited(attribute: string, recorded: unknown, actual: unknown, more: object = {}) {
  return {
    address: 'aws_thing.a',
    recorded: { [attribute]: recorded },
    actual: { [attribute]: actual },
    declared: { [attribute]: recorded },
    code: { [attribute]: { references: ['var.x'] } },
    ...more,
  }
}

describe('secrets of a plan', () => {
  it('reports a sensitive attribute without its values', async () => {
    const { findings } = await classifyDocument(
      planDocument([edited('note', CANARY, ROTATED, { sensitive: { note: true } })]),
    )
    expect(findings[0]?.changes).toEqual([{ path: ['note'], cause: 'outside', sensitive: true }])
    expect(JSON.stringify(findings)).not.toContain('canary')
  })

  it('withholds what only the schema calls sensitive', async () => {
    const { findings } = await classifyDocument(planDocument([edited('password', 'short', 'other')]))
    expect(findings[0]?.changes).toEqual([{ path: ['password'], cause: 'outside', sensitive: true }])
  })

  it('withholds a tag that is marked in tags, though it stands unmarked in tags_all', async () => {
    const tags = (value: string) => ({ tags: { Pw: value }, tags_all: { Pw: value } })
    const { findings } = await classifyDocument(
      planDocument([
        {
          address: 'aws_thing.a',
          recorded: tags('1234'),
          actual: tags('5678'),
          declared: tags('1234'),
          sensitive: { tags: { Pw: true } },
        },
      ]),
    )
    expect(findings[0]?.changes).toEqual([{ path: ['tags', 'Pw'], cause: 'outside', sensitive: true }])
  })

  it.each([
    [
      'a sensitive variable',
      {
        variables: { pw: { value: CANARY } },
        configuration: { root_module: { variables: { pw: { sensitive: true } } } },
      },
    ],
    [
      'a sensitive output',
      {
        output_changes: {
          o: {
            actions: ['no-op'],
            before: CANARY,
            after: CANARY,
            before_sensitive: true,
            after_sensitive: true,
          },
        },
      },
    ],
    [
      'a sensitive output of the state',
      { prior_state: { values: { outputs: { o: { sensitive: true, value: CANARY } } } } },
    ],
    [
      'a value that only a change without any effect marks',
      {
        resource_changes: [
          {
            address: 'aws_thing.b',
            mode: 'managed',
            type: 'aws_thing',
            name: 'b',
            change: {
              actions: ['no-op'],
              before: { note: CANARY },
              after: { note: CANARY },
              before_sensitive: { note: true },
              after_sensitive: { note: true },
            },
          },
        ],
      },
    ],
    [
      'a sensitive value of a data source',
      {
        prior_state: {
          values: {
            root_module: {
              resources: [
                {
                  address: 'data.aws_secret.s',
                  mode: 'data',
                  type: 'aws_secret',
                  name: 's',
                  values: { v: CANARY },
                  sensitive_values: { v: true },
                },
              ],
            },
          },
        },
      },
    ],
  ])('scrubs %s wherever its value turns up', async (_, more) => {
    const document = planDocument([edited('note', `a ${CANARY} b`, { [CANARY]: CANARY })], more)
    const { findings, secretValues } = await classifyDocument(document)
    expect(secretValues).toContain(CANARY)
    expect(findings).not.toHaveLength(0)
    expect(JSON.stringify(findings)).not.toContain(CANARY)
    expect(JSON.stringify(findings)).toContain('a (sensitive) b')
  })

  it('scrubs the secrets of the request, also from instance keys and the messages of checks', async () => {
    const checks = [
      {
        address: { kind: 'check', name: 'c', to_display: 'check.c' },
        status: 'fail',
        instances: [
          { address: { to_display: 'check.c' }, status: 'fail', problems: [{ message: `got ${CANARY}` }] },
        ],
      },
    ]
    const resource = { ...edited('note', 'a', 'b'), address: `aws_thing.a["${CANARY}"]` }
    const { findings } = await classifyDocument(planDocument([resource], { checks }), { secrets: [CANARY] })
    expect(findings.map(({ address, detail }) => [address, detail])).toEqual([
      ['aws_thing.a["(sensitive)"]', null],
      ['check.c', 'got (sensitive)'],
    ])
  })

  it('tells rotated secrets apart by a keyed hash only', async () => {
    const hashOf = async (actual: string, key = Buffer.alloc(32, 1)): Promise<string | undefined> => {
      const document = planDocument([edited('note', CANARY, actual, { sensitive: { note: true } })])
      return (await classifyDocument(document, { key })).findings[0]?.contentHash
    }
    expect(await hashOf(ROTATED)).toBe(await hashOf(ROTATED))
    expect(await hashOf(ROTATED)).not.toBe(await hashOf('canary-rotated-33'))
    expect(await hashOf(ROTATED)).not.toBe(await hashOf(ROTATED, Buffer.alloc(32, 2)))
  })

  it('cuts values beyond 64 KiB and says how long they were', async () => {
    const { findings } = await classifyDocument(planDocument([edited('note', 'a', 'é'.repeat(50_000))]))
    const change = findings[0]?.changes[0]
    expect(change).toMatchObject({ truncated: true, declaredBytes: 1, actualBytes: 100_000 })
    expect(Buffer.byteLength(String(change?.actual))).toBeLessThanOrEqual(64 * 1024)
  })
})
