import { generateKeyPairSync, verify } from 'node:crypto'
import type { Clock } from '../../src/lib/clock.js'
import type { GitHubAppDoor } from './github-world.js'

/** A GitHub App with a key of its own, installed on the fake GitHub. */
export interface FakeApp {
  readonly options: {
    readonly id: number
    readonly installationId: number
    readonly privateKey: { env: string }
  }
  /** As GitHub gives it. */
  readonly privateKey: string
  readonly door: GitHubAppDoor
  /** What was asked for with each token that was given out. */
  readonly given: { readonly body: unknown; readonly expiresAtMs: number; isRevoked: boolean }[]
  permissions: Record<string, string>
  isSuspended: boolean
}

const APP_ID = 12
const INSTALLATION_ID = 345
const HOUR_MS = 60 * 60_000
/** GitHub takes no longer ones, and none that begins later than now. */
const MAX_JWT_SECONDS = 600
const { publicKey, privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
})

/** One with the rights that driftd needs. */
export function createFakeApp(clock: Clock): FakeApp {
  const given: FakeApp['given'] = []
  const app: FakeApp = {
    options: { id: APP_ID, installationId: INSTALLATION_ID, privateKey: { env: 'APP_KEY' } },
    privateKey,
    given,
    permissions: { contents: 'read', metadata: 'read', pull_requests: 'write' },
    isSuspended: false,
    door: {
      admits(authorization, key) {
        if (key.includes('/app/')) return isOwnJwt(authorization, clock)
        const index = Number(/^token ghs_canary-(\d+)$/.exec(authorization)?.[1])
        const token = given[index]
        return token !== undefined && !token.isRevoked && token.expiresAtMs > clock.now().getTime()
      },
      answer(key, { parameters, body }) {
        if (Number(parameters.installation_id) !== INSTALLATION_ID) return null
        if (key.startsWith('GET')) return installationOf(app)
        const expiresAtMs = clock.now().getTime() + HOUR_MS
        given.push({ body, expiresAtMs, isRevoked: false })
        const expires_at = new Date(expiresAtMs).toISOString().replace('.000Z', 'Z')
        return { token: `ghs_canary-${given.length - 1}`, expires_at, permissions: app.permissions }
      },
    },
  }
  return app
}

function installationOf({ permissions, isSuspended }: FakeApp): object {
  return {
    id: INSTALLATION_ID,
    app_id: APP_ID,
    app_slug: 'driftd-acme',
    target_type: 'Organization',
    repository_selection: 'selected',
    permissions,
    suspended_at: isSuspended ? '2026-11-24T09:00:00Z' : null,
  }
}

function isOwnJwt(authorization: string, clock: Clock): boolean {
  const [head = '', claims = '', signature = ''] = authorization.replace(/^bearer /, '').split('.')
  const isSigned = verify(
    'RSA-SHA256',
    Buffer.from(`${head}.${claims}`),
    publicKey,
    Buffer.from(signature, 'base64url'),
  )
  if (!isSigned || read(head).alg !== 'RS256') return false
  const { iss, iat, exp } = read(claims)
  const now = clock.now().getTime() / 1_000
  return (
    iss === String(APP_ID) && Number(iat) <= now && Number(exp) > now && Number(exp) - now <= MAX_JWT_SECONDS
  )
}

function read(part: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
}
