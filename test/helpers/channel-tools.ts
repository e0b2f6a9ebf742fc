import type { ChannelTools } from '../../src/alert/channel-kind.js'
import { resolveSetting } from '../../src/config/resolve-setting.js'
import type { Clock } from '../../src/lib/clock.js'
import { createHttpClient } from '../../src/lib/http.js'
import { NOW } from './build-alert.js'

/** A clock that stands still. */
export const stillClock: Clock = { now: () => new Date(NOW), monotonicMs: () => 0 }

/** What channels are built with in tests: real HTTP, secrets from these variables. */
export function channelTools(
  env: Readonly<Record<string, string>>,
  overrides: Partial<ChannelTools> = {},
): ChannelTools {
  return {
    http: createHttpClient(),
    clock: stillClock,
    folder: '/',
    readSetting: async (setting) => (await resolveSetting(setting, '/', env)).value,
    ...overrides,
  }
}
