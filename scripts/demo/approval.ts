import { relative } from 'node:path'
import { runProgram } from '../lab/run-program.js'
import { APPROVER, approverKey } from './approver.js'
import { runGit } from './estate.js'
import { type Estate, estateClone, gitEnvironment } from './estate-place.js'

/** A request as it stands on the remote. */
export interface FoundRequest {
  readonly branch: string
  /** The one file that the branch adds. */
  readonly path: string
  /** What the commit says to people, as Markdown. */
  readonly body: string
}

/** The request that was proposed for a stack, read from the remote. Throws unless it is exactly one file on one branch. */
export async function findRequest(estate: Estate, stack: string): Promise<FoundRequest> {
  const git = (...args: readonly string[]): Promise<string> => runGit(estate, args)
  await git('fetch', '--quiet', 'origin')
  const branches = await git(
    'for-each-ref',
    '--format=%(refname:lstrip=3)',
    `refs/remotes/origin/drift/${stack}`,
  )
  const branch = onlyOne(branches, `branch drift/${stack}/... on the remote`)
  const files = await git('diff', '--name-only', `main...origin/${branch}`)
  const body = await git('log', '-1', '--format=%b', `origin/${branch}`)
  return { branch, path: onlyOne(files, `file that ${branch} adds`), body }
}

/** What a person types in a clone of the repository to approve a request and to merge it. */
export function approvalCommands(
  { branch, path }: Pick<FoundRequest, 'branch' | 'path'>,
  { name, keyFile }: { readonly name: string; readonly keyFile: string },
): readonly string[] {
  return [
    `git fetch origin && git switch ${branch}`,
    `r=${path}`,
    `ssh-keygen -Y sign -n driftd-approval -f ${keyFile} $r`,
    `mv $r.sig $r.${name}.sig`,
    `git add $r.${name}.sig && git commit -m Approve`,
    'git push origin HEAD',
    'git switch main && git merge -',
    'git push origin main',
  ]
}

/** The same for the demo's approver. */
export function commandsOfApprover(estate: Estate, request: FoundRequest): readonly string[] {
  const keyFile = relative(estateClone(estate), approverKey(estate))
  return approvalCommands(request, { name: APPROVER, keyFile })
}

/** Carries the commands out as one script, which ends at the first that fails. */
export async function runCommands(estate: Estate, commands: readonly string[]): Promise<void> {
  await runProgram({
    command: '/bin/sh',
    args: ['-ec', commands.join('\n')],
    cwd: estateClone(estate),
    env: gitEnvironment(estate),
    signal: estate.signal,
  })
}

/** The part of a request's text that says what will change, in lines of at most `width` characters. */
export function whatChanges(body: string, width: number): readonly string[] {
  const lines = body.split('\n')
  const start = lines.findIndex((line) => line.startsWith('## What changes'))
  const rest = start < 0 ? [] : lines.slice(start + 1)
  const end = rest.findIndex((line) => line.startsWith('## '))
  return rest
    .slice(0, end < 0 ? undefined : end)
    .filter((line) => line !== '')
    .flatMap((line) => (line.length <= width ? [line] : line.replace(' → ', '\n    → ').split('\n')))
    .map((line) => (line.length <= width ? line : `${line.slice(0, width - 1)}…`))
}

function onlyOne(text: string, what: string): string {
  const lines = text.split('\n').filter((line) => line !== '')
  const [line] = lines
  if (line === undefined || lines.length > 1)
    throw new Error(`expected one ${what}, found ${lines.length === 0 ? 'none' : lines.join(', ')}`)
  return line
}
