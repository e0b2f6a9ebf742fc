import MarkdownIt from 'markdown-it'
import { describe, expect, it } from 'vitest'
import type { Proposal } from '../../src/domain/proposal.js'
import { pullRequestBody, pullRequestTitle, requestMarker } from '../../src/remediate/pull-request-body.js'
import { buildPlannedChange, buildProposal, buildTestRequest } from '../helpers/build-gate.js'

function bodyOf(
  overrides: Partial<Proposal> = {},
  approvers: readonly string[] = ['alice', '@acme/platform'],
) {
  const proposal = buildProposal(overrides)
  const request = buildTestRequest({ proposal })
  return pullRequestBody({ request, proposal, approvers, required: 1, steps: ['Approve it.'] })
}

describe('the text of a pull request', () => {
  it('says what changes back, who is asked, how, and until when', () => {
    const body = bodyOf()
    expect(body).toContain('- update `aws_vpc.main`\n  - `tags.Owner`: `"somebody"` → `"platform"`')
    expect(body).toContain('1 approval of: `alice`')
    expect(body).toContain('`rita` asked for it and does not count')
    expect(body).toContain('before 2026-11-25T10:00:00.000Z')
    expect(body).toContain('Approve it.')
    expect(body.endsWith(requestMarker(buildTestRequest().id))).toBe(true)
  })

  it('says first and loud what it destroys', () => {
    const changes = [
      buildPlannedChange(),
      buildPlannedChange({ address: 'aws_db_instance.main', action: 'replace', isIrreversible: true }),
      buildPlannedChange({ address: 'aws_eip.old', action: 'delete' }),
    ]
    const body = bodyOf({ changes, destroys: 1, replaces: 1 })
    expect(body.split('\n').slice(0, 3)).toEqual([
      '> [!CAUTION]',
      '> **This DELETES 1 and REPLACES 1 (deletes and makes anew).**',
      '> **Cannot be undone, or holds data:** `aws_db_instance.main`',
    ])
    const order = ['**REPLACE** `aws_db_instance.main`', '**DELETE** `aws_eip.old`', 'update `aws_vpc.main`']
    const found = order.map((text) => body.indexOf(text))
    expect(found).toEqual(found.toSorted((a, b) => a - b))
    const request = buildTestRequest({ proposal: buildProposal({ changes, destroys: 1, replaces: 1 }) })
    expect(pullRequestTitle(request)).toBe(
      'driftd: revert prod/network (3 changes, 1 deletion, 1 replacement)',
    )
  })

  it('lists what cannot be previewed, what is no drift, and what to know', () => {
    const changes = [buildPlannedChange({ cause: 'pending' })]
    const body = bodyOf({ changes, unpreviewed: ['web1: rebuild index'], warnings: ['-target is partial'] })
    expect(body).toContain('`aws_vpc.main` (code that nobody applied yet)')
    expect(body).toContain('## Will run, and cannot be previewed (1)\n\n- `web1: rebuild index`')
    expect(body).toContain('- `-target is partial`')
  })

  it('shows no value of a sensitive attribute (T17)', () => {
    const attributes = [{ path: ['password'], sensitive: true, before: 'canary-1', after: 'canary-2' }]
    const body = bodyOf({ changes: [buildPlannedChange({ attributes })] })
    expect(body).toContain('`password`: (sensitive)')
    expect(body).not.toContain('canary')
  })

  it.each([
    '@everyone',
    'fixes #12',
    'Closes acme/infra#3',
    '`x` <img src=x onerror=alert(1)>',
    '</details><script>',
    '[click](javascript:alert(1))',
    'a\n\n# Approved\n- [x] done',
    '\u202egnp.exe',
  ])('lets nothing of a foreign text act: %j', (hostile) => {
    const attributes = [{ path: [hostile], before: hostile, after: [hostile], sensitive: false }]
    const changes = [buildPlannedChange({ address: hostile, host: hostile, attributes })]
    const body = bodyOf({ changes, unpreviewed: [hostile], warnings: [hostile] }, [hostile])
    const html = new MarkdownIt({ html: true, linkify: true }).render(body)
    const plain = html.replace(/<code>[\s\S]*?<\/code>/g, '')
    expect(plain).not.toMatch(/<(?:img|script|a|input)\b|@everyone|#12|#3|Approved|onerror/)
    expect(body).not.toMatch(/(?<!\w)@everyone|fixes #12|Closes acme|\u202e/)
  })

  it('keeps within what forges take, and counts the rest', () => {
    const changes = Array.from({ length: 2_000 }, (_, index) =>
      buildPlannedChange({ address: `aws_instance.web["${index}"]` }),
    )
    const body = bodyOf({ changes, unpreviewed: changes.map(({ address }) => address) })
    expect(body.length).toBeLessThan(65_536)
    expect(body).toMatch(/… and \d+ more: see the request's file/)
    expect(body).toContain('## What changes (2000)')
    expect(body).toContain('… and 1900 more')
  })
})
