import { Command } from 'commander'
import { addLazyCommands, type LazyCommand } from './lazy-command.js'
import { runMain } from './run-main.js'
import { readVersion } from './version.js'

const EXAMPLES = `
Examples:
  driftd init                    find the stacks of this repository, write driftd.yaml
  driftd doctor                  is everything there that a scan needs
  driftd scan                    scan every stack of ./driftd.yaml
  driftd scan 'prod/*'           scan the stacks of production
  driftd serve                   scan on schedule, until it is stopped
  driftd status                  what every stack looked like last time
  driftd show prod/network       one stack in full
  driftd remediate prod/network  propose what puts it right, or see where that stands
  driftd history prod/network    what drifted when, and how it was resolved

Exit codes: 0 in sync, 2 drift, 1 error, 3 refused by the gate, 4 incomplete, 130 interrupted.`

/** Every command of driftd, in the order of the help. */
const COMMANDS: readonly LazyCommand[] = [
  {
    name: 'init',
    description: 'find the stacks of this repository, write a commented driftd.yaml',
    load: async () => (await import('./init.js')).defineInit,
  },
  {
    name: 'doctor',
    description: 'are engines, store, key and Git remotes usable; each problem with its fix',
    load: async () => (await import('./doctor.js')).defineDoctor,
  },
  {
    name: 'scan',
    description: 'scan all configured stacks, or those named, now',
    arguments: { '[stack...]': 'names or globs' },
    load: async () => (await import('./scan.js')).defineScan,
  },
  {
    name: 'serve',
    description: 'the daemon: scan on schedule and after commits, alert, metrics and API',
    load: async () => (await import('./serve.js')).defineServe,
  },
  {
    name: 'status',
    description: 'every stack: status, open drift, age of the last good scan',
    load: async () => (await import('./status.js')).defineStatus,
  },
  {
    name: 'show',
    description: 'one stack or one record in full',
    arguments: { '<stack|record>': 'the name of a stack, or the id of a record' },
    load: async () => (await import('./show.js')).defineShow,
  },
  {
    name: 'history',
    description: 'what drifted when in a stack, and how it was resolved',
    arguments: { '<stack>': 'the name of a stack' },
    load: async () => (await import('./history.js')).defineHistory,
  },
  {
    name: 'ack',
    description: 'acknowledge a drift until it changes',
    arguments: { '<record>': 'the id of a record, or its beginning' },
    load: async () => (await import('./ack.js')).defineAck,
  },
  {
    name: 'ignore',
    description: "write a rule that accepts a record into the repository's .driftd.yaml",
    arguments: { '[record]': 'the id of a record, or its beginning' },
    load: async () => (await import('./ignore.js')).defineIgnore,
  },
  {
    name: 'alerts',
    description: 'try a channel, see what would be told and what was not delivered',
    load: async () => (await import('./alerts.js')).defineAlerts,
  },
  {
    name: 'remediate',
    description: 'advance the remediation of a stack: propose, wait, verify the approval, apply, verify',
    arguments: { '<stack>': 'the name of a stack' },
    load: async () => (await import('./remediate.js')).defineRemediate,
  },
  {
    name: 'gate',
    description: 'every check on a request, passed or failed, with its evidence',
    load: async () => (await import('./gate.js')).defineGate,
  },
  {
    name: 'freeze',
    description: 'the kill switch: nothing is carried out while it is on',
    load: async () => (await import('./freeze.js')).defineFreeze,
  },
  {
    name: 'unfreeze',
    description: 'acknowledge that the history of a repository was rewritten',
    arguments: { '<repository>': 'its name in driftd.yaml' },
    load: async () => (await import('./unfreeze.js')).defineUnfreeze,
  },
  {
    name: 'keys',
    description: 'the public key that requests are signed with',
    load: async () => (await import('./keys.js')).defineKeys,
  },
  {
    name: 'audit',
    description: 'is the log of requests and deeds whole',
    load: async () => (await import('./audit.js')).defineAudit,
  },
  {
    name: 'backup',
    description: 'a checked copy of the store, also while the daemon runs',
    arguments: { '<file>': 'where the copy goes' },
    load: async () => (await import('./backup.js')).defineBackup,
  },
  {
    name: 'config',
    description: 'check driftd.yaml, or print its JSON Schema',
    load: async () => (await import('./config.js')).defineConfig,
  },
  {
    name: 'completion',
    description: 'a script that completes commands, options and names of stacks',
    load: async () => (await import('./completion.js')).defineCompletion,
  },
]

/** Runs `driftd` with a command line. */
export async function runDriftd(argv: readonly string[]): Promise<void> {
  await runMain(await buildDriftd(argv), argv)
}

/** The program `driftd`, with those commands in full that the command line names. */
export async function buildDriftd(argv: readonly string[]): Promise<Command> {
  const words = argv.slice(2)
  const program = new Command('driftd')
    .description('Tells you when your infrastructure no longer is what Git says it is')
    .version(readVersion(), '-V, --version')
    .addHelpText('after', EXAMPLES)
  await addLazyCommands(program, COMMANDS, words)
  if (words[0] === '__complete') {
    const { defineComplete } = await import('./completion/complete.js')
    defineComplete(program, (asked) => buildDriftd(['', '', ...asked]))
  }
  return program
}
