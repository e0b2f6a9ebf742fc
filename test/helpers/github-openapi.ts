import { readFileSync } from 'node:fs'
import { Ajv, type ValidateFunction } from 'ajv'

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
type Schema = { readonly [key: string]: Json }

/** GitHub's own description of what it takes and gives, cut down to what driftd uses (scripts/github-openapi.ts). */
const description = JSON.parse(
  readFileSync(new URL('../fixtures/github/openapi.json', import.meta.url), 'utf8'),
  // OpenAPI 3.0 says `nullable`, JSON Schema says null
  (_key, value: unknown) => withNull(value),
) as { readonly paths: Record<string, Record<string, Operation>>; readonly components: Components }

interface Components {
  readonly schemas: Record<string, Schema>
  readonly parameters: Record<string, Parameter>
}
interface Parameter {
  readonly $ref?: string
  readonly name: string
  readonly in: string
}
interface Operation {
  readonly parameters: readonly Parameter[]
  readonly requestBody: { readonly content: Record<string, { readonly schema: Schema }> } | null
  readonly responses: Record<string, { readonly content?: Record<string, { readonly schema: Schema }> }>
}

const ajv = new Ajv({ strict: false, validateFormats: false, allowUnionTypes: true })
ajv.addSchema({ ...description, $id: 'github' } as object)
const validators = new Map<string, ValidateFunction>()

/** An operation of the description and the parameters in its path, or null where driftd uses no such thing. */
export function findOperation(
  method: string,
  path: string,
): { readonly route: string; readonly parameters: Readonly<Record<string, string>> } | null {
  for (const [route, operations] of Object.entries(description.paths)) {
    if (operations[method.toLowerCase()] === undefined) continue
    // a path within a repository is the only parameter that may hold slashes
    const pattern = route.replace(
      /\{(\w+)\}/g,
      (_, name) => `(?<${name}>${name === 'path' ? '.+' : '[^/]+'})`,
    )
    const groups = new RegExp(`^${pattern}$`).exec(path)?.groups
    if (groups === undefined && !new RegExp(`^${pattern}$`).test(path)) continue
    const decoded = Object.entries(groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)])
    return { route, parameters: Object.fromEntries(decoded) }
  }
  return null
}

/** What is wrong with a request, in words; null where GitHub would take it. */
export function requestProblem(
  method: string,
  route: string,
  request: { readonly query: URLSearchParams; readonly body: unknown },
): string | null {
  const operation = operationOf(method, route)
  const known = operation.parameters.map(resolveParameter).filter((one) => one.in === 'query')
  const stray = [...request.query.keys()].find((name) => !known.some((one) => one.name === name))
  if (stray !== undefined) return `the query has ${stray}, which ${method} ${route} does not know`
  const schema = operation.requestBody?.content['application/json']?.schema
  return schema === undefined ? null : validate(`${method} ${route} body`, schema, request.body)
}

/** What is wrong with an answer of the fake server itself. */
export function answerProblem(method: string, route: string, body: unknown): string | null {
  return validate(`${method} ${route} answer`, answerSchema(method, route), body)
}

/** The least value that fits what a route answers, with these properties in it; of a list, one element. */
export function sampleAnswer(method: string, route: string, own: object): unknown {
  const schema = resolveSchema(answerSchema(method, route))
  return fill(schema.type === 'array' ? (schema.items as Schema) : schema, own as Json)
}

function answerSchema(method: string, route: string): Schema {
  const [answer] = Object.values(operationOf(method, route).responses)
  const schema = Object.values(answer?.content ?? {})[0]?.schema
  if (schema === undefined) throw new Error(`the description has no answer for ${method} ${route}`)
  return schema
}

function operationOf(method: string, route: string): Operation {
  const operation = description.paths[route]?.[method.toLowerCase()]
  if (operation === undefined) throw new Error(`the description has no ${method} ${route}`)
  return operation
}

function validate(name: string, schema: Schema, value: unknown): string | null {
  const known = validators.get(name)
  const check = known ?? ajv.compile(absolute(schema) as object)
  validators.set(name, check)
  return check(value) ? null : `${name}: ${ajv.errorsText(check.errors)}`
}

/** References are to the whole description, not to the part that is compiled. */
function absolute(value: Json): Json {
  if (Array.isArray(value)) return value.map((item: Json) => absolute(item))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      key === '$ref' && String(item).startsWith('#') ? `github${item}` : absolute(item),
    ]),
  )
}

function withNull(value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value
  const { nullable, ...rest } = value as Record<string, unknown>
  return nullable === true ? { anyOf: [rest, { type: 'null' }] } : value
}

function resolveParameter(parameter: Parameter): Parameter {
  if (parameter.$ref === undefined) return parameter
  return description.components.parameters[parameter.$ref.split('/').at(-1) ?? ''] ?? parameter
}

function resolveSchema(schema: Schema): Schema {
  if (typeof schema.$ref !== 'string') return schema
  return description.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}
}

/** A value that fits a schema: what is given, and of the rest what is required. */
function fill(unresolved: Schema, own: Json | undefined): Json {
  const schema = chooseShape(resolveSchema(unresolved), own)
  if (Array.isArray(own)) return own.map((item: Json) => fill((schema.items ?? {}) as Schema, item))
  if (own !== undefined && !isPlain(own)) return own
  if (schema.allOf !== undefined)
    return Object.assign({}, ...(schema.allOf as readonly Schema[]).map((part) => fill(part, own)))
  if (own === undefined && schema.properties === undefined) return leaf(schema)
  const properties = (schema.properties ?? {}) as Record<string, Schema>
  const names = new Set([...((schema.required ?? []) as readonly string[]), ...Object.keys(own ?? {})])
  return Object.fromEntries([...names].map((name) => [name, fill(properties[name] ?? {}, own?.[name])]))
}

/** Of several shapes: null where nothing is given and null will do, else the first that is something. */
function chooseShape(schema: Schema, own: Json | undefined): Schema {
  const choices = (schema.oneOf ?? schema.anyOf ?? null) as readonly Schema[] | null
  if (choices === null) return schema
  const empty = choices.find(({ type }) => type === 'null')
  if (own === undefined && empty !== undefined) return empty
  const chosen = choices.find((choice) => choice !== empty && resolveSchema(choice).properties !== undefined)
  return chooseShape(resolveSchema(chosen ?? choices[0] ?? {}), own)
}

function leaf(schema: Schema): Json {
  if (Array.isArray(schema.enum)) return (schema.enum as readonly Json[])[0] ?? null
  const samples: Record<string, Json> = {
    array: [],
    integer: 1,
    number: 1,
    boolean: false,
    string: 'x',
    null: null,
  }
  const type = String(schema.type)
  return Object.hasOwn(samples, type) ? (samples[type] ?? null) : {}
}

function isPlain(value: Json): value is { readonly [key: string]: Json } {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}
