import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tempFolder } from '../lib/temp-folder.js'

/** A `git` that writes its arguments down before it does what it is told. */
export function spyOnGit(): { readonly path: string; arguments(): string } {
  const folder = tempFolder()
  const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim()
  const log = join(folder, 'arguments')
  writeFileSync(join(folder, 'git'), `#!/bin/sh\necho "$@" >> '${log}'\nexec '${real}' "$@"\n`, {
    mode: 0o755,
  })
  return { path: `${folder}:${process.env.PATH}`, arguments: () => readFileSync(log, 'utf8') }
}
