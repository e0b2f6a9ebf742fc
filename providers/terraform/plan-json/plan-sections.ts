import type { CutDecision } from './cut-json.js'

/** A part of the plan whose values are taken one by one. */
export type PlanSection =
  | 'scalar'
  | 'drift'
  | 'change'
  | 'output'
  | 'check'
  | 'state-resource'
  | 'state-output'
  | 'root-variable'
  | 'variable-block'
  | 'resource-block'

/** Where a value of the plan belongs: what to do with it, and as part of which section when it is taken. */
export interface PlanPlace {
  readonly decision: CutDecision
  readonly section: PlanSection
}

const ENTER: PlanPlace = { decision: 'enter', section: 'scalar' }
const SKIP: PlanPlace = { decision: 'skip', section: 'scalar' }

/**
 * The place of a path. Left out: `planned_values` (all of it stands in `resource_changes`), `relevant_attributes`,
 * `provider_config`, and what later versions add.
 */
export function placeOf(path: readonly string[]): PlanPlace {
  switch (path[0]) {
    case 'format_version':
    case 'errored':
    case 'complete':
      return path.length === 1 ? take('scalar') : SKIP
    case 'resource_drift':
      return path.length === 1 ? ENTER : take('drift')
    case 'resource_changes':
      return path.length === 1 ? ENTER : take('change')
    case 'output_changes':
      return path.length === 1 ? ENTER : take('output')
    case 'checks':
      return path.length === 1 ? ENTER : take('check')
    case 'variables':
      return path.length === 1 ? ENTER : take('root-variable')
    case 'prior_state':
      return placeInState(path)
    case 'configuration':
      return placeInConfiguration(path)
    default:
      return SKIP
  }
}

/** Names of the module calls that lead to a block of the configuration, outermost first. */
export function modulePathOfBlock(path: readonly string[]): readonly string[] {
  const names: string[] = []
  // configuration, root_module, then (module_calls, NAME, module) for each step
  for (let at = 2; path[at] === 'module_calls' && at + 2 < path.length; at += 3)
    names.push(path[at + 1] ?? '')
  return names
}

/** `values.root_module`, then any number of `child_modules.*`, then `resources.*`. */
function placeInState(path: readonly string[]): PlanPlace {
  if (path.length === 1) return ENTER
  if (path[1] !== 'values') return SKIP
  if (path.length === 2) return ENTER
  if (path[2] === 'outputs') return path.length === 3 ? ENTER : take('state-output')
  if (path[2] !== 'root_module') return SKIP
  if (path.length === 3) return ENTER
  const last = path.at(-1)
  if (last === '*') return path.at(-2) === 'resources' ? take('state-resource') : ENTER
  return last === 'resources' || last === 'child_modules' ? ENTER : SKIP
}

/** `root_module`, then any number of `module_calls.NAME.module`, then `resources.*` or `variables.NAME`. */
function placeInConfiguration(path: readonly string[]): PlanPlace {
  if (path.length === 1) return ENTER
  if (path[1] !== 'root_module') return SKIP
  let at = 2
  // a module or a variable may be called "resources": walk by the grammar, not by the last name
  while (path[at] === 'module_calls') {
    if (path.length <= at + 2) return ENTER
    if (path[at + 2] !== 'module') return SKIP
    at += 3
  }
  if (path.length === at) return ENTER
  if (path[at] === 'resources') return path.length === at + 1 ? ENTER : take('resource-block')
  if (path[at] === 'variables') return path.length === at + 1 ? ENTER : take('variable-block')
  return SKIP
}

function take(section: PlanSection): PlanPlace {
  return TAKEN[section]
}

const TAKEN: { readonly [S in PlanSection]: PlanPlace } = {
  scalar: { decision: 'take', section: 'scalar' },
  drift: { decision: 'take', section: 'drift' },
  change: { decision: 'take', section: 'change' },
  output: { decision: 'take', section: 'output' },
  check: { decision: 'take', section: 'check' },
  'state-resource': { decision: 'take', section: 'state-resource' },
  'state-output': { decision: 'take', section: 'state-output' },
  'root-variable': { decision: 'take', section: 'root-variable' },
  'variable-block': { decision: 'take', section: 'variable-block' },
  'resource-block': { decision: 'take', section: 'resource-block' },
}
