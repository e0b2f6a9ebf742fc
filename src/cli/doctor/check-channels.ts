import type { LoadedConfig } from '../../config/load-config.js'
import { type Check, ok, warning } from './check.js'

interface RouteConfig {
  readonly channels: readonly string[]
  readonly routes: readonly RouteConfig[]
}

/** Every channel: does anything send to it? Nothing is sent; `driftd alerts test` does that. */
export function checkChannels({ config }: Pick<LoadedConfig, 'config'>): readonly Check[] {
  const reached = reachedChannels(config)
  return Object.entries(config.alerts.channels).map(([name, channel]) => {
    const { type } = channel as { readonly type: string }
    const at = { area: 'alerts', what: name } as const
    const sample = `driftd alerts test ${name}`
    if (reached.has(name)) return ok({ ...at, detail: `${type}; \`${sample}\` sends a sample` })
    return warning({ ...at, detail: `${type}: no route, digest or sign of life sends anything here` }, ROUTE)
  })
}

const ROUTE = 'name it under alerts.routes in driftd.yaml'

function reachedChannels(config: LoadedConfig['config']): ReadonlySet<string> {
  const ofRoutes = (routes: readonly RouteConfig[]): readonly string[] =>
    routes.flatMap((route) => [...route.channels, ...ofRoutes(route.routes)])
  const routed = ofRoutes(config.alerts.routes as readonly RouteConfig[])
  return new Set([
    ...routed,
    ...(config.digest?.channels ?? []),
    ...(config.alerts.stillAlive?.channels ?? []),
  ])
}
