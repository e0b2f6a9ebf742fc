import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ERROR_CODES } from '../src/domain/errors.js'
import { CONTRACTS, MAY_IMPORT, NAMES_A_PROVIDER } from './helpers/rooms.js'
import {
  findCycles,
  listFiles,
  REPOSITORY_ROOT,
  readSources,
  type SourceFile,
} from './helpers/source-tree.js'

const MAX_LINES = 300
const files = await readSources(['src', 'providers', 'scripts', 'bench', 'test'])
const product = files.filter((file) => /^(src|providers)\//.test(file.path))

describe('direction of imports', () => {
  it('lets every room import only what it may', () => {
    expect(product.flatMap(wrongImports)).toEqual([])
  })

  it('knows every room', () => {
    const rooms = new Set(product.map((file) => roomOf(file.path)))
    const known = (room: string) => room in MAY_IMPORT || /^providers(\/[a-z-]+)?$/.test(room)
    expect([...rooms].filter((room) => !known(room))).toEqual([])
  })

  it('has no cycle, type imports included', () => {
    expect(findCycles(files)).toEqual([])
  })

  it('keeps the domain free of input and output, clocks and randomness', () => {
    const domain = files.filter((file) => file.path.startsWith('src/domain/'))
    expect(domain.flatMap((file) => file.packages.map((name) => `${file.path}: ${name}`))).toEqual([
      'src/domain/fingerprint.ts: node:crypto',
    ])
    const impure =
      /\b(?:Date\.now|new Date\(\)|Math\.random|randomUUID|randomBytes|performance\.now|process\.)/
    expect(domain.filter((file) => impure.test(file.text)).map((file) => file.path)).toEqual([])
  })

  it('lets only tests, scripts and benchmarks import each other', () => {
    const outside = product.flatMap((file) =>
      file.imports
        .filter((path) => /^(test|scripts|bench|stacks)\//.test(path))
        .map((path) => `${file.path} -> ${path}`),
    )
    expect(outside).toEqual([])
  })
})

describe('one place for each thing', () => {
  it('starts programs in src/lib/run-command.ts only', () => {
    expect(importersOf(/^(node:)?child_process$|^execa$|^node-pty$/)).toEqual(['src/lib/run-command.ts'])
  })

  it('speaks HTTP to others in src/lib/http.ts only', () => {
    const clients = importersOf(/^(node:)?https?$|^undici$|^axios$|^got$/)
    const fetching = product.filter((file) => callsFetch(file.text)).map((file) => file.path)
    const allowed = new Set(['src/lib/http.ts'])
    expect(
      [...clients, ...fetching].filter((path) => !allowed.has(path) && !path.startsWith('src/server/')),
    ).toEqual([])
  })

  it('has one folder and one line in the list for each provider', async () => {
    const entries = await readdir(join(REPOSITORY_ROOT, 'providers'), { withFileTypes: true })
    const folders = entries
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort()
    const list = files.find((file) => file.path === 'providers/index.ts')
    const lines = (list?.imports ?? [])
      .map((path) => /^providers\/([^/]+)\/index\.ts$/.exec(path)?.[1])
      .filter((name) => name !== undefined)
      .sort()
    expect(lines).toEqual(folders)
  })

  it('has one folder and one line in the list for each type of channel', () => {
    const folders = product
      .map(({ path }) => /^src\/alert\/([^/]+)\/index\.ts$/.exec(path)?.[1])
      .filter((name) => name !== undefined)
      .sort()
    const list = files.find((file) => file.path === 'src/alert/index.ts')
    const lines = (list?.imports ?? [])
      .map((path) => /^src\/alert\/([^/]+)\/index\.ts$/.exec(path)?.[1])
      .filter((name) => name !== undefined)
      .sort()
    expect(lines).toEqual(folders)
    expect(folders.length).toBeGreaterThan(0)
  })

  it('names no provider in the core', () => {
    const core = product.filter(
      (file) => file.path.startsWith('src/') && !NAMES_A_PROVIDER.some((rule) => matches(rule, file.path)),
    )
    const naming = core.filter((file) => /['"`](terraform|ansible)['"`]/.test(withoutComments(file.text)))
    expect(naming.map((file) => file.path)).toEqual([])
  })
})

describe('style', () => {
  it(`keeps every file of code within ${MAX_LINES} lines`, () => {
    const long = files.filter((file) => lineCount(file.text) > MAX_LINES)
    expect(long.map((file) => `${file.path}: ${lineCount(file.text)} lines`)).toEqual([])
  })

  it('names files in kebab-case', () => {
    const odd = files.filter(
      (file) => !/^([a-z0-9-]+\/)*[a-z0-9]+(-[a-z0-9]+)*(\.test|\.d)?\.m?tsx?$/.test(file.path),
    )
    expect(odd.map((file) => file.path)).toEqual([])
  })

  it('has no enums, no barrels and no catch-all names', () => {
    const barrels = product.filter((file) => /^export \* from /m.test(file.text))
    const enums = files.filter((file) => /^\s*(export )?(const )?enum /m.test(withoutComments(file.text)))
    const named = product.filter((file) => /class \w*(Manager|Helper|Service|Util)\b/.test(file.text))
    const catchAll = product.filter((file) => /\/(types|utils?|common|helpers?)\.ts$/.test(file.path))
    expect([...barrels, ...enums, ...named, ...catchAll].map((file) => file.path)).toEqual([])
  })

  it('leaves no note for later without an issue', () => {
    const notes = files.filter((file) =>
      new RegExp(`\\b(${'TO'}DO|${'FIX'}ME)\\b(?!\\(#\\d+\\))`).test(file.text),
    )
    expect(notes.map((file) => file.path)).toEqual([])
  })

  it('knows no path of the machine it was written on', async () => {
    const machine = new RegExp(
      ['opt/tf', 'root/[.](?:pyenv|terraformrc)', 'work/(?:main|shared)']
        .map((it) => `[^\\w.]/${it}`)
        .join('|'),
    )
    const texts = [...files, ...(await textFiles(['bin', 'docs', 'stacks', 'test/fixtures']))]
    expect(texts.filter((file) => machine.test(file.text)).map((file) => file.path)).toEqual([])
  })
})

describe('docs/errors.md', () => {
  it('explains every error code and no other', async () => {
    const text = await readFile(join(REPOSITORY_ROOT, 'docs/errors.md'), 'utf8')
    const headings = [...text.matchAll(/^### (\S+)\s*$/gm)].map((match) => match[1])
    expect(headings.toSorted()).toEqual(Object.keys(ERROR_CODES).toSorted())
  })

  it('says something under every heading', async () => {
    const text = await readFile(join(REPOSITORY_ROOT, 'docs/errors.md'), 'utf8')
    const sections = text.split(/^### /m).slice(1)
    expect(sections.filter((section) => section.split('\n').slice(1).join('').trim().length < 20)).toEqual([])
  })

  it('has no code that nothing gives', () => {
    const texts = product.filter((file) => file.path !== 'src/domain/errors.ts').map((file) => file.text)
    const unused = Object.keys(ERROR_CODES).filter(
      (code) => !texts.some((text) => text.includes(`'${code}'`)),
    )
    expect(unused).toEqual([])
  })
})

function wrongImports(file: SourceFile): readonly string[] {
  return file.imports.filter((path) => !mayImport(file.path, path)).map((path) => `${file.path} -> ${path}`)
}

function mayImport(from: string, to: string): boolean {
  if (to.startsWith('src/domain/')) return true
  if (CONTRACTS.includes(from) || from.startsWith('src/domain/')) return false
  if (to.startsWith('src/lib/') || CONTRACTS.includes(to) || roomOf(from) === roomOf(to)) return true
  if (to.startsWith('providers/') && from.startsWith('src/')) {
    return NAMES_A_PROVIDER.some((rule) => matches(rule, from))
  }
  if (from === 'providers/index.ts') return /^providers\/[a-z-]+\/index\.ts$/.test(to)
  return MAY_IMPORT[roomOf(from)]?.includes(roomOf(to)) ?? false
}

/** `src/scan`, `src/app.ts`, `providers/terraform`; the list of providers is a room of its own, `providers`. */
function roomOf(path: string): string {
  const parts = path.split('/')
  return parts.length === 2 && parts[0] === 'providers' ? 'providers' : parts.slice(0, 2).join('/')
}

function matches(rule: string | RegExp, path: string): boolean {
  return typeof rule === 'string' ? rule === path : rule.test(path)
}

function importersOf(name: RegExp): readonly string[] {
  return product.filter((file) => file.packages.some((it) => name.test(it))).map((file) => file.path)
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')
}

/** A call of the global `fetch`, in a file that has no function of its own by that name. */
function callsFetch(text: string): boolean {
  return /(?<![.\w#])fetch\(/.test(text) && !/function fetch\(/.test(text)
}

function lineCount(text: string): number {
  return text.trimEnd().split('\n').length
}

async function textFiles(folders: readonly string[]): Promise<readonly { path: string; text: string }[]> {
  const paths = (await Promise.all(folders.map((folder) => listFiles(folder)))).flat()
  return Promise.all(
    paths.map(async (path) => ({ path, text: await readFile(join(REPOSITORY_ROOT, path), 'utf8') })),
  )
}
