import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type BuiltPackage, buildPackage } from '../helpers/built-package.js'

const coverageSchema = z.object({ result: z.array(z.object({ url: z.string() })) })
const HEAVY = /\/node_modules\/(?:zod|kysely|better-sqlite3|execa|yaml|pino|web-tree-sitter|semver|diff)\//

let built: BuiltPackage
beforeAll(() => {
  built = buildPackage()
})
afterAll(() => built.remove())

/** The files that a command loads, as V8 itself lists them. */
function loadedFiles(command: string, ...args: readonly string[]): readonly string[] {
  const folder = mkdtempSync(join(built.folder, 'coverage-'))
  const env = { PATH: process.env.PATH ?? '', NODE_V8_COVERAGE: folder }
  execFileSync(process.execPath, [join(built.bin, command), ...args], { env, stdio: 'pipe' })
  return readdirSync(folder)
    .flatMap((file) => coverageSchema.parse(JSON.parse(readFileSync(join(folder, file), 'utf8'))).result)
    .map(({ url }) => url)
    .filter((url) => url.startsWith('file:'))
}

describe('starting', () => {
  it.each(['driftd', 'terradiff', 'ansiblediff'])(
    'loads four files and no package for %s --version',
    (command) => {
      const files = loadedFiles(command, '--version')
      expect(files.filter((file) => file.includes('/node_modules/'))).toEqual([])
      expect(files).toHaveLength(4)
    },
  )

  it.each([
    ['driftd', '--help'],
    ['driftd', 'scan', '--help'],
    ['driftd', 'init', '--help'],
    ['driftd', 'doctor', '--help'],
    ['terradiff', '--help'],
    ['ansiblediff', '--help'],
  ])('shows help without loading what the command does: %s %s', (command, ...args) => {
    const files = loadedFiles(command, ...args)
    expect(files.filter((file) => HEAVY.test(file.replace(/.*(?=\/node_modules\/)/, '')))).toEqual([])
    expect(files.filter((file) => file.endsWith('/dist/src/app.js'))).toEqual([])
  })
})
