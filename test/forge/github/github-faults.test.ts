import { beforeEach, describe, expect, it } from 'vitest'
import { ALICE, type GitHubLab, MERGED, openGitHubLab } from './github-lab.js'

let world: GitHubLab['world']
let forge: GitHubLab['forge']
const { signal } = new AbortController()

beforeEach(async () => {
  const lab = await openGitHubLab()
  world = lab.world
  forge = lab.forge
})

it('takes an answer of another shape for a no (T16)', async () => {
  world.state.faults['GET /repos/{owner}/{repo}'] = {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: '{"id":"77"}',
  }
  await expect(forge.evidence(MERGED, signal)).rejects.toMatchObject({
    code: 'FORGE_FAILED',
    message: expect.stringContaining('(id)'),
  })
})

it('tells a limit that GitHub answers 403 to, from a right that lacks', async () => {
  world.state.faults['GET /repos/{owner}/{repo}'] = { status: 403, headers: { 'x-ratelimit-remaining': '0' } }
  const message = expect.stringContaining('its rate limit is used up: ask again later')
  await expect(forge.evidence(MERGED, signal)).rejects.toMatchObject({ code: 'FORGE_FAILED', message })
})

describe('doctor', () => {
  it('warns where the branch is not protected, and of a token that may do too much', async () => {
    const calm = await forge.examine(signal)
    expect(calm.map(({ state }) => state)).toEqual(['ok', 'warning'])
    world.state.rules = [
      { type: 'pull_request', parameters: { ...RULE, required_approving_review_count: 1 } },
    ]
    world.state.mayAdministrate = true
    expect((await forge.examine(signal)).map(({ state }) => state)).toEqual(['warning', 'ok'])
  })

  it('refuses to be an approver, and names a token that is no use', async () => {
    world.state.viewer = { ...ALICE }
    expect((await forge.examine(signal)).map(({ state }) => state)).toContain('problem')
    world.state.viewer = { ...ALICE, login: 'drift-bot' }
    world.state.teams = { platform: ['drift-bot'] }
    expect(await forge.examine(signal)).toContainEqual(
      expect.objectContaining({ state: 'problem', detail: expect.stringContaining('@acme/platform') }),
    )
    world.state.faults['GET /repos/{owner}/{repo}'] = { status: 401 }
    const [token] = await forge.examine(signal)
    expect(token).toMatchObject({ state: 'problem' })
    expect(token?.detail).toContain('token is wrong')
  })
})

const RULE = {
  dismiss_stale_reviews_on_push: true,
  require_code_owner_review: false,
  require_last_push_approval: true,
  required_review_thread_resolution: false,
}
