import { providers } from '../../app.js'
import { buildStackEnvironment } from '../../scan/environment.js'
import type { ExaminedStack, Provider } from '../../scan/provider.js'
import { type Check, problemOf } from './check.js'
import type { CheckContext } from './check-context.js'

/**
 * What each provider says of its engine and its stacks. With stacks, a provider that has none is not asked: nobody needs
 * its engine. Without any stack, all are.
 */
export async function checkProviders(
  stacks: readonly ExaminedStack[],
  context: CheckContext,
): Promise<readonly Check[]> {
  const asked = providers.filter(
    ({ name }) => stacks.length === 0 || stacks.some(({ stack }) => stack.provider === name),
  )
  return (await Promise.all(asked.map((provider) => checkProvider(provider, stacks, context)))).flat()
}

async function checkProvider(
  provider: Provider,
  stacks: readonly ExaminedStack[],
  { env: caller, scratchFolder, signal }: CheckContext,
): Promise<readonly Check[]> {
  const own = stacks.filter(({ stack }) => stack.provider === provider.name)
  const { env } = buildStackEnvironment({
    caller,
    stackEnv: {},
    isWorkspaceNamed: false,
    isOtherAccount: false,
  })
  try {
    const found = (await provider.examine?.({ stacks: own, env, scratchFolder, signal })) ?? []
    return found.map((examination) => ({ ...examination, area: 'engines' }))
  } catch (error) {
    return [problemOf({ area: 'engines', what: provider.name }, error)]
  }
}
