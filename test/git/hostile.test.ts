import { randomBytes } from 'node:crypto'
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { pathInCheckout } from '../../src/git/path-in-checkout.js'
import { treeOf } from '../../src/git/tree-of.js'
import { DEFAULT_TREE_LIMITS } from '../../src/git/tree-size.js'
import { createTestRepository, openTestRepository } from '../helpers/git-repository.js'
import { tempFolder } from '../lib/temp-folder.js'

/** A place for a file that exists only if something of the repository was run. */
function canary(): { readonly path: string; readonly command: string; isAlive(): boolean } {
  const path = join(tempFolder(), 'canary')
  return { path, command: `touch ${path}`, isAlive: () => existsSync(path) }
}

describe('URLs and refs (fault 40)', () => {
  it.each([
    '--upload-pack=COMMAND',
    'ext::sh -c COMMAND',
    'ext::sh%20-c%20COMMAND',
    'fd::17',
    'git://example.com/x',
    'http://example.com/x',
    'ftp://example.com/x',
    'ssh://-oProxyCommand=touch/x',
    '-oProxyCommand=touch:x',
    'git@-oProxyCommand=touch:x',
    'https://bob:hunter2@example.com/x',
    'https://token@example.com/x',
    'https://',
    'file://host/x',
    'a\nb',
    '',
  ])('refuses the URL %j', async (url) => {
    const { command, isAlive } = canary()
    const attempt = openTestRepository(url.replace('COMMAND', command))
    await expect(attempt).rejects.toMatchObject({ code: 'REPOSITORY_INVALID' })
    await expect(attempt).rejects.not.toThrow('hunter2')
    expect(isAlive()).toBe(false)
  })

  it.each([
    '--upload-pack=COMMAND',
    '-x',
    '+main',
    'a..b',
    'a:b',
    'a b',
    'a~1',
    'a^{}',
    '@{-1}',
    'a.lock',
    '.a',
    '/a',
    'a\0',
    '',
  ])('refuses the ref %j', async (ref) => {
    const { command, isAlive } = canary()
    const origin = createTestRepository()
    const attempt = openTestRepository(origin.path, { ref: ref.replace('COMMAND', command) })
    await expect(attempt).rejects.toMatchObject({ code: 'REF_INVALID' })
    expect(isAlive()).toBe(false)
  })
})

describe('what a repository would run (fault 42)', () => {
  it('is not run: hooks and filters of the origin, attributes, submodules', async () => {
    const { command, isAlive } = canary()
    const origin = createTestRepository()
    origin.commit({
      '.gitattributes': '*.tf filter=evil\n*.bin filter=lfs diff=lfs merge=lfs\n',
      '.gitmodules': `[submodule "x"]\n\tpath = x\n\turl = ext::sh -c ${command}\n\tupdate = !${command}\n`,
      '.gitconfig': `[core]\n\tfsmonitor = ${command}\n`,
      'main.tf': 'x',
      'a.bin': 'version https://git-lfs.github.com/spec/v1\n',
    })
    // only now, or making the commit would run them
    for (const hook of ['post-checkout', 'post-upload-pack', 'pre-upload-pack', 'reference-transaction']) {
      writeFileSync(join(origin.path, '.git/hooks', hook), `#!/bin/sh\n${command}\n`, { mode: 0o755 })
    }
    for (const key of [
      'core.fsmonitor',
      'filter.evil.smudge',
      'filter.evil.process',
      'uploadpack.packObjectsHook',
    ])
      origin.git('config', key, command)
    const home = tempFolder()
    writeFileSync(
      join(home, '.gitconfig'),
      `[filter "evil"]\n\tsmudge = ${command}\n[core]\n\thooksPath = ${join(origin.path, '.git/hooks')}\n`,
    )
    const repository = await openTestRepository(origin.path, { env: { PATH: process.env.PATH, HOME: home } })
    const { root } = await repository.checkout()
    expect(isAlive()).toBe(false)
    expect(readFileSync(join(root, 'main.tf'), 'utf8')).toBe('x')
  })

  it('is not asked for by variables of the caller either', async () => {
    const { command, isAlive } = canary()
    const origin = createTestRepository()
    origin.commit({ 'main.tf': 'x' })
    const env = {
      PATH: process.env.PATH,
      HOME: tempFolder(),
      GIT_DIR: '/nowhere',
      GIT_SSH_COMMAND: command,
      GIT_EXTERNAL_DIFF: command,
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'core.fsmonitor',
      GIT_CONFIG_VALUE_0: command,
    }
    await (await openTestRepository(origin.path, { env })).checkout()
    expect(isAlive()).toBe(false)
  })

  it('leaves a submodule empty', async () => {
    const inner = createTestRepository()
    inner.commit({ 'secret.tf': 'x' })
    const origin = createTestRepository()
    origin.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner.path, 'inner')
    origin.commit({ 'main.tf': 'x' })
    const { root } = await (await openTestRepository(origin.path)).checkout()
    expect(readdirSync(join(root, 'inner'))).toEqual([])
  })
})

describe('symbolic links (fault 41)', () => {
  async function checkoutWithLinks() {
    const outside = tempFolder()
    writeFileSync(join(outside, 'secret'), 'hunter2')
    const origin = createTestRepository()
    mkdirSync(join(origin.path, 'live'))
    mkdirSync(join(origin.path, 'modules/vpc'), { recursive: true })
    origin.link('live/absolute', join(outside, 'secret'))
    origin.link('live/relative', '../../../../../../../../../../../../etc/passwd')
    origin.link('live/folder', outside)
    origin.link('live/chained', 'folder/secret')
    origin.link('live/dangling', '../../nowhere')
    origin.link('live/circle', 'circle')
    origin.link('live/vpc', '../modules/vpc')
    origin.link('live/common.tf', '../modules/vpc/main.tf')
    origin.commit({ 'modules/vpc/main.tf': 'inside' })
    return (await openTestRepository(origin.path)).checkout()
  }

  it('are taken out where they leave the tree, and told', async () => {
    const { root, removedLinks } = await checkoutWithLinks()
    const gone = ['absolute', 'chained', 'dangling', 'folder', 'relative'].map((name) => `live/${name}`)
    expect(removedLinks).toEqual(gone)
    expect(gone.filter((link) => lstatSync(join(root, link), { throwIfNoEntry: false }))).toEqual([])
  })

  it('are kept where they stay inside', async () => {
    const { root } = await checkoutWithLinks()
    expect(readFileSync(join(root, 'live/vpc/main.tf'), 'utf8')).toBe('inside')
    expect(readFileSync(join(root, 'live/common.tf'), 'utf8')).toBe('inside')
  })

  it('are the same the second time a commit is opened', async () => {
    const origin = createTestRepository()
    origin.link('out', '/etc')
    origin.commit({})
    const repository = await openTestRepository(origin.path)
    await repository.checkout()
    expect((await repository.checkout()).removedLinks).toEqual(['out'])
  })

  it.each([
    ['live/folder', 'leads out'],
    ['live/folder/deep', 'leads out'],
    ['../x', 'leads out'],
  ])('stop a stack at %s', async (path, why) => {
    const { root, removedLinks } = await checkoutWithLinks()
    const attempt = pathInCheckout(root, path, removedLinks)
    await expect(attempt).rejects.toMatchObject({ code: 'PATH_OUTSIDE_CHECKOUT' })
    await expect(attempt).rejects.toThrow(why)
  })

  it('stop a stack in a folder that is scanned in place too', async () => {
    const root = createTestRepository().path
    const { link } = createTestRepository(root)
    link('out', '/etc')
    await expect(pathInCheckout(root, 'out')).rejects.toMatchObject({ code: 'PATH_OUTSIDE_CHECKOUT' })
    await expect(pathInCheckout(root, 'missing')).rejects.toMatchObject({ code: 'NOT_A_DIRECTORY' })
    expect(await pathInCheckout(root, '.')).toBe(root)
  })

  it('show a tree nothing of what is outside', async () => {
    const root = tempFolder()
    const { link } = createTestRepository(root)
    mkdirSync(join(root, 'node_modules/x'), { recursive: true })
    mkdirSync(join(root, '.terraform/modules'), { recursive: true })
    for (const file of ['node_modules/x/a.tf', '.terraform/modules/a.tf', 'main.tf'])
      writeFileSync(join(root, file), 'x')
    writeFileSync(join(root, 'latin1.tf'), Buffer.from([0xe9]))
    link('out.tf', '/etc/passwd')
    link('in.tf', 'main.tf')
    const tree = await treeOf(root)
    expect(tree.files).toEqual(['in.tf', 'latin1.tf', 'main.tf'])
    expect(await tree.readText('out.tf')).toBeNull()
    expect(await tree.readText('../../../../../etc/passwd')).toBeNull()
    expect(await tree.readText('latin1.tf')).toBeNull()
    expect(await tree.readText('in.tf')).toBe('x')
  })
})

describe('a repository too large (fault 43)', () => {
  it.each([
    ['files', { ...DEFAULT_TREE_LIMITS, maxFiles: 3 }],
    ['bytes', { ...DEFAULT_TREE_LIMITS, maxBytes: 1_000 }],
  ])('is not written, by its %s', async (_, limits) => {
    const origin = createTestRepository()
    origin.commit({ a: 'x'.repeat(400), b: 'x'.repeat(400), c: 'x'.repeat(400), d: '' })
    const attempt = (await openTestRepository(origin.path, { limits })).checkout()
    await expect(attempt).rejects.toMatchObject({ code: 'CHECKOUT_FAILED' })
    await expect(attempt).rejects.toThrow('does not check it out')
  })

  it('is not written where trees multiply', async () => {
    const origin = createTestRepository()
    origin.commit({ 'a/x': '' })
    let tree = origin.git('rev-parse', 'HEAD:a')
    for (let level = 0; level < 8; level++) {
      const lines = Array.from({ length: 10 }, (_, i) => `040000 tree ${tree}\td${i}\n`).join('')
      writeFileSync(join(origin.path, 'lines'), lines)
      tree = origin.git('-c', `alias.mk=!git mktree < ${join(origin.path, 'lines')}`, 'mk')
    }
    origin.git('update-ref', 'refs/heads/main', origin.git('commit-tree', tree, '-m', 'bomb'))
    const limits = { ...DEFAULT_TREE_LIMITS, maxFiles: 10_000 }
    const attempt = (await openTestRepository(origin.path, { limits })).checkout()
    await expect(attempt).rejects.toMatchObject({ code: 'CHECKOUT_FAILED' })
  })

  it('is not mirrored, and leaves nothing behind', async () => {
    const origin = createTestRepository()
    origin.commit({ a: randomBytes(200_000).toString('base64') })
    const dataFolder = join(tempFolder(), 'data')
    const limits = { ...DEFAULT_TREE_LIMITS, maxMirrorBytes: 100_000 }
    const repository = await openTestRepository(origin.path, { limits, dataFolder })
    const attempt = repository.checkout()
    await expect(attempt).rejects.toMatchObject({ code: 'CHECKOUT_FAILED' })
    await expect(attempt).rejects.toThrow('does not mirror it')
    const [folder = ''] = readdirSync(join(dataFolder, 'repositories'))
    const left = readdirSync(join(dataFolder, 'repositories', folder))
    expect(left.filter((name) => name.startsWith('mirror'))).toEqual([])
  })

  it('holds names that differ in case only, and both are there', async () => {
    const origin = createTestRepository()
    origin.commit({ 'A.tf': '1', 'a.tf': '2' })
    const { root } = await (await openTestRepository(origin.path)).checkout()
    expect((await treeOf(root)).files).toEqual(['A.tf', 'a.tf'])
  })
})
