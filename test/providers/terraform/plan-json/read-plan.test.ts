import { describe, expect, it } from 'vitest'
import { readPlan } from '../../../../providers/terraform/plan-json/read-plan.js'
import { chunksOf, classifyDocument, planDocument, summarize } from '../../../helpers/build-plan.js'

const ROLE = 'aws_iam_role.app'
const ARN = 'arn:aws:iam::123456789012:policy/read'

/** A role whose attached policy a sibling accounts for, one tag edit, and much that is quiet. */
function estate(): Record<string, unknown> {
  return planDocument([
    {
      address: ROLE,
      recorded: { id: 'app', managed_policy_arns: [] },
      actual: { id: 'app', managed_policy_arns: [ARN] },
      declared: { id: 'app', managed_policy_arns: [ARN] },
    },
    {
      address: 'aws_iam_role_policy_attachment.app',
      actual: { role: 'app', policy_arn: ARN },
      declared: { role: 'app', policy_arn: ARN },
    },
    {
      address: 'aws_thing.edited["a.b"]',
      recorded: { note: 'a' },
      actual: { note: 'b' },
      declared: { note: 'a' },
      code: { note: { constant_value: 'a' } },
    },
    { address: 'aws_thing.quiet', actual: { note: 'x' }, declared: { note: 'x' } },
  ])
}

const SAID = [
  `informational none ${ROLE} [outside:managed_policy_arns]`,
  'changed update aws_thing.edited["a.b"] [outside:note]',
]

describe('readPlan', () => {
  it('reads a plan of any order of sections alike', async () => {
    const document = estate()
    for (const keys of [
      Object.keys(document),
      Object.keys(document).reverse(),
      Object.keys(document).sort(),
    ]) {
      const ordered = Object.fromEntries(keys.map((key) => [key, document[key]]))
      const { findings, coverage } = await classifyDocument(ordered)
      expect(summarize(findings)).toEqual(SAID)
      expect(coverage).toMatchObject({ applicable: 4, verified: 4 })
    }
  })

  it('opens a plan in the order of Terraform once, any other at most twice', async () => {
    const document = estate()
    const count = async (ordered: object): Promise<number> => {
      let opened = 0
      await readPlan(() => {
        opened += 1
        return chunksOf(JSON.stringify(ordered))
      })
      return opened
    }
    expect(await count(document)).toBe(1)
    expect(await count(Object.fromEntries(Object.entries(document).reverse()))).toBe(2)
  })

  it('keeps nothing of what neither changes nor drifted', async () => {
    const plan = await readPlan(() => chunksOf(JSON.stringify(estate())))
    expect(plan.changes.map(({ resource }) => resource.address)).toEqual([ROLE, 'aws_thing.edited["a.b"]'])
    expect(plan.managedCount).toBe(4)
  })

  it('reads pretty-printed JSON alike', async () => {
    const plan = await readPlan(() => chunksOf(JSON.stringify(estate(), null, 2), 1000))
    expect(plan.changes).toHaveLength(2)
    expect(plan.managedCount).toBe(4)
  })

  it('is not fooled by attributes that are called like keys of the plan', async () => {
    const tricky = {
      actions: ['no-op'],
      change: { actions: ['no-op'] },
      text: '"change":{"actions":["no-op"],"before_sensitive":{}',
      before_sensitive: {},
      mode: 'data',
    }
    const { findings, coverage } = await classifyDocument(
      planDocument([
        {
          address: 'aws_thing.a',
          actual: { ...tricky, note: 'a' },
          declared: { ...tricky, note: 'b' },
          code: { note: { constant_value: 'b' } },
        },
      ]),
    )
    expect(summarize(findings)).toEqual(['pending update aws_thing.a [code:note]'])
    expect(coverage.applicable).toBe(1)
  })

  it('does not let a key such as __proto__ reach any other object', async () => {
    const text = JSON.stringify(
      planDocument([
        {
          address: 'aws_thing.a',
          recorded: { tags: { x: 'a' } },
          actual: { tags: { x: 'b' } },
          declared: { tags: { x: 'b' } },
        },
      ]),
    ).replaceAll('"x":', '"__proto__":')
    const { findings } = await classifyDocument(JSON.parse(text))
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
    expect(findings[0]?.changes[0]?.path).toEqual(['tags', '__proto__'])
  })

  it.each([
    ['another major version', { format_version: '2.0' }, 'PLAN_FORMAT_UNSUPPORTED'],
    ['no version', { format_version: undefined }, 'OUTPUT_INVALID'],
    [
      'unknown actions',
      {
        resource_changes: [
          { address: 'a.b', mode: 'managed', type: 'a', name: 'b', change: { actions: ['explode'] } },
        ],
      },
      'OUTPUT_INVALID',
    ],
    ['an entry that is none', { resource_drift: [42] }, 'OUTPUT_INVALID'],
  ])('refuses a document with %s', async (_, more, code) => {
    await expect(classifyDocument(planDocument([], more))).rejects.toMatchObject({ code })
  })

  it('takes a later minor version, with sections it does not know', async () => {
    const { findings } = await classifyDocument({
      ...estate(),
      format_version: '1.9',
      novelties: [{ a: [1] }],
    })
    expect(findings).toHaveLength(2)
  })

  it('refuses a plan with a section twice', async () => {
    const text = JSON.stringify(estate()).replace('"output_changes":{}', '"resource_drift":[]')
    await expect(readPlan(() => chunksOf(text))).rejects.toMatchObject({ code: 'OUTPUT_INVALID' })
  })
})
