import { readFileSync, writeFileSync } from 'node:fs'

/**
 * Cuts GitHub's published OpenAPI description down to what driftd uses, for the tests: request, answer, and the schemas they
 * refer to, without texts and examples. Usage: tsx scripts/github-openapi.ts api.github.com.json (of the npm package
 * @octokit/openapi, which is 400 MB large and so no dependency).
 */
const USED: Readonly<Record<string, readonly string[]>> = {
  '/app/installations/{installation_id}': ['get'],
  '/app/installations/{installation_id}/access_tokens': ['post'],
  '/user': ['get'],
  '/orgs/{org}/teams/{team_slug}/memberships/{username}': ['get'],
  '/repos/{owner}/{repo}': ['get'],
  '/repos/{owner}/{repo}/activity': ['get'],
  '/repos/{owner}/{repo}/collaborators/{username}/permission': ['get'],
  '/repos/{owner}/{repo}/commits/{commit_sha}/pulls': ['get'],
  '/repos/{owner}/{repo}/contents/{path}': ['get'],
  '/repos/{owner}/{repo}/issues/comments/{comment_id}': ['patch'],
  '/repos/{owner}/{repo}/issues/{issue_number}/comments': ['get', 'post'],
  '/repos/{owner}/{repo}/pulls': ['get', 'post'],
  '/repos/{owner}/{repo}/pulls/{pull_number}': ['get', 'patch'],
  '/repos/{owner}/{repo}/pulls/{pull_number}/commits': ['get'],
  '/repos/{owner}/{repo}/pulls/{pull_number}/files': ['get'],
  '/repos/{owner}/{repo}/pulls/{pull_number}/reviews': ['get'],
  '/repos/{owner}/{repo}/rules/branches/{branch}': ['get'],
}
const TARGET = new URL('../test/fixtures/github/openapi.json', import.meta.url)
const TEXTS = new Set(['description', 'summary', 'example', 'examples', 'externalDocs', 'tags', 'x-github'])

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
type JsonObject = { [key: string]: Json }

const [file] = process.argv.slice(2)
if (file === undefined) throw new Error('usage: tsx scripts/github-openapi.ts api.github.com.json')
const whole = JSON.parse(readFileSync(file, 'utf8')) as JsonObject
const components: JsonObject = {}
const paths = Object.fromEntries(
  Object.entries(USED).map(([path, methods]) => [path, operations(path, methods)]),
)
const { version } = whole.info as JsonObject
writeFileSync(TARGET, `${JSON.stringify({ openapi: whole.openapi, info: { version }, paths, components })}\n`)

function operations(path: string, methods: readonly string[]): Json {
  const all = (whole.paths as JsonObject)[path] as JsonObject
  return Object.fromEntries(methods.map((method) => [method, operation(all[method] as JsonObject)]))
}

/** Parameters, body, and the answer of success. */
function operation({ parameters = [], requestBody = null, responses }: JsonObject): Json {
  const good = Object.entries(responses as JsonObject).filter(([status]) => status.startsWith('2'))
  return keep({ parameters, requestBody, responses: Object.fromEntries(good) })
}

function keep(value: Json, isProperties = false): Json {
  if (Array.isArray(value)) return value.map((item) => keep(item))
  if (value === null || typeof value !== 'object') return value
  const kept = Object.entries(value).filter(([key]) => isProperties || !TEXTS.has(key))
  if (typeof value.$ref === 'string') resolve(value.$ref)
  return Object.fromEntries(kept.map(([key, item]) => [key, keep(item, key === 'properties')]))
}

/** Takes over what a reference names, and what that refers to. */
function resolve(reference: string): void {
  const [kind = '', name = ''] = reference.replace('#/components/', '').split('/')
  components[kind] ??= {}
  const group = components[kind] as JsonObject
  if (name in group) return
  group[name] = null
  group[name] = keep(((whole.components as JsonObject)[kind] as JsonObject)[name] ?? null)
}
