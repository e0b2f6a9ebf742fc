import { DriftError, type ErrorCode } from '../../src/domain/errors.js'
import type { CommandOutcome } from '../../src/lib/run-command.js'

/** Words of Ansible's own errors. They choose the code of a failure, never a verdict: no run that fails is a scan. */
const TABLE: readonly (readonly [RegExp, ErrorCode, string])[] = [
  [
    /no vault secrets found|Decryption failed|vault password file .* (?:was not found|not found)|no vault secrets were found/i,
    'VAULT_PASSWORD_MISSING',
    'set vaultPasswordFile or vaultIds',
  ],
  [/the role '.*' was not found/i, 'ROLE_MISSING', 'put it beside the playbook or install it'],
  [
    /couldn't resolve module\/action '[\w]+\.[\w]+\.[\w.]+'|could not find collection|unable to locate collection/i,
    'COLLECTION_MISSING',
    'install the collection',
  ],
  [/couldn't resolve module\/action/i, 'MODULE_MISSING', 'correct the name or install the module'],
  [
    /as an inventory source|no inventory was parsed|completely failed to parse|unable to parse .*inventory|Failed to parse .* with .* plugin/i,
    'INVENTORY_INVALID',
    'mend the inventory',
  ],
  [
    /does not match any hosts|no hosts matched|leaves us with no hosts/i,
    'NO_HOSTS_MATCHED',
    'correct the limit or the inventory',
  ],
  [/requires the locale encoding/i, 'ENGINE_FAILED', 'set LANG to a UTF-8 locale such as C.UTF-8'],
  [/the playbook: .* could not be found/i, 'PLAYBOOK_NOT_FOUND', 'correct the path'],
]

/** Exit codes of ansible-playbook that mean that it could not read what it was given (facts A5). */
const UNREADABLE_INPUT = new Set([1, 4, 6])
const MAX_MESSAGE_CHARACTERS = 1_200
const MAX_MESSAGE_LINES = 12

/** Why a run ended without being done. Its words are those of Ansible, cut before it quotes the file. */
export function describeFailure(outcome: CommandOutcome): DriftError {
  if (outcome.signal !== null) {
    return new DriftError('ENGINE_KILLED', `ansible-playbook was ended by ${outcome.signal}; scan again`)
  }
  const words = errorWords(outcome.stderr)
  // warnings are wrapped at the width of a terminal
  const unwrapped = outcome.stderr.replace(/\s+/g, ' ')
  const known = TABLE.find(([pattern]) => pattern.test(unwrapped))
  if (known !== undefined) return new DriftError(known[1], `${words}\n${known[2]}, then scan again`)
  if (words === '') {
    return new DriftError(
      'NO_STATS',
      `ansible-playbook ended (exit code ${outcome.exitCode}) without saying that it was done`,
    )
  }
  const isUnreadable = outcome.exitCode !== null && UNREADABLE_INPUT.has(outcome.exitCode)
  return new DriftError(isUnreadable ? 'PLAYBOOK_INVALID' : 'ENGINE_FAILED', words)
}

/** From the first error on, without what Ansible quotes of the file: that line may hold a password. */
function errorWords(stderr: string): string {
  const start = stderr.search(/^(?:ERROR[!:]|\[ERROR\]|[\w-]+: error: )/m)
  if (start === -1) return stderr.trim().split('\n').slice(-3).join('\n').slice(0, MAX_MESSAGE_CHARACTERS)
  const lines = stderr.slice(start).split('\n')
  const quote = lines.findIndex((line) => /offending line|^\s*\^ here|<<<< caused by|^\d+ \S/.test(line))
  const kept = lines.slice(0, quote === -1 ? MAX_MESSAGE_LINES : Math.min(quote, MAX_MESSAGE_LINES))
  return kept
    .join('\n')
    .replace(/^(?:ERROR[!:]|\[ERROR\]:?)\s*/, '')
    .trim()
    .slice(0, MAX_MESSAGE_CHARACTERS)
}
