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

describe('faults (T16)', () => {
  const html = { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>sign in</html>' }
  const list = 'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews'
  it.each([
    ['401', list, { status: 401 }],
    ['403', list, { status: 403 }],
    ['404', list, { status: 404 }],
    ['429', list, { status: 429, headers: { 'retry-after': '1' } }],
    ['500', list, { status: 500 }],
    ['502 with HTML', list, { ...html, status: 502 }],
    ['HTML instead of JSON', list, html],
    ['half of an answer', list, 'reset-in-body' as const],
    ['no answer', list, 'reset' as const],
    [
      'an answer of another shape',
      'GET /repos/{owner}/{repo}',
      { status: 200, headers: { 'content-type': 'application/json' }, body: '{"id":"77"}' },
    ],
  ])('takes %s for a no, without a word of the other side or of the token', async (_name, route, reply) => {
    world.state.faults[route] = reply
    const error = await forge.evidence(MERGED, signal).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code: 'FORGE_FAILED' })
    expect(String(error)).not.toMatch(/canary|sign in|html/)
  })

  it('takes a second page that fails for a no', async () => {
    const approval = world.state.reviews[0]
    if (approval !== undefined) world.state.reviews = Array.from({ length: 120 }, () => approval)
    world.state.faults[`${list} page 2`] = { status: 500 }
    await expect(forge.evidence(MERGED, signal)).rejects.toMatchObject({ code: 'FORGE_FAILED' })
  })
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
