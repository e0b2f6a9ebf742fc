import type { JsonValue } from '../../../src/domain/record.js'
import { MIN_SECRET_LENGTH } from '../../../src/lib/redact.js'
import type { SensitiveVariable } from '../code/file-facts.js'

/** Where values of sensitive variables may come from. */
export interface SecretSources {
  readonly variables: readonly SensitiveVariable[]
  readonly env: Readonly<Record<string, string>>
  /** `key=value` each. */
  readonly vars: readonly string[]
  /** Parsed variable files. */
  readonly files: readonly Readonly<Record<string, JsonValue>>[]
}

/** Names of environment variables whose values are secrets by custom. Identifiers (AWS_ACCESS_KEY_ID) are none. */
const SECRET_NAME = /SECRET|TOKEN|PASSWORD|PASSWD|PRIVATE_KEY|API_KEY/i

/**
 * Secret values that are known before there is a plan, to be taken out of error messages: those of sensitive
 * variables, wherever they are set, and of variables of the environment that are called secrets.
 * A variable of Terraform is a secret where the code says so, whatever it is called.
 */
export function collectKnownSecrets(sources: SecretSources): readonly string[] {
  const { env, vars, files } = sources
  const ofVariables = sources.variables.flatMap(({ name, defaultValue }) => [
    ...leaves(defaultValue),
    ...leaves(env[`TF_VAR_${name}`] ?? null),
    ...vars.filter((pair) => pair.startsWith(`${name}=`)).map((pair) => pair.slice(name.length + 1)),
    ...files.flatMap((file) => leaves(file[name] ?? null)),
  ])
  const ofEnvironment = Object.entries(env).flatMap(([name, value]) =>
    SECRET_NAME.test(name) && !name.startsWith('TF_VAR_') ? [value] : [],
  )
  return [...ofVariables, ...ofEnvironment].filter((value) => value.length >= MIN_SECRET_LENGTH)
}

function leaves(value: JsonValue): readonly string[] {
  if (value === null || typeof value === 'boolean') return []
  if (typeof value !== 'object') return [String(value)]
  return Object.values(value).flatMap(leaves)
}
