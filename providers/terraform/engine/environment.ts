/** What `terraformEnvironment` builds from. */
export interface EnvironmentRequest {
  /** What the caller lets through. */
  readonly env: Readonly<Record<string, string>>
  /** Where Terraform keeps its working data, outside the checkout. */
  readonly dataFolder: string
  /** Where provider packages are shared, unless `env` already names a place. */
  readonly pluginCacheFolder: string
  readonly gogc: number
}

/** Variables that would change the verdict, or write secrets to a log, without anybody seeing it. */
const REFUSED = [/^TF_LOG/, /^TF_CLI_ARGS/, /^TF_REATTACH_PROVIDERS$/, /^TF_WORKSPACE$/, /^TF_DATA_DIR$/]

/**
 * The environment of every Terraform command: the caller's, less what would change the verdict unseen.
 * The workspace is always given by the data folder, never by a variable: a misspelt TF_WORKSPACE plans an
 * empty world without an error.
 */
export function terraformEnvironment(request: EnvironmentRequest): Readonly<Record<string, string>> {
  const kept = Object.entries(request.env).filter(([name]) => !REFUSED.some((pattern) => pattern.test(name)))
  return {
    GOGC: String(request.gogc),
    TF_PLUGIN_CACHE_DIR: request.pluginCacheFolder,
    ...Object.fromEntries(kept),
    TF_DATA_DIR: request.dataFolder,
    TF_IN_AUTOMATION: '1',
    TF_INPUT: '0',
    CHECKPOINT_DISABLE: '1',
  }
}
