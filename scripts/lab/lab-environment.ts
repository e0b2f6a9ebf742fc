/** Where the emulator listens and which CLI configuration Terraform reads. */
export interface LabParts {
  readonly emulatorUrl: string
  readonly cliConfigFile: string
}

/** Of the caller's environment: what programs need to run at all. No AWS_*, no TF_*: nothing real can be reached. */
const KEPT = ['PATH', 'HOME', 'USER', 'LANG', 'LC_ALL', 'TMPDIR', 'XDG_RUNTIME_DIR', 'SSL_CERT_FILE']

/** No region, no key pair of a real account: emulators take anything. */
const EMULATOR_ACCOUNT = {
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_REGION: 'us-east-1',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
}

/** The whole environment of an engine (and of driftd) against the emulator. */
export function labEnvironment(parts: LabParts): Record<string, string> {
  const kept = KEPT.flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return {
    ...Object.fromEntries(kept),
    ...EMULATOR_ACCOUNT,
    AWS_ENDPOINT_URL: parts.emulatorUrl,
    TF_CLI_CONFIG_FILE: parts.cliConfigFile,
    TF_IN_AUTOMATION: '1',
    CHECKPOINT_DISABLE: '1',
  }
}
