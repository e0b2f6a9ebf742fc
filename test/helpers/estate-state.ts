import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

interface StateInstance {
  readonly index_key?: string | number
  readonly attributes: Readonly<Record<string, unknown>>
}

interface StateResource {
  readonly mode: string
  readonly module?: string
  readonly type: string
  readonly name: string
  readonly instances: readonly StateInstance[]
}

/** Looks up a text attribute of a resource in the local state of a folder; throws where there is none. */
export async function readAttributes(folder: string): Promise<(address: string, name?: string) => string> {
  const state = JSON.parse(await readFile(join(folder, 'terraform.tfstate'), 'utf8'))
  const attributes = new Map(
    (state.resources as readonly StateResource[])
      .filter((resource) => resource.mode === 'managed')
      .flatMap((resource) =>
        resource.instances.map((it) => [addressOf(resource, it), it.attributes] as const),
      ),
  )
  return (address, name = 'id') => {
    const value = attributes.get(address)?.[name]
    if (typeof value !== 'string') throw new Error(`the state has no ${name} of ${address}`)
    return value
  }
}

function addressOf(resource: StateResource, instance: StateInstance): string {
  const key = instance.index_key === undefined ? '' : `[${JSON.stringify(instance.index_key)}]`
  const own = `${resource.type}.${resource.name}${key}`
  return resource.module === undefined ? own : `${resource.module}.${own}`
}
