import { SaxesParser } from 'saxes'
import { describe, expect, it } from 'vitest'
import { FORMATS } from '../../../src/cli/output/formats.js'
import { buildRecord, buildScan } from '../../helpers/build-record.js'
import { HOSTILE_FAILURE, HOSTILE_SCAN, SAMPLE_RECORDS, SAMPLE_SCANS, SAMPLE_STACKS } from './sample-scans.js'

const view = {
  columns: 100,
  isColored: false,
  isAll: false,
  now: new Date('2026-11-20T12:00:00Z'),
  daemon: null,
}

describe('-o junit', () => {
  it('gives a stack in sync one case, which passed, with its coverage', () => {
    const [suites] = read(FORMATS.junit.scans([buildScan()], view))
    expect(suites?.attributes).toEqual({
      name: 'driftd',
      tests: '1',
      failures: '0',
      errors: '0',
      skipped: '0',
      time: '4.812',
    })
    const [suite] = suites?.children ?? []
    expect(suite?.attributes).toMatchObject({ name: 'prod/network', timestamp: '2026-11-20T10:17:00' })
    expect(suite?.children.map(outcomeOf)).toEqual(['scan: passed'])
    expect(suite?.children[0]?.children[0]?.text).toContain('50 of 50 verified')
  })

  it('lets every drift record fail, with what differs and where, and nothing else', () => {
    const suite = suiteOf(FORMATS.junit.scans(SAMPLE_SCANS.slice(0, 1), view))
    expect(suite.attributes).toMatchObject({ tests: '8', failures: '7', errors: '0' })
    expect(suite.children.map(outcomeOf)).toEqual([
      'scan: passed',
      'aws_vpc.changed: failure',
      'aws_vpc.deleted: failure',
      'aws_vpc.conflict: failure',
      'aws_vpc.unmanaged: failure',
      'aws_vpc.check: failure',
      'web1 · role/template [a]: failure',
      'aws_vpc.main: failure',
    ])
    const changed = suite.children[1]
    expect(changed?.attributes).toMatchObject({ classname: 'prod/network', file: 'main.tf', line: '1' })
    expect(changed?.children[0]?.attributes).toEqual({
      type: 'changed',
      message: 'changed, high: tags.Owner',
    })
    expect(changed?.children[0]?.text).toContain('tags.Owner  Git says "platform"  ->  actual "somebody"')
  })

  it('skips what is no drift, and only where all is asked for', () => {
    const suite = suiteOf(FORMATS.junit.scans(SAMPLE_SCANS.slice(0, 1), { ...view, isAll: true }))
    expect(suite.children.map(outcomeOf).filter((text) => text.endsWith('skipped'))).toEqual([
      'aws_vpc.pending: skipped',
      'aws_vpc.informational: skipped',
      'aws_vpc.accepted: skipped',
    ])
  })

  it.each([
    ['failed', 1, 'BACKEND_UNREACHABLE', 'init: no route\\nto s3'],
    ['incomplete', 2, 'incomplete', 'incomplete: 1 of 3 verified · 4.8 s'],
  ])('gives a scan that is %s an error, never a pass or a skip', (_, index, type, message) => {
    const suite = suiteOf(FORMATS.junit.scans(SAMPLE_SCANS.slice(index, index + 1), view))
    expect(suite.children.map(outcomeOf)).toEqual(['scan: error'])
    expect(suite.children[0]?.children[0]?.attributes).toEqual({ type, message })
  })

  it('names twins apart', () => {
    const records = ['a', 'b'].map((letter) => buildRecord({ id: letter.repeat(12) }))
    const suite = suiteOf(FORMATS.junit.scans([buildScan({ status: 'drifted', records })], view))
    const names = suite.children.map(({ attributes }) => attributes.name)
    expect(names).toEqual(['scan', 'aws_vpc.main (aaaaaaaaaaaa)', 'aws_vpc.main (bbbbbbbbbbbb)'])
  })

  it('is well-formed XML 1.0 whatever the names hold, and bounded', () => {
    const all = { ...view, isAll: true }
    const texts = [
      FORMATS.junit.scans([HOSTILE_SCAN, HOSTILE_FAILURE], all),
      FORMATS.junit.records(SAMPLE_RECORDS, all),
      FORMATS.junit.status(SAMPLE_STACKS, view),
      FORMATS.junit.scans([], view),
    ]
    for (const text of texts) {
      expect(() => read(text)).not.toThrow()
      expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\ufffe\uffff]/u)
    }
    expect(texts[0]?.length).toBeLessThan(400_000)
  })

  it('gives back what a name holds', () => {
    const address = `a<b>&"c"'d' ]]> \u0000`
    const suite = suiteOf(
      FORMATS.junit.scans([buildScan({ status: 'drifted', records: [buildRecord({ address })] })], view),
    )
    expect(suite.children[1]?.attributes.name).toBe(`a<b>&"c"'d' ]]> \\u0000`)
  })

  it('passes a stack in the status only where a fresh verdict says that nothing drifted', () => {
    const suite = suiteOf(FORMATS.junit.status(SAMPLE_STACKS.slice(0, 7), view))
    expect(
      suite.children.map((one) => `${one.attributes.classname} ${one.children[0]?.attributes.type}`),
    ).toEqual([
      'prod/fine undefined',
      'prod/waits undefined',
      'prod/drifts drifted',
      'prod/fails failed',
      'prod/part incomplete',
      'prod/old stale',
      'prod/new unknown',
    ])
    expect(suite.attributes).toMatchObject({ tests: '7', failures: '1', errors: '4' })
  })
})

interface Element {
  readonly name: string
  readonly attributes: Record<string, string>
  readonly children: Element[]
  text: string
}

/** The root in a list. Throws where the text is not well-formed. */
function read(xml: string): readonly Element[] {
  const root: Element = { name: '', attributes: {}, children: [], text: '' }
  const open = [root]
  const parser = new SaxesParser()
  parser.on('error', (error) => {
    throw error
  })
  parser.on('opentag', ({ name, attributes }) => {
    const element = { name, attributes, children: [], text: '' }
    open.at(-1)?.children.push(element)
    open.push(element)
  })
  parser.on('closetag', () => void open.pop())
  parser.on('text', (text) => {
    const element = open.at(-1)
    if (element) element.text += text
  })
  parser.write(xml).close()
  return root.children
}

function suiteOf(xml: string): Element {
  const suite = read(xml)[0]?.children[0]
  if (!suite) throw new Error('no suite')
  return suite
}

function outcomeOf(testCase: Element): string {
  const outcome = testCase.children.find(({ name }) => name !== 'system-out')
  return `${testCase.attributes.name}: ${outcome?.name ?? 'passed'}`
}
