/** What became of one thing that `make setup` is to bring. */
export interface Outcome {
  readonly name: string
  /** `ready`: was there; `installed`: is there now; `missing`: could not be had. */
  readonly state: 'ready' | 'installed' | 'missing'
  /** Version and place, or why it could not be had. */
  readonly detail: string
  /** What a person can do to get what is missing. */
  readonly fix?: string
}

/** The first line of a failure, for people. */
export function failureText(error: unknown): string {
  const { stderr, message } = error as { readonly stderr?: string | Buffer; readonly message?: string }
  const text = String(stderr ?? '').trim() || (message ?? String(error))
  return (
    text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .at(-1) ?? text
  ).slice(0, 300)
}
