import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { mkdir, open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DriftError } from '../domain/errors.js'
import { makeScratchFolder } from '../lib/private-folder.js'
import { runCommand } from '../lib/run-command.js'
import { classifySignature, SIGNATURE_FORMAT } from './classify-signature.js'
import { gitEnvironment, type Variables } from './git-environment.js'
import { SCRATCH } from './remote.js'
import { gitOutput } from './run-git.js'

/** Whose signatures count; at least one of the two. */
export interface Signers {
  /** Absolute path of an allowed-signers file of ssh-keygen(1). */
  readonly allowedSigners: string | null
  /** Absolute path of exported OpenPGP public keys, armored or not. */
  readonly gpgKeyring: string | null
}

/** The signers as their files are now. */
export interface SignatureRules {
  /** Another one whenever a file is. */
  readonly id: string
  /** Why a commit of the mirror does not count as signed, in words that follow "commit X"; null: it does. */
  problemOf(commit: string): Promise<string | null>
}

/** Where signatures are checked. */
export interface SignatureContext {
  readonly signers: Signers
  readonly mirrorPath: string
  /** Private folder of the repository. */
  readonly folder: string
  readonly callerEnv: Variables
}

const TIMEOUT_MS = 60_000
const MAX_FILE_BYTES = 16 * 1024 * 1024
/** No keys but those of the file, trusted as they are; nothing is looked up, asked or left running. */
const GPG_CONF = 'trust-model always\nno-auto-key-retrieve\nno-autostart\nno-default-keyring\n'
const KEYS = 'keys.gpg'
const ARMORED = 'keys.asc'
/** Ends without a word for what it is told: what stands in for a program that must not be asked. */
const NOBODY = 'false'

/** Reads the files of the signers. Throws SIGNERS_UNUSABLE where one cannot be read. */
export async function loadSignatureRules(context: SignatureContext): Promise<SignatureRules> {
  const files = await readFiles(context.signers)
  const hash = createHash('sha256')
  for (const file of [files.ssh, files.gpg])
    hash.update(file === null ? '-' : `+${file.length}\0`).update(file ?? '')
  return {
    id: `sha256:${hash.digest('hex')}`,
    problemOf: (commit) =>
      withSigners(context, files, async ({ folder, settings, env }) => {
        const options = settings.flatMap((setting) => ['-c', setting])
        const log = ['log', '-1', '--no-walk', `--format=${SIGNATURE_FORMAT}`, commit, '--']
        const args = [...options, `--git-dir=${context.mirrorPath}`, ...log]
        const { callerEnv } = context
        const request = { args, cwd: folder, network: null, callerEnv, env, timeoutMs: TIMEOUT_MS }
        const what = `the signature of ${commit} could not be read`
        return classifySignature((await gitOutput(request, 'HISTORY_UNREADABLE', what)).trim())
      }),
  }
}

/** Could signatures be judged? Throws SIGNERS_UNUSABLE where they could not. */
export async function checkSigners(context: Omit<SignatureContext, 'mirrorPath'>): Promise<void> {
  await withSigners(context, await readFiles(context.signers), async () => {})
}

interface SignerFiles {
  readonly ssh: Buffer | null
  readonly gpg: Buffer | null
}

/** What makes Git know the signers and no others. */
interface PreparedSigners {
  readonly folder: string
  readonly settings: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

type Place = Omit<SignatureContext, 'mirrorPath'>

async function withSigners<T>(
  context: Place,
  files: SignerFiles,
  fn: (prepared: PreparedSigners) => Promise<T>,
): Promise<T> {
  const scratch = await makeScratchFolder(join(context.folder, SCRATCH))
  const folder = scratch.path
  try {
    const ssh = await prepareSsh(files.ssh, folder, context)
    const gpg = await prepareGpg(files.gpg, folder, context)
    return await fn({
      folder,
      settings: [...ssh, ...gpg.settings, `gpg.x509.program=${NOBODY}`],
      env: gpg.env,
    })
  } finally {
    await scratch.remove()
  }
}

async function prepareSsh(
  signers: Buffer | null,
  folder: string,
  context: Place,
): Promise<readonly string[]> {
  if (signers === null) return [`gpg.ssh.program=${NOBODY}`]
  const path = join(folder, 'allowed-signers')
  await writeFile(path, signers, { mode: 0o600 })
  // prints how it is used; without it Git would call every signature a bad one
  await runTool('ssh-keygen', ['-Y'], { folder, context, what: 'allowedSigners needs OpenSSH' })
  return [`gpg.ssh.allowedSignersFile=${path}`]
}

async function prepareGpg(
  keyring: Buffer | null,
  folder: string,
  context: Place,
): Promise<Omit<PreparedSigners, 'folder'>> {
  if (keyring === null)
    return { settings: [`gpg.program=${NOBODY}`, `gpg.openpgp.program=${NOBODY}`], env: {} }
  const home = join(folder, 'gnupg')
  await mkdir(home, { mode: 0o700 })
  // nothing is imported: that would need an agent, whose socket may have no name longer than 107 bytes
  await writeFile(join(home, 'gpg.conf'), `${GPG_CONF}keyring "${join(home, KEYS)}"\n`, { mode: 0o600 })
  const isArmored = keyring.toString('latin1').trimStart().startsWith('-----BEGIN PGP')
  await writeFile(join(home, isArmored ? ARMORED : KEYS), keyring, { mode: 0o600 })
  const run = (...args: readonly string[]) => {
    const all = ['--homedir', home, '--batch', '--no-tty', '--quiet', ...args]
    return runTool('gpg', all, { folder, context, what: 'gpgKeyring needs GnuPG' })
  }
  if (isArmored) await run('--output', join(home, KEYS), '--dearmor', '--', join(home, ARMORED))
  const { exitCode, stdout } = await run('--list-keys', '--with-colons')
  if (exitCode === 0 && /^pub:/m.test(stdout)) return { settings: [], env: { GNUPGHOME: home } }
  const why = `gpg finds no public key in the keyring ${context.signers.gpgKeyring}`
  throw unusable(`${why}: write it with gpg --export, without secret keys`)
}

async function runTool(
  command: string,
  args: readonly string[],
  use: { readonly folder: string; readonly context: Place; readonly what: string },
) {
  const env = gitEnvironment(use.context.callerEnv, null)
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  try {
    return await runCommand({ command, args, cwd: use.folder, env, stdout: { kind: 'text' }, signal })
  } catch (error) {
    if (!(error instanceof DriftError) || error.code !== 'ENGINE_MISSING') throw error
    throw unusable(`${use.what}, and there is no ${command}: install it, or put it on PATH`, error)
  }
}

async function readFiles({ allowedSigners, gpgKeyring }: Signers): Promise<SignerFiles> {
  return { ssh: await readSigners(allowedSigners), gpg: await readSigners(gpgKeyring) }
}

async function readSigners(path: string | null): Promise<Buffer | null> {
  if (path === null) return null
  try {
    // without O_NONBLOCK a FIFO without a writer would hold the program for ever
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const stat = await file.stat()
      if (stat.isFile() && stat.size <= MAX_FILE_BYTES) return await file.readFile()
      throw unusable(`the file of signers ${path} is no regular file, or over 16 MiB: name the right one`)
    } finally {
      await file.close()
    }
  } catch (error) {
    if (error instanceof DriftError) throw error
    const code = (error as NodeJS.ErrnoException).code
    throw unusable(`the file of signers ${path} cannot be read (${code}): check path and rights`, error)
  }
}

function unusable(message: string, cause?: unknown): DriftError {
  return new DriftError('SIGNERS_UNUSABLE', message, { cause })
}
