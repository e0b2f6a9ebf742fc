import { stringify } from 'yaml'
import { classifyRepositoryUrl } from '../../domain/repository-url.js'
import type { StackDraft } from './stack-drafts.js'

/** The names of the files that `driftd init` writes beside each other. */
export const CONFIG_FILE = 'driftd.yaml'
export const SCHEMA_FILE = 'driftd.schema.json'

/** The repository that driftd.yaml will stand in. */
export interface RepositoryDraft {
  readonly name: string
  /** False: a plain folder, scanned in place. */
  readonly isGit: boolean
  /** The URL of its remote, or null. */
  readonly origin: string | null
}

/** Beyond, a list of stacks is no help to read, and `discover` finds them all. */
const MAX_LISTED = 500

/** The text of a commented, valid driftd.yaml for these stacks. */
export function configText(repository: RepositoryDraft, stacks: readonly StackDraft[]): string {
  const listed = stacks.length <= MAX_LISTED ? stacks : stacks.filter(({ hints }) => hints.length > 0)
  return [
    HEADER,
    ...repositoryLines(repository),
    ...(listed.length > 0 ? ['    stacks:', ...listed.flatMap(stackLines)] : []),
    FOOTER,
  ].join('\n')
}

const HEADER = `# yaml-language-server: $schema=./${SCHEMA_FILE}
# What driftd tracks. Written by \`driftd init\`; check it with \`driftd config validate\` after a change.
# Secrets never stand here: a value may be { env: NAME } or { file: PATH } wherever it can be secret.
version: 1

# Results, beside this file. Keep the folder out of Git: it also holds the key of the hashes.
store: sqlite:.driftd/driftd.db

repositories:`

const FOOTER = `
# For every stack that does not say otherwise.
defaults:
  timeout: 15m
  schedule: "0 * * * *"        # also says when a last good scan is stale: after three times the interval
  # labels: { team: platform }
  # env: { AWS_PROFILE: prod, TF_VAR_token: { env: PROD_TOKEN } }   # engines get these, and the clouds' own variables
`

function repositoryLines({ name, isGit, origin }: RepositoryDraft): readonly string[] {
  const remote = origin !== null && 'kind' in classifyRepositoryUrl(origin) ? origin : null
  const where = isGit
    ? [
        '    # This repository at its last commit: what is not committed is not compared. On another machine, its remote:',
        '    url: .',
        `    # url: ${remote === null ? 'https://github.com/acme/infra.git' : flow(remote)}`,
        '    # ref: main',
      ]
    : ['    # This folder, which is no Git repository, is compared as it is.', '    url: .']
  return [
    `  - name: ${flow(name)}`,
    ...where,
    '    # What is added later is found by these; "!old/**" leaves things out. Entries below win.',
    '    discover: ["**"]',
  ]
}

function stackLines({ name, provider, path, options, hints }: StackDraft): readonly string[] {
  const set = Object.entries(options).map(([key, value]) => `        ${key}: ${flow(value)}`)
  return [
    `      - name: ${flow(name)}`,
    `        provider: ${provider}`,
    `        path: ${flow(path)}`,
    ...set,
    ...hints.map((hint) => `        # ${hint}`),
  ]
}

/** A value on one line. */
function flow(value: unknown): string {
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0, blockQuote: false }).trim()
}
