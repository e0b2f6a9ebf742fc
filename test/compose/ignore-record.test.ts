import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { draftRule, type IgnoreOutcome, ignoreRecord } from '../../src/compose/ignore-record.js'
import { ignoreRulesFor } from '../../src/config/ignore-rules.js'
import { parseRepositoryFile } from '../../src/config/repository-file.js'
import { applyIgnoreRules } from '../../src/domain/ignore-rule.js'
import type { DriftRecord } from '../../src/domain/record.js'
import { buildRecord } from '../helpers/build-record.js'
import { fakeProviders, loadValid } from '../helpers/config.js'
import { tempFolder } from '../lib/temp-folder.js'

const WISH = { reason: 'on purpose', owner: 'platform', until: '2027-03-31' }
const change = (...path: (string | number)[]) => ({ path, cause: 'outside' as const, sensitive: false })

async function ignore({
  url,
  folder = null,
  record = buildRecord(),
}: {
  url: string
  folder?: string | null
  record?: DriftRecord
}): Promise<IgnoreOutcome> {
  const loaded = await loadValid(`version: 1
repositories:
  - name: infra
    url: ${JSON.stringify(url)}
    stacks: [{ name: prod/network, provider: terraform, path: . }]
  - { name: other, url: . }
`)
  const parts = { loaded, providers: fakeProviders, env: {} }
  return ignoreRecord(parts, { ...WISH, repository: 'infra', stack: 'prod/network', record, folder })
}

/** What the file in a folder makes of a record of the stack. */
function isIgnored(folder: string, record: DriftRecord): boolean {
  const text = readFileSync(join(folder, '.driftd.yaml'), 'utf8')
  const parsed = parseRepositoryFile('.driftd.yaml', text, {
    providers: fakeProviders,
    reservedLabels: new Set(),
  })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  const rules = ignoreRulesFor(parsed.file.ignore, 'prod/network')
  return applyIgnoreRules([record], rules, '2026-11-24').records[0]?.ignored !== undefined
}

describe('ignoreRecord', () => {
  it('writes the rule into the working copy that driftd.yaml names, to be committed', async () => {
    const folder = tempFolder()
    mkdirSync(join(folder, '.git'))
    writeFileSync(join(folder, '.driftd.yaml'), '# ours\nversion: 1\n')
    const outcome = await ignore({ url: folder })
    expect(outcome).toMatchObject({ type: 'written', needsCommit: true, file: join(folder, '.driftd.yaml') })
    const text = readFileSync(join(folder, '.driftd.yaml'), 'utf8')
    expect(text).toBe(`# ours\nversion: 1\nignore:\n${outcome.text}`)
    expect(isIgnored(folder, buildRecord())).toBe(true)
  })

  it('writes a file where there is none, and needs no commit where there is no Git', async () => {
    const folder = tempFolder()
    expect(await ignore({ url: folder })).toMatchObject({ type: 'written', needsCommit: false })
    expect(isIgnored(folder, buildRecord())).toBe(true)
  })

  it.each([
    ['a remote', 'https://github.com/acme/infra.git', 'the repository infra has no working copy here'],
    ['a folder that is not there', '/nowhere/at/all', 'there is no folder /nowhere/at/all'],
  ])('refuses %s, with the text to paste', async (_, url, why) => {
    const outcome = await ignore({ url })
    expect(outcome).toMatchObject({
      type: 'refused',
      error: { code: 'NO_WORKING_COPY', message: expect.stringContaining(why) },
    })
    expect(outcome.text).toContain('reason: on purpose')
    expect(outcome.type === 'refused' && outcome.error.message).toContain('--in FOLDER')
  })

  it('refuses a bare repository, and takes a folder that is named instead', async () => {
    const bare = tempFolder()
    writeFileSync(join(bare, 'HEAD'), '')
    for (const name of ['objects', 'refs']) mkdirSync(join(bare, name))
    expect(await ignore({ url: bare })).toMatchObject({ type: 'refused' })
    expect(existsSync(join(bare, '.driftd.yaml'))).toBe(false)
    const folder = tempFolder()
    expect(await ignore({ url: bare, folder })).toMatchObject({ type: 'written' })
    expect(isIgnored(folder, buildRecord())).toBe(true)
  })

  it.each(['version: 2\n', 'version: 1\nignore: [{ match: {} }]\n', 'a: [', 'version: 1\nversion: 1\n'])(
    'leaves a file alone that it could not read: %j',
    async (text) => {
      const folder = tempFolder()
      writeFileSync(join(folder, '.driftd.yaml'), text)
      await expect(ignore({ url: folder })).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining('.driftd.yaml:'),
      })
      expect(readFileSync(join(folder, '.driftd.yaml'), 'utf8')).toBe(text)
    },
  )

  const odd = buildRecord({
    address: 'aws_x.y["*?\\"]',
    host: 'db[1]*',
    changes: [change('tags', 'a.*'), change('b', 0)],
  })
  it.each([
    ['itself', odd, odd, true],
    ['not another address', odd, { ...odd, address: 'aws_x.y["zz\\"]' }, false],
    ['not another host', odd, { ...odd, host: 'db[1]2' }, false],
    ['not another kind', odd, { ...odd, kind: 'conflict' }, false],
    ['not one more attribute', odd, { ...odd, changes: [...odd.changes, change('c')] }, false],
    [
      'not another attribute that its globs could mean',
      odd,
      { ...odd, changes: [change('tags', 'a.b')] },
      false,
    ],
    ['a thing that is gone', buildRecord({ kind: 'deleted' }), buildRecord({ kind: 'deleted' }), true],
    [
      'a thing that would be destroyed',
      buildRecord({ action: 'replace' }),
      buildRecord({ action: 'replace' }),
      true,
    ],
    ['a record without attributes', buildRecord({ changes: [] }), buildRecord({ changes: [] }), true],
  ] as const)('writes a rule that accepts %s', async (_, record, other, expected) => {
    const folder = tempFolder()
    await ignore({ url: folder, record })
    expect(isIgnored(folder, other)).toBe(expected)
  })
})

describe('draftRule', () => {
  it('names each attribute once', () => {
    const record = buildRecord({ changes: [change('a'), change('a'), change('b')] })
    expect(draftRule({ ...WISH, record }, 'prod/network').match).toEqual({
      stack: 'prod/network',
      address: 'aws_vpc.main',
      path: ['a', 'b'],
      kind: 'changed',
    })
  })
})
