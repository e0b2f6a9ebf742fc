import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeMachine, describeMoment } from '../bench/machine.js'
import { repositoryRoot } from './lab/tool-folder.js'
import { parseProofResults, renderProofDocument } from './proof-document.js'

/** Runs the long proofs in test/prove, or those that PROVE names, and writes docs/proof.md, failures included. Exits as the proofs do. */
function main(): void {
  const machine = describeMachine()
  const moment = describeMoment()
  const wanted = (process.env.PROVE ?? '').split(',').filter((word) => word !== '')
  const folder = mkdtempSync(join(tmpdir(), 'driftd-prove-'))
  const resultFile = join(folder, 'results.json')
  try {
    const args = [
      'run',
      ...wanted,
      '--config',
      'test/prove/vitest-config.ts',
      '--reporter=default',
      '--reporter=json',
    ]
    const run = spawnSync('node_modules/.bin/vitest', [...args, `--outputFile.json=${resultFile}`], {
      cwd: repositoryRoot,
      stdio: 'inherit',
    })
    const documentFile = join(repositoryRoot, 'docs', 'proof.md')
    const former = readFileSync(documentFile, 'utf8')
    const results = parseProofResults(readFileSync(resultFile, 'utf8'))
    writeFileSync(documentFile, renderProofDocument(results, { moment, machine, former }))
    console.log(`prove: written to ${documentFile}`)
    process.exitCode = run.status ?? 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

main()
