import type { ResourceAddress } from './plan-json.js'

/** Matches one step of a module address: a name, then perhaps an instance key as HCL writes it. */
const MODULE_STEP = /module\.([^.[]+)(?:\[(?:\d+|"(?:[^"\\]|\\.)*")\])?(?:\.|$)/y

/**
 * What a resource is called in the code, without instance keys: `module.m.aws_vpc.n`, `data.aws_vpc.n`.
 * `depends_on` of the state and `configuration` of the plan speak of resources in this way.
 */
export function configAddressOf(resource: Omit<ResourceAddress, 'address' | 'index'>): string {
  const modules = modulePathOf(resource.moduleAddress).map((name) => `module.${name}`)
  const mode = resource.mode === 'data' ? ['data'] : []
  return [...modules, ...mode, resource.type, resource.name].join('.')
}

/** Names of the module calls that lead to a module, outermost first; empty for the root module. */
export function modulePathOf(moduleAddress: string | null): readonly string[] {
  if (moduleAddress === null) return []
  const names: string[] = []
  MODULE_STEP.lastIndex = 0
  for (let step = MODULE_STEP.exec(moduleAddress); step; step = MODULE_STEP.exec(moduleAddress)) {
    names.push(step[1] ?? '')
  }
  return names
}
