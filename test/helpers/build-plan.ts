import {
  type Classification,
  type ClassifyRequest,
  classifyPlan,
} from '../../providers/terraform/classify/classify.js'
import { readPlan } from '../../providers/terraform/plan-json/read-plan.js'
import type { SchemaFlags } from '../../providers/terraform/plan-json/schema-flags.js'
import type { Finding } from '../../src/domain/record.js'

type Values = Readonly<Record<string, unknown>>

/** One resource of a plan; what is left out stays as it is or does not exist. `null` for a side: not there. */
export interface PlannedResource {
  readonly address: string
  readonly recorded?: Values | null
  readonly actual?: Values | null
  readonly declared?: Values | null
  /** Default: no-op where actual and declared are equal, else update, create or delete. */
  readonly actions?: readonly string[]
  /** `expressions` of its block in the configuration; null: no block. Default: no expression. */
  readonly code?: Values | null
  readonly unknown?: Values
  readonly sensitive?: Values
  readonly dependsOn?: readonly string[]
  /** More keys of the entry of `resource_changes`, such as `action_reason` or `deposed`. */
  readonly entry?: Values
  /** More keys of its `change`, such as `replace_paths` or `importing`. */
  readonly change?: Values
}

/** The JSON document of a plan, with the sections in Terraform's order. */
export function planDocument(
  resources: readonly PlannedResource[],
  more: Values = {},
): Record<string, unknown> {
  const drifted = resources.filter(
    ({ recorded, actual }) => recorded !== undefined && !isEqual(recorded, actual),
  )
  return {
    format_version: '1.2',
    variables: {},
    planned_values: {},
    resource_drift: drifted.map(driftEntry),
    resource_changes: resources.flatMap(changeEntry),
    output_changes: {},
    prior_state: {
      values: {
        root_module: {
          resources: resources
            .filter(({ actual }) => actual)
            .map((resource) => ({
              ...head(resource),
              values: resource.actual,
              sensitive_values: resource.sensitive ?? {},
              depends_on: resource.dependsOn ?? [],
            })),
        },
      },
    },
    configuration: {
      root_module: {
        resources: resources
          .filter(({ code }) => code !== null)
          .map((resource) => ({ ...head(resource), expressions: resource.code ?? {} })),
      },
    },
    complete: true,
    errored: false,
    ...more,
  }
}

/** What a scan says about a plan with these resources. */
export async function classifyDocument(
  document: unknown,
  request: Partial<Omit<ClassifyRequest, 'plan'>> = {},
): Promise<Classification> {
  const plan = await readPlan(() => chunksOf(JSON.stringify(document)))
  return classifyPlan({
    plan,
    schema: TEST_SCHEMA,
    stack: 'prod/test',
    key: Buffer.alloc(32, 1),
    secrets: [],
    sourceOf: () => null,
    ...request,
  })
}

/** The findings as short texts: `changed update aws_vpc.n [outside:tags.Name]`, with `!` where apply would not undo it. */
export function summarize(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ kind, action, address, correctable, changes }) => {
    const paths = changes.map(({ path, cause }) => `${cause}:${path.join('.')}`)
    const mark = kind === 'changed' && !correctable ? '!' : ''
    return `${kind}${mark} ${action} ${address} [${paths.join(' ')}]`
  })
}

/** The text in pieces of a few bytes each. */
export async function* chunksOf(text: string | Buffer, size = 64 * 1024): AsyncIterable<Buffer> {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const PROVIDER = 'registry.terraform.io/hashicorp/aws'

/** Flags of a made-up type with one attribute of each standing, and of the types the mirror knows. */
export const TEST_SCHEMA: SchemaFlags = {
  version: 2,
  providers: {
    [PROVIDER]: {
      aws_thing: {
        id: { computed: true, shape: 'value' },
        name: { required: true, shape: 'value' },
        note: { optional: true, shape: 'value' },
        size: { optional: true, computed: true, shape: 'value' },
        state: { computed: true, shape: 'value' },
        code_sha256: { computed: true, shape: 'value' },
        password: { optional: true, sensitive: true, shape: 'value' },
        document: { optional: true, shape: 'value' },
        policies: { optional: true, computed: true, shape: 'set' },
        tags: { optional: true, shape: 'map' },
        tags_all: { optional: true, computed: true, shape: 'map' },
        filled: {
          optional: true,
          block: true,
          shape: 'list',
          of: { enabled: { optional: true, shape: 'value' }, serial: { computed: true, shape: 'value' } },
        },
      },
      aws_security_group: {
        ingress: { optional: true, computed: true, shape: 'set' },
        egress: { optional: true, computed: true, shape: 'set' },
      },
      aws_iam_role: { managed_policy_arns: { optional: true, computed: true, shape: 'set' } },
      aws_s3_bucket: {
        versioning: {
          optional: true,
          block: true,
          shape: 'list',
          of: { enabled: { optional: true, shape: 'value' } },
        },
        policy: { optional: true, computed: true, shape: 'value' },
      },
    },
  },
}

function driftEntry(resource: PlannedResource): Values {
  const { recorded = null, actual = null, sensitive = {} } = resource
  const actions = actual === null ? ['delete'] : ['update']
  const change = {
    actions,
    before: recorded,
    after: actual,
    before_sensitive: sensitive,
    after_sensitive: sensitive,
  }
  return { ...head(resource), change, ...deposedOf(resource) }
}

function changeEntry(resource: PlannedResource): readonly Values[] {
  const { actual = null, declared, unknown = {}, sensitive = {}, entry = {}, change = {} } = resource
  if (declared === undefined && resource.actions === undefined) return []
  const after = declared ?? null
  const actions = resource.actions ?? plainActions(actual, after)
  const sides = {
    before: actual,
    after,
    after_unknown: unknown,
    before_sensitive: sensitive,
    after_sensitive: sensitive,
  }
  return [{ ...head(resource), change: { actions, ...sides, ...change }, ...entry }]
}

function plainActions(actual: unknown, declared: unknown): readonly string[] {
  if (isEqual(actual, declared)) return ['no-op']
  if (actual === null) return ['create']
  return declared === null ? ['delete'] : ['update']
}

function deposedOf({ entry }: PlannedResource): Values {
  return entry?.deposed === undefined ? {} : { deposed: entry.deposed }
}

function head({ address }: PlannedResource): Values {
  const [type = '', rest = ''] = address.split('.')
  return { address, mode: 'managed', type, name: rest.replace(/\[.*$/, ''), provider_name: PROVIDER }
}

function isEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(a ?? null) === JSON.stringify(b ?? null)
}
