import { describe, expect, it } from 'vitest'
import {
  classifyDocument,
  type PlannedResource,
  planDocument,
  summarize,
} from '../../../helpers/build-plan.js'

const THING = 'aws_thing.a'
const set = (value: unknown) => ({ constant_value: value })

interface Case {
  readonly says: string
  readonly resource: Omit<PlannedResource, 'address'>
  readonly expected: readonly string[]
}

/** A thing that the code leaves as it finds it: no plan to change it. */
function untouched(recorded: object, actual: object, code: object = {}): Omit<PlannedResource, 'address'> {
  return { recorded: { ...recorded }, actual: { ...actual }, declared: { ...actual }, code: { ...code } }
}

const RULES: readonly Case[] = [
  {
    says: 'nothing of values that differ only in form',
    resource: untouched({ tags: null, note: null, policies: [] }, { tags: {}, note: '', policies: null }),
    expected: [],
  },
  {
    says: 'changed where an edit is taken back',
    resource: {
      recorded: { note: 'a' },
      actual: { note: 'b' },
      declared: { note: 'a' },
      code: { note: set('a') },
    },
    expected: [`changed update ${THING} [outside:note]`],
  },
  {
    says: 'pending where only the code changed',
    resource: { actual: { note: 'a' }, declared: { note: 'b' }, code: { note: set('b') } },
    expected: [`pending update ${THING} [code:note]`],
  },
  {
    says: 'conflict with cause both where both changed one attribute',
    resource: {
      recorded: { note: 'a' },
      actual: { note: 'b' },
      declared: { note: 'c' },
      code: { note: set('c') },
    },
    expected: [`conflict update ${THING} [both:note]`],
  },
  {
    says: 'conflict with a cause for each attribute where both changed one resource',
    resource: {
      recorded: { name: 'n', note: 'a' },
      actual: { name: 'n', note: 'b' },
      declared: { name: 'm', note: 'a' },
      code: { name: set('m'), note: set('a') },
    },
    expected: [`conflict update ${THING} [code:name outside:note]`],
  },
  {
    says: 'informational where the code has adopted the value',
    resource: untouched({ note: 'a' }, { note: 'b' }, { note: set('b') }),
    expected: [`informational none ${THING} [outside:note]`],
  },
  {
    says: 'informational where the code sets it and the provider holds both for the same (tcp and 6)',
    resource: untouched({ size: 'tcp' }, { size: '6' }, { size: set('tcp') }),
    expected: [`informational none ${THING} [outside:size]`],
  },
  {
    says: 'informational where the attribute is computed only',
    resource: untouched({ state: 'PENDING' }, { state: 'ISSUED' }),
    expected: [`informational none ${THING} [outside:state]`],
  },
  {
    says: 'changed for a computed fingerprint of content',
    resource: untouched({ code_sha256: 'x' }, { code_sha256: 'y' }),
    expected: [`changed! none ${THING} [outside:code_sha256]`],
  },
  {
    says: 'changed and not correctable where it is optional, computed, not set and nobody explains it',
    resource: untouched({ size: 1 }, { size: 2 }),
    expected: [`changed! none ${THING} [outside:size]`],
  },
  {
    says: 'changed and not correctable in a block that the code does not have',
    resource: untouched({ filled: [] }, { filled: [{ enabled: true, serial: 7 }] }),
    expected: [`changed! none ${THING} [outside:filled]`],
  },
  {
    says: 'changed where the code may give null: the collection only grew',
    resource: untouched(
      { policies: [] },
      { policies: ['p'] },
      { policies: { references: ['var.policies'] } },
    ),
    expected: [`changed! none ${THING} [outside:policies]`],
  },
  {
    says: 'informational where something that the code does not declare has gone',
    resource: untouched({ policies: ['p'] }, { policies: [] }),
    expected: [`informational none ${THING} [outside:policies]`],
  },
  {
    says: 'deleted where it is declared and gone',
    resource: { recorded: { id: 'x' }, actual: null, declared: { name: 'n' } },
    expected: [`deleted create ${THING} []`],
  },
  {
    says: 'informational where it is gone and no longer declared',
    resource: { recorded: { id: 'x' }, actual: null, code: null },
    expected: [`informational none ${THING} []`],
  },
  {
    says: 'pending where the code declares something new',
    resource: { actual: null, declared: { name: 'n' } },
    expected: [`pending create ${THING} []`],
  },
  {
    says: 'pending where the code no longer has it',
    resource: { actual: { name: 'n' }, declared: null, code: null },
    expected: [`pending delete ${THING} []`],
  },
  {
    says: 'conflict where it was edited outside and removed from the code',
    resource: { recorded: { note: 'a' }, actual: { note: 'b' }, declared: null, code: null },
    expected: [`conflict delete ${THING} [outside:note]`],
  },
  {
    says: 'conflict where it was edited outside and is given up',
    resource: { recorded: { note: 'a' }, actual: { note: 'b' }, actions: ['forget'], code: null },
    expected: [`conflict forget ${THING} [outside:note]`],
  },
  {
    says: 'pending where it is given up',
    resource: { actual: { note: 'b' }, actions: ['forget'], code: null },
    expected: [`pending forget ${THING} []`],
  },
  {
    says: 'pending for an import',
    resource: { actual: { note: 'b' }, declared: { note: 'b' }, change: { importing: { id: 'x' } } },
    expected: [`pending import ${THING} []`],
  },
  {
    says: 'informational for a move',
    resource: { actual: { id: 'x' }, declared: { id: 'x' }, entry: { previous_address: 'aws_thing.old' } },
    expected: [`informational none ${THING} []`],
  },
  {
    says: 'nothing of what a replacement changes besides its cause',
    resource: {
      actual: { name: 'n', size: 1 },
      declared: { name: 'm', size: null },
      actions: ['delete', 'create'],
      change: { replace_paths: [['name']] },
      code: { name: set('m') },
    },
    expected: [`pending replace ${THING} [code:name]`],
  },
  {
    says: 'what forces a replacement although the code does not set it',
    resource: {
      actual: { size: 1 },
      declared: { size: 2 },
      actions: ['delete', 'create'],
      change: { replace_paths: [['size']] },
    },
    expected: [`pending replace ${THING} [code:size]`],
  },
  {
    says: 'changed where an edit forces the replacement',
    resource: {
      recorded: { name: 'n' },
      actual: { name: 'm' },
      declared: { name: 'n' },
      actions: ['create', 'delete'],
      change: { replace_paths: [['name']] },
      code: { name: set('n') },
    },
    expected: [`changed replace ${THING} [outside:name]`],
  },
  {
    says: 'pending for what is tainted',
    resource: {
      actual: { name: 'n' },
      declared: { name: 'n' },
      actions: ['delete', 'create'],
      entry: { action_reason: 'replace_because_tainted' },
    },
    expected: [`pending replace ${THING} []`],
  },
  {
    says: 'pending for a deposed object',
    resource: { actual: { name: 'n' }, declared: null, entry: { deposed: 'a1b2c3d4' } },
    expected: [`pending delete ${THING} []`],
  },
  {
    says: 'informational for a plan that only writes JSON in another way',
    resource: { actual: { document: '{"a": 1}' }, declared: { document: '{"a":1}' } },
    expected: [`informational none ${THING} []`],
  },
  {
    says: 'each tag once, though tags and tags_all both have it',
    resource: {
      recorded: { tags: { Name: 'a' }, tags_all: { Name: 'a', Team: 't' } },
      actual: { tags: { Name: 'b' }, tags_all: { Name: 'b', Team: 't' } },
      declared: { tags: { Name: 'a' }, tags_all: { Name: 'a', Team: 't' } },
      code: { tags: set({ Name: 'a' }) },
    },
    expected: [`changed update ${THING} [outside:tags.Name]`],
  },
  {
    says: 'changed for a default tag removed by hand, which only tags_all shows',
    resource: {
      recorded: { tags: {}, tags_all: { Team: 't' } },
      actual: { tags: {}, tags_all: {} },
      declared: { tags: {}, tags_all: { Team: 't' } },
    },
    expected: [`changed update ${THING} [outside:tags.Team]`],
  },
  {
    says: 'only the code as cause where a default tag changed, although tags shows drift',
    resource: {
      recorded: { tags: {}, tags_all: { Team: 'old' } },
      actual: { tags: { Team: 'old' }, tags_all: { Team: 'old' } },
      declared: { tags: {}, tags_all: { Team: 'new' } },
    },
    expected: [`pending update ${THING} [code:tags.Team]`],
  },
]

describe('what a plan says about one resource', () => {
  it.each(RULES)('says $says', async ({ resource, expected }) => {
    const { findings } = await classifyDocument(planDocument([{ address: THING, ...resource }]))
    expect(summarize(findings)).toEqual(expected)
  })

  it('gives sets element by element', async () => {
    const a = { from_port: 443 }
    const b = { from_port: 22 }
    const group = 'aws_security_group.web'
    const { findings } = await classifyDocument(
      planDocument([
        {
          address: group,
          recorded: { ingress: [a] },
          actual: { ingress: [a, b] },
          declared: { ingress: [a] },
          code: { ingress: set([a]) },
        },
      ]),
    )
    expect(findings[0]?.changes).toEqual([
      { path: ['ingress'], cause: 'outside', recorded: [], actual: [b], declared: [], sensitive: false },
    ])
  })

  it('keeps ignored attributes informational, but no deletion', async () => {
    const edited = { address: THING, ...untouched({ size: 1 }, { size: 2 }) }
    const gone = { address: 'aws_thing.b', recorded: { id: 'x' }, actual: null, declared: { name: 'n' } }
    const { findings } = await classifyDocument(planDocument([edited, gone]), {
      ignoreChangesOf: () => 'all',
    })
    expect(summarize(findings)).toEqual([
      `informational none ${THING} [outside:size]`,
      'deleted create aws_thing.b []',
    ])
  })

  it('ignores only the paths that the code names', async () => {
    const document = planDocument([
      { address: THING, ...untouched({ size: 1, policies: [] }, { size: 2, policies: ['p'] }) },
    ])
    const { findings } = await classifyDocument(document, { ignoreChangesOf: () => [['size']] })
    expect(summarize(findings)).toEqual([`changed! none ${THING} [outside:policies]`])
  })

  it('says without a schema that it had none, and reports what it could not tell apart as changed', async () => {
    const document = planDocument([{ address: THING, ...untouched({ state: 'a' }, { state: 'b' }) }])
    const { findings, warnings } = await classifyDocument(document, { schema: null })
    expect(summarize(findings)).toEqual([`changed! none ${THING} [outside:state]`])
    expect(warnings.map(({ code }) => code)).toEqual(['SCHEMA_UNAVAILABLE'])
  })
})
