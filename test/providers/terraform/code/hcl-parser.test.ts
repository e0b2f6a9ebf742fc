import { describe, expect, it } from 'vitest'
import { parseHcl } from '../../../../providers/terraform/code/hcl-parser.js'

describe('parseHcl', () => {
  it('answers many at once, each with its own', async () => {
    const texts = Array.from({ length: 50 }, (_, index) => `name = "n${index}"\n`)
    const values = await Promise.all(texts.map((text, index) => parseHcl(`${index}.tfvars`, text)))
    expect(values).toEqual(texts.map((_, index) => ({ name: `n${index}` })))
  })

  it('says what does not parse, and goes on', async () => {
    await expect(parseHcl('a.tf', 'resource "a" {')).rejects.toThrow(/a\.tf/)
    expect(await parseHcl('b.tf', 'x = 1')).toEqual({ x: 1 })
  })
})
