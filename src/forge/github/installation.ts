import type { Clock } from '../../lib/clock.js'
import { signAppJwt } from './app-jwt.js'
import type { GitHubApi } from './github-api.js'
import { installationSchema, installationTokenSchema } from './github-documents.js'
import type { GitHubApp } from './options.js'

/** What driftd asks GitHub for; a token can do nothing else, whatever the app may. */
export const APP_RIGHTS = { contents: 'read', metadata: 'read', pull_requests: 'write' } as const
/** Beside these, where teams approve. */
export const TEAM_RIGHTS = { members: 'read' } as const

/** An installation of the app, as its settings have it. */
export interface Installation {
  readonly slug: string
  /** Right to `read`, `write` or `admin`. */
  readonly permissions: Readonly<Record<string, string>>
  readonly isSuspended: boolean
}

/** What an app asks GitHub for, before it asks for anything else. */
export interface InstallationDoor {
  /** A token that holds for some minutes more. Throws FORGE_FAILED, SECRET_UNAVAILABLE. */
  token(signal: AbortSignal): Promise<string>
  /** Called when GitHub no longer takes the token. */
  forget(): void
  read(signal: AbortSignal): Promise<Installation>
}

/** What a door is made of. */
export interface DoorParts {
  readonly app: GitHubApp
  readonly needsTeams: boolean
  readonly clock: Clock
  /** The key is read for each use: one that was rotated works without a restart. */
  readKey(): Promise<string>
  /** The API, asked with this. */
  connect(token: string): Promise<GitHubApi>
}

/** GitHub's tokens hold for an hour; with less than this left another one is asked for. */
const RENEW_BEFORE_MS = 5 * 60_000

const ADVICE: Readonly<Record<number, string>> = {
  401: 'the id or the private key of the app is wrong, or the clock of this machine: correct it',
  403: 'the installation is suspended: resume it in the settings of its owner',
  404: 'the app has no such installation: correct remediation.forge.app.installationId',
  422: 'the installation does not reach the repository or lacks a right: `driftd doctor` says which',
}

/** The way of an app into one repository. */
export function createInstallationDoor(parts: DoorParts): InstallationDoor {
  const { app, needsTeams, clock } = parts
  const parameters = { installation_id: app.installationId }
  let known: { readonly token: string; readonly expiresAtMs: number } | null = null
  const asApp = async (): Promise<GitHubApi> =>
    parts.connect(signAppJwt({ appId: app.id, privateKey: await parts.readKey(), now: clock.now() }))
  return {
    async token(signal) {
      if (known !== null && known.expiresAtMs - clock.now().getTime() > RENEW_BEFORE_MS) return known.token
      const api = await asApp()
      const { token, expires_at } = await api.get({
        what: `a token of installation ${app.installationId} of GitHub App ${app.id}`,
        route: 'POST /app/installations/{installation_id}/access_tokens',
        parameters: {
          ...parameters,
          repositories: [api.repo],
          permissions: { ...APP_RIGHTS, ...(needsTeams ? TEAM_RIGHTS : {}) },
        },
        schema: installationTokenSchema,
        advice: ADVICE,
        signal,
      })
      known = { token, expiresAtMs: Date.parse(expires_at) }
      return token
    },
    forget() {
      known = null
    },
    async read(signal) {
      const found = await (await asApp()).get({
        what: `installation ${app.installationId} of GitHub App ${app.id}`,
        route: 'GET /app/installations/{installation_id}',
        parameters,
        schema: installationSchema,
        advice: ADVICE,
        signal,
      })
      return {
        slug: found.app_slug,
        permissions: found.permissions,
        isSuspended: found.suspended_at !== null,
      }
    },
  }
}
