import { z } from 'zod'
import { DriftError } from '../../../src/domain/errors.js'
import type { JsonValue } from '../../../src/domain/record.js'
import { hasMark } from './plan-entry.js'
import type { Attributes, CheckResult, OutputDelta } from './plan-json.js'

const json = z.custom<JsonValue>((value) => value !== undefined)

const outputChange = z.object({
  actions: z.array(z.string()),
  before: json.default(null),
  after: json.default(null),
  after_unknown: json.default(false),
  before_sensitive: json.default(false),
  after_sensitive: json.default(false),
})

const checkAddress = z.object({
  kind: z.string(),
  to_display: z.string(),
  mode: z.string().optional(),
  type: z.string().optional(),
  name: z.string().optional(),
})

const check = z.object({
  address: checkAddress,
  status: z.string(),
  instances: z
    .array(
      z.object({
        address: z.object({
          to_display: z.string(),
          module: z.string().optional(),
          instance_key: z.union([z.string(), z.number()]).optional(),
        }),
        status: z.string(),
        problems: z.array(z.object({ message: z.string().default('') })).default([]),
      }),
    )
    .default([]),
})

const stateResource = z.object({
  address: z.string(),
  mode: z.string(),
  type: z.string(),
  values: z.custom<Attributes>((value) => typeof value === 'object').nullish(),
  sensitive_values: json.optional(),
  depends_on: z.array(z.string()).default([]),
})

const stateOutput = z.object({ sensitive: z.boolean().default(false), value: json.optional() })
const rootVariable = z.object({ value: json.optional() })
const variableBlock = z.object({ sensitive: z.boolean().default(false), default: json.optional() })
const resourceBlock = z.object({
  mode: z.enum(['managed', 'data']),
  type: z.string(),
  name: z.string(),
  expressions: z.custom<Attributes>((value) => typeof value === 'object').nullish(),
})

/** One resource of `prior_state`, as Terraform wrote it. Throws OUTPUT_INVALID. */
export function parseStateResource(value: unknown): z.infer<typeof stateResource> {
  return parsed(stateResource, value, 'resource of the state')
}

/** One output of `prior_state`. Throws OUTPUT_INVALID. */
export function parseStateOutput(value: unknown): z.infer<typeof stateOutput> {
  return parsed(stateOutput, value, 'output of the state')
}

/** One of `variables`. Throws OUTPUT_INVALID. */
export function parseRootVariable(value: unknown): z.infer<typeof rootVariable> {
  return parsed(rootVariable, value, 'variable')
}

/** One variable block of `configuration`. Throws OUTPUT_INVALID. */
export function parseVariableBlock(value: unknown): z.infer<typeof variableBlock> {
  return parsed(variableBlock, value, 'variable block')
}

/** One resource block of `configuration`. Throws OUTPUT_INVALID. */
export function parseResourceBlock(value: unknown): z.infer<typeof resourceBlock> {
  return parsed(resourceBlock, value, 'resource block')
}

/** One of `output_changes`, or null where it does not change; the raw marks come with it. Throws OUTPUT_INVALID. */
export function parseOutputChange(
  name: string,
  value: unknown,
): { readonly delta: OutputDelta | null; readonly raw: z.infer<typeof outputChange> } {
  const raw = parsed(outputChange, value, 'output change')
  const action = (['create', 'update', 'delete'] as const).find((known) => raw.actions.includes(known))
  if (!action) return { delta: null, raw }
  const isSensitive = hasMark(raw.before_sensitive) || hasMark(raw.after_sensitive)
  const isUnknown = hasMark(raw.after_unknown)
  return { delta: { name, action, before: raw.before, after: raw.after, isUnknown, isSensitive }, raw }
}

/** The failed instances of one of `checks`. Throws OUTPUT_INVALID. */
export function parseFailedChecks(value: unknown): readonly CheckResult[] {
  const result = parsed(check, value, 'check')
  const kind = CHECK_KINDS.find((known) => known === result.address.kind)
  if (!kind) return []
  return result.instances
    .filter((instance) => instance.status === 'fail' || instance.status === 'error')
    .map((instance) => ({
      kind,
      address: instance.address.to_display,
      resource: resourceOfCheck(result.address, instance.address),
      status: instance.status === 'error' ? 'error' : 'fail',
      messages: instance.problems.map((problem) => problem.message).filter((message) => message !== ''),
    }))
}

const CHECK_KINDS = ['check', 'resource', 'output_value', 'var'] as const

function resourceOfCheck(
  block: z.infer<typeof checkAddress>,
  instance: { to_display: string; module?: string | undefined; instance_key?: string | number | undefined },
): CheckResult['resource'] {
  if (block.kind !== 'resource' || !block.type || !block.name) return null
  return {
    address: instance.to_display,
    moduleAddress: instance.module ?? null,
    mode: block.mode === 'data' ? 'data' : 'managed',
    type: block.type,
    name: block.name,
    index: instance.instance_key ?? null,
  }
}

function parsed<T extends z.ZodType>(schema: T, value: unknown, what: string): z.infer<T> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw new DriftError('OUTPUT_INVALID', `A ${what} of the plan JSON is not what it should be`, {
    cause: result.error,
  })
}
