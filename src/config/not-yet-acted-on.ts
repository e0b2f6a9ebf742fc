import type { Config } from './schema.js'

/** What a configuration asks for that this version accepts but does not do: said, so that nobody relies on it. */
export function notYetActedOn(config: Config): readonly string[] {
  const asked: readonly (readonly [isAsked: boolean, what: string])[] = [
    [config.remediation.enabled, 'remediation: this version carries nothing out'],
  ]
  return asked.flatMap(([isAsked, what]) => (isAsked ? [what] : []))
}
