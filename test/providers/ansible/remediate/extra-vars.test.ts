import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parseAnsibleOptions } from '../../../../providers/ansible/options.js'
import { readExtraVars } from '../../../../providers/ansible/remediate/extra-vars.js'
import { tempFolder } from '../../../lib/temp-folder.js'

const optionsWith = (extraVars?: unknown) =>
  parseAnsibleOptions({ playbook: 'site.yml', ...(extraVars === undefined ? {} : { extraVars }) })

it('tells extra variables apart by what they say, also in files', async () => {
  const folder = tempFolder()
  const outside = join(tempFolder(), 'vars.yml')
  const texts = [
    await readExtraVars(optionsWith(), folder),
    await readExtraVars(optionsWith({ a: 1 }), folder),
    await readExtraVars(optionsWith({ a: 2 }), folder),
    await readExtraVars(optionsWith(['a=1']), folder),
  ]
  for (const text of ['a: 1\n', 'a: 2\n']) {
    writeFileSync(outside, text)
    writeFileSync(join(folder, 'vars.yml'), text)
    texts.push(await readExtraVars(optionsWith([`@${outside}`]), folder))
    texts.push(await readExtraVars(optionsWith(['@vars.yml']), folder))
  }
  expect(new Set(texts).size).toBe(8)
  expect(await readExtraVars(optionsWith(['@vars.yml']), folder)).toBe(texts.at(-1))
})

it('binds nothing that cannot be read', async () => {
  await expect(readExtraVars(optionsWith(['@gone.yml']), tempFolder())).rejects.toMatchObject({
    code: 'REMEDIATION_UNSUPPORTED',
    message: expect.stringContaining('gone.yml'),
  })
})
