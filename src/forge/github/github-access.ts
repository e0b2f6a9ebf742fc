import type { FetchLike } from '../../lib/fetch-adapter.js'
import type { ForgeParts } from '../forge-plugin.js'
import type { GitHubApi } from './github-api.js'
import { viewerSchema } from './github-documents.js'
import { createInstallationDoor, type Installation } from './installation.js'
import type { GitHubOptions } from './options.js'

/** How driftd comes into a repository: by somebody's token, or as an app. */
export interface GitHubAccess {
  /** `owner/name`. */
  readonly repository: string
  /** Throws FORGE_FAILED, SECRET_UNAVAILABLE. */
  open(signal: AbortSignal): Promise<GitHubApi>
  /** The account that driftd is; null for an app and for a token of one, which are no accounts. */
  readOwnId(api: GitHubApi, signal: AbortSignal): Promise<number | null>
  /** Absent: it is no app. */
  readonly installation?: (signal: AbortSignal) => Promise<Installation>
}

const PUBLIC_API = 'https://api.github.com'
const FORBIDDEN = 403

/** The way that the options name. Secrets are read for each use: one that was rotated works without a restart. */
export function createAccess(options: GitHubOptions, parts: ForgeParts, fetch: FetchLike): GitHubAccess {
  const { repository, token, app, apiUrl = PUBLIC_API } = options
  const { clock, approvers, readSecret } = parts
  const connect = async (secret: string, onRefused?: () => void): Promise<GitHubApi> => {
    // loaded only here: its client takes time and memory that nobody needs who has no such forge
    const { createGitHubApi } = await import('./github-api.js')
    return createGitHubApi({
      repository,
      token: secret,
      apiUrl,
      fetch,
      clock,
      ...(onRefused && { onRefused }),
    })
  }
  if (app === undefined) {
    return {
      repository,
      // the configuration has seen to it that one of them is there
      open: async () => connect(token === undefined ? '' : await readSecret(token)),
      async readOwnId(api, signal) {
        const ask = { what: 'the account of the token', route: 'GET /user', schema: viewerSchema, signal }
        return (await api.find(ask, [FORBIDDEN]))?.id ?? null
      },
    }
  }
  const door = createInstallationDoor({
    app,
    needsTeams: approvers.some((approver) => approver.startsWith('@')),
    clock,
    readKey: () => readSecret(app.privateKey),
    connect,
  })
  return {
    repository,
    open: async (signal) => connect(await door.token(signal), door.forget),
    readOwnId: async () => null,
    installation: door.read,
  }
}
