import { suggest } from '../lib/text/suggest.js'
import type { ConfigProblem } from './config-problem.js'
import type { LoadedConfig } from './load-config.js'
import { isLiteralPathGlob } from './values/glob.js'

type Path = readonly (string | number)[]

/**
 * References to a stack by its full name where no stack has it. To be asked once all stacks are known; what a glob matches
 * may well come later and is no problem.
 */
export function findUnknownStacks(loaded: LoadedConfig, names: readonly string[]): readonly ConfigProblem[] {
  const known = new Set(names)
  return references(loaded.config).flatMap(({ path, stacks }) =>
    stacks.flatMap((stack, i) =>
      !isLiteralPathGlob(stack) || known.has(stack)
        ? []
        : [loaded.problemAt([...path, i], `"${stack}" is no stack`, suggest(stack, names))],
    ),
  )
}

function references({ alerts, mutes, remediation, digest }: LoadedConfig['config']) {
  const matches: readonly (readonly [
    Path,
    { readonly stack?: readonly string[] | undefined } | undefined,
  ])[] = [
    ...alerts.routes.map((route, i) => [['alerts', 'routes', i], route.match] as const),
    ...mutes.map((mute, i) => [['mutes', i], mute.match] as const),
    ...remediation.freeze.map((freeze, i) => [['remediation', 'freeze', i], freeze.match] as const),
    [['digest'], digest?.match],
  ]
  return matches.map(([path, match]) => ({ path: [...path, 'match', 'stack'], stacks: match?.stack ?? [] }))
}
