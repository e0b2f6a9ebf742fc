/**
 * Every code driftd can give, with whether the same attempt may succeed later by itself.
 * docs/errors.md explains each; a test checks both directions.
 */
export const ERROR_CODES = {
  // command line and configuration
  USAGE: { retryable: false },
  CONFIG_NOT_FOUND: { retryable: false },
  CONFIG_INVALID: { retryable: false },
  STACK_UNKNOWN: { retryable: false },
  NO_STACKS: { retryable: false },
  FILE_EXISTS: { retryable: false },
  SECRET_UNAVAILABLE: { retryable: false },
  RECORD_UNKNOWN: { retryable: false },
  // alerts
  CHANNEL_UNKNOWN: { retryable: false },
  ALERT_UNKNOWN: { retryable: false },
  ALERT_UNDELIVERED: { retryable: true },
  // following drift
  IGNORE_RULE_EXPIRED: { retryable: false },
  RECORD_AMBIGUOUS: { retryable: false },
  DRIFT_NOT_OPEN: { retryable: false },
  NO_WORKING_COPY: { retryable: false },
  // Git
  GIT_MISSING: { retryable: false },
  REPOSITORY_UNREACHABLE: { retryable: true },
  REPOSITORY_INVALID: { retryable: false },
  REF_NOT_FOUND: { retryable: false },
  REF_INVALID: { retryable: false },
  CHECKOUT_FAILED: { retryable: true },
  HISTORY_UNREADABLE: { retryable: true },
  COMMIT_UNSIGNED: { retryable: false },
  SIGNERS_UNUSABLE: { retryable: false },
  PATH_OUTSIDE_CHECKOUT: { retryable: false },
  // any engine
  NOT_A_DIRECTORY: { retryable: false },
  ENGINE_MISSING: { retryable: false },
  ENGINE_TOO_OLD: { retryable: false },
  ENGINE_FAILED: { retryable: true },
  ENGINE_KILLED: { retryable: true },
  OUTPUT_INVALID: { retryable: true },
  OUTPUT_TRUNCATED: { retryable: true },
  TIMEOUT: { retryable: true },
  INTERRUPTED: { retryable: true },
  DISK_FULL: { retryable: true },
  PERMISSION_DENIED: { retryable: false },
  STACK_BUSY: { retryable: true },
  RUNAS_UNAVAILABLE: { retryable: false },
  THROTTLED: { retryable: true },
  // Terraform
  NO_CONFIGURATION: { retryable: false },
  CONFIGURATION_INVALID: { retryable: false },
  INIT_FAILED: { retryable: true },
  PROVIDER_NOT_INSTALLABLE: { retryable: true },
  PROVIDER_CRASHED: { retryable: true },
  LOCKFILE_MISMATCH: { retryable: false },
  LOCKFILE_MISSING: { retryable: false },
  BACKEND_UNREACHABLE: { retryable: true },
  CREDENTIALS_MISSING: { retryable: false },
  ENDPOINT_UNREACHABLE: { retryable: true },
  STATE_LOCKED: { retryable: true },
  STATE_BUSY: { retryable: true },
  STATE_TOO_NEW: { retryable: false },
  NO_STATE: { retryable: false },
  STATE_VANISHED: { retryable: false },
  LOCAL_STATE_IN_CHECKOUT: { retryable: false },
  WORKSPACE_NOT_FOUND: { retryable: false },
  PLAN_FAILED: { retryable: true },
  PLAN_INCOMPLETE: { retryable: true },
  PLAN_FORMAT_UNSUPPORTED: { retryable: false },
  SCHEMA_UNAVAILABLE: { retryable: false },
  ENVIRONMENT_STRIPPED: { retryable: false },
  // Ansible
  PLAYBOOK_NOT_FOUND: { retryable: false },
  PLAYBOOK_INVALID: { retryable: false },
  INVENTORY_INVALID: { retryable: false },
  NO_HOSTS_MATCHED: { retryable: false },
  TAG_UNMATCHED: { retryable: false },
  NOTHING_CHECKED: { retryable: false },
  ROLE_MISSING: { retryable: false },
  MODULE_MISSING: { retryable: false },
  COLLECTION_MISSING: { retryable: false },
  VAULT_PASSWORD_MISSING: { retryable: false },
  PROMPT_REQUIRED: { retryable: false },
  HOSTS_UNREACHABLE: { retryable: true },
  NO_STATS: { retryable: true },
  WORLD_WRITABLE_FOLDER: { retryable: false },
  PROMPT_DEFAULTED: { retryable: false },
  PLAY_WITHOUT_HOSTS: { retryable: false },
  HOST_STOPPED: { retryable: false },
  HOST_UNREACHABLE: { retryable: true },
  // remediation by an engine
  REMEDIATION_UNSUPPORTED: { retryable: false },
  REMOTE_EXECUTION_UNSUPPORTED: { retryable: false },
  APPLY_FAILED: { retryable: false },
  // store and keys
  STORE_CORRUPT: { retryable: false },
  STORE_LOCKED: { retryable: true },
  STORE_TOO_NEW: { retryable: false },
  STORE_UNREADABLE: { retryable: false },
  STORE_UNREACHABLE: { retryable: true },
  STORE_UNSUPPORTED: { retryable: false },
  NATIVE_PART_MISSING: { retryable: false },
  KEY_MISSING: { retryable: false },
  LEADERSHIP_LOST: { retryable: false },
  // servers of others, over HTTP
  ENDPOINT_REFUSED: { retryable: false },
  HTTP_FAILED: { retryable: true },
  // the daemon's server
  LISTEN_FAILED: { retryable: false },
  HOST_REFUSED: { retryable: false },
  PATH_UNKNOWN: { retryable: false },
  WEBHOOK_UNSIGNED: { retryable: false },
  // remediation
  REQUEST_INVALID: { retryable: false },
  REQUEST_UNKNOWN: { retryable: false },
  AUDIT_BROKEN: { retryable: false },
  FORGE_FAILED: { retryable: true },
  // a defect of driftd itself
  INTERNAL: { retryable: false },
} as const satisfies Record<string, { readonly retryable: boolean }>

export type ErrorCode = keyof typeof ERROR_CODES

/**
 * The one error that driftd throws on purpose. The message says what was tried, on what, and what to do next.
 * Compare `code`, never the message.
 */
export class DriftError extends Error {
  override readonly name = 'DriftError'
  readonly code: ErrorCode
  readonly retryable: boolean

  constructor(code: ErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options)
    this.code = code
    this.retryable = ERROR_CODES[code].retryable
  }
}

/** The error itself when it is ours, else `INTERNAL` around it. */
export function toDriftError(error: unknown): DriftError {
  if (error instanceof DriftError) return error
  const message = error instanceof Error ? error.message : String(error)
  return new DriftError('INTERNAL', message, { cause: error })
}
