import { decideCoverage } from '../../../../providers/ansible/coverage.js'
import { PlaybookView } from '../../../../providers/ansible/playbook-view.js'
import { readEvents } from '../../../../providers/ansible/read-events.js'
import { decideInvalidity } from '../../../../providers/ansible/validity.js'

/** Reads the events of the file named on the command line and prints what they add up to, with its own memory. */
const context = {
  stack: 'fleet',
  key: Buffer.alloc(32),
  root: '/repository',
  commit: 'one',
  code: null,
  baseline: null,
}
const view = new PlaybookView(context)
await readEvents(process.argv[2] ?? '', (event) => view.take(event))
const { coverage, ratio } = decideCoverage(view)
const summary = {
  code: decideInvalidity(view)?.code ?? null,
  findings: view.findings.length,
  verified: coverage.verified,
  applicable: coverage.applicable,
  unverified: coverage.unverified.length,
  ratio,
  baselineBytes: view.nextBaseline().length,
  // maxRSS is in KiB (getrusage(2) on Linux)
  maxRssMiB: process.resourceUsage().maxRSS / 1024,
}
process.stdout.write(JSON.stringify(summary))
