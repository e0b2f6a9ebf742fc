import { Command, InvalidArgumentError } from 'commander'
import { collect, parseTimeout } from '../option-values.js'
import { withScanOptions } from '../result-options.js'
import { runMain } from '../run-main.js'
import { readVersion } from '../version.js'
import type { AnsiblediffOptions } from './compare-playbook.js'

const EXAMPLES = `
Examples:
  ansiblediff site.yml -i inventories/prod       compare one playbook with its hosts
  ansiblediff site.yml -i hosts.ini --limit web  only these hosts
  ansiblediff site.yml -i hosts.ini -o json      for programs
  ansiblediff site.yml -i hosts.ini --vault-password-file ~/.vault

Runs ansible-playbook in check mode, from the current folder, as you would: its ansible.cfg, roles and collections hold.
The report names what a check cannot see, and the tasks that really ran because the playbook says check_mode: false.
Exit codes: 0 in sync, 2 drift, 1 error, 4 incomplete, 130 interrupted.`

/** Runs `ansiblediff` with a command line. */
export async function runAnsiblediff(argv: readonly string[]): Promise<void> {
  const program = new Command('ansiblediff')
    .description('Compares one Ansible playbook with its hosts: what differs, and what a check could not see')
    .version(readVersion(), '-V, --version')
    .argument('<playbook>', 'a playbook file')
    .option('-i, --inventory <path>', 'as ansible-playbook takes it; repeat for more', collect)
    .option('-l, --limit <pattern>', 'only these hosts')
    .option('-t, --tags <tags>', 'only tasks with these tags; repeat for more', collect)
    .option('--skip-tags <tags>', 'no tasks with these tags; repeat for more', collect)
    .option('-e, --extra-vars <vars>', 'key=value, JSON or @file; repeat for more', collect)
    .option('--vault-password-file <file>', 'a file or program with the vault password')
    .option('--vault-id <label@file>', 'as ansible-playbook takes it; repeat for more', collect)
    .option('-f, --forks <number>', 'hosts read at the same time', parseForks)
    .option(
      '--min-coverage <ratio>',
      'below it on any host the result is incomplete; default 0.6',
      parseRatio,
    )
    .option('--keep-callback <name>', 'a callback plug-in that stays on; repeat for more', collect)
    .option('--engine <path>', 'the ansible-playbook to run; default: the one on PATH')
    .option('--timeout <duration>', 'such as 90s or 20m; default 15m', parseTimeout)
    .addHelpText('after', EXAMPLES)
  withScanOptions(program).action(async (playbook: string, options: AnsiblediffOptions) => {
    const { comparePlaybook } = await import('./compare-playbook.js')
    await comparePlaybook(playbook, options)
  })
  await runMain(program, argv)
}

function parseForks(text: string): number {
  const forks = Number(text)
  if (!Number.isInteger(forks) || forks < 1 || forks > 500) throw new InvalidArgumentError('must be 1 to 500')
  return forks
}

function parseRatio(text: string): number {
  const ratio = Number(text)
  if (!(ratio >= 0 && ratio <= 1)) throw new InvalidArgumentError('must be a number from 0 to 1')
  return ratio
}
