import { describe, expect, it } from 'vitest'
import { type CutDecision, cutJson, MAX_DEPTH } from '../../../../providers/terraform/plan-json/cut-json.js'
import { chunksOf } from '../../../helpers/build-plan.js'

/** Enters `list` and what is in `deep`, takes everything else. */
function decide(path: readonly string[]): CutDecision {
  if (path[0] === 'skipped') return 'skip'
  return path.length === 1 && (path[0] === 'list' || path[0] === 'deep') ? 'enter' : 'take'
}

async function cut(text: string | Buffer, size?: number): Promise<readonly (readonly [string, unknown])[]> {
  const taken: (readonly [string, unknown])[] = []
  await cutJson(chunksOf(text, size), {
    decide,
    take: (path, bytes) => void taken.push([path.join('/'), JSON.parse(bytes.toString())]),
  })
  return taken
}

const TRICKY = {
  number: -1.5e10,
  yes: true,
  nothing: null,
  skipped: { 'a]}"\\': ['\\"', '}{', { deep: ['\\\\'] }], empty: {} },
  list: [1, 'two "quoted" \\ ] }', { three: [3, '}'] }, [], 'ü€😀'],
  deep: { 'key "with" \\ € 😀': { x: '\\' }, list: [] },
  'empty list': [],
  last: 'end\\\\',
}

const EXPECTED = [
  ['number', -1.5e10],
  ['yes', true],
  ['nothing', null],
  ...TRICKY.list.map((value) => ['list/*', value]),
  ['deep/key "with" \\ € 😀', { x: '\\' }],
  ['deep/list', []],
  ['empty list', []],
  ['last', 'end\\\\'],
]

describe('cutJson', () => {
  it.each([1, 2, 3, 5, 7, 64, 4096])(
    'cuts the same values wherever the chunks end (%i bytes)',
    async (size) => {
      expect(await cut(JSON.stringify(TRICKY), size)).toEqual(EXPECTED)
      expect(await cut(JSON.stringify(TRICKY, null, 2), size)).toEqual(EXPECTED)
    },
  )

  it('passes over a byte order mark, also in pieces', async () => {
    expect(await cut('\ufeff{"a":1}', 1)).toEqual([['a', 1]])
  })

  it('cuts a value that is larger than its first window', async () => {
    const large = 'x'.repeat(3 * 1024 * 1024)
    expect(await cut(JSON.stringify({ list: [large, 1] }), 100_000)).toEqual([
      ['list/*', large],
      ['list/*', 1],
    ])
  })

  it('takes keys that objects have by nature as any others', async () => {
    expect(await cut('{"__proto__":{"a":1},"constructor":2}')).toEqual([
      ['__proto__', { a: 1 }],
      ['constructor', 2],
    ])
  })

  it.each([
    ['is empty', '', 'OUTPUT_INVALID'],
    ['is only blanks', ' \n\t', 'OUTPUT_INVALID'],
    ['is only a byte order mark', '\ufeff', 'OUTPUT_INVALID'],
    ['is no object', '[1]', 'OUTPUT_INVALID'],
    ['is text', 'Error: no', 'OUTPUT_INVALID'],
    ['has a second document behind it', '{"a":1}{"a":1}', 'OUTPUT_INVALID'],
    ['has no value', '{"a":}', 'OUTPUT_INVALID'],
    ['has no colon', '{"a" 1}', 'OUTPUT_INVALID'],
    ['ends in a string', '{"a":"b', 'OUTPUT_TRUNCATED'],
    ['ends in an escape', '{"a":"b\\', 'OUTPUT_TRUNCATED'],
    ['ends in a key', '{"a', 'OUTPUT_TRUNCATED'],
    ['ends in a number', '{"a":1', 'OUTPUT_TRUNCATED'],
    ['ends in a taken value', '{"a":{"b":[1,2', 'OUTPUT_TRUNCATED'],
    ['ends in a skipped value', '{"skipped":{"b":[1,2', 'OUTPUT_TRUNCATED'],
    ['ends between elements', '{"list":[1,', 'OUTPUT_TRUNCATED'],
    ['lacks its last brace', '{"list":[1]', 'OUTPUT_TRUNCATED'],
  ])('refuses a document that %s', async (_, text, code) => {
    await expect(cut(text, 3)).rejects.toMatchObject({ code })
  })

  it('refuses what is not UTF-8, also in what it skips', async () => {
    const latin = Buffer.from('{"skipped":["\xe9\xe8 "]}', 'latin1')
    await expect(cut(latin)).rejects.toMatchObject({ code: 'OUTPUT_INVALID' })
    await expect(cut(Buffer.from('{"a":1}', 'utf16le'))).rejects.toMatchObject({ code: 'OUTPUT_INVALID' })
  })

  it('refuses what is nested too deep for recursion', async () => {
    const deep = `${'['.repeat(MAX_DEPTH + 1)}${']'.repeat(MAX_DEPTH + 1)}`
    await expect(cut(`{"skipped":${deep}}`)).rejects.toMatchObject({ code: 'OUTPUT_INVALID' })
    await expect(cut(`{"a":${deep}}`, 10)).rejects.toMatchObject({ code: 'OUTPUT_INVALID' })
  })
})
