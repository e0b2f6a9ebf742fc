import { z } from 'zod'
import { type PluginOptions, pluginUnion } from './plugin-union.js'
import { alertsShape, digestSchema, mutesSchema, toAlerts } from './sections/alerts.js'
import { concurrencySchema } from './sections/concurrency.js'
import { remediationShape, toRemediation } from './sections/remediation.js'
import { repositoryShape, toRepository } from './sections/repository.js'
import { serverSchema } from './sections/server.js'
import { severitySchema } from './sections/severity.js'
import { defaultsSchema } from './sections/stack-settings.js'
import { storeSchema } from './sections/store.js'
import { type StackPlugin, stackEntrySchema } from './stack-entry.js'
import { durationSchema } from './values/duration.js'
import { inMilliseconds } from './values/milliseconds.js'
import { keySchema } from './values/names.js'

/** The plug-ins whose options the configuration may hold. */
export interface ConfigPlugins {
  readonly providers: readonly StackPlugin[]
  readonly channels: readonly PluginOptions[]
  readonly forges: readonly PluginOptions[]
}

/** The strict schema of driftd.yaml. Its output has every default filled in, durations in milliseconds. */
export type ConfigSchema = ReturnType<typeof createConfigSchema>

/** driftd.yaml, parsed. Options of plug-ins are checked by their schemas, but typed as unknown. */
export type Config = z.output<ConfigSchema>

export type RepositoryConfig = Config['repositories'][number]

/** docs/security.md, T10: whatever is configured, the gate lets no older request pass. */
const MAX_REQUEST_LIFETIME_MS = 7 * 24 * 3_600_000

/** Of a stack that is scanned every half hour these are the scans of more than 90 days; more often, of fewer. */
const SCANS_KEPT = 5_000

const toConfig = inMilliseconds(['retention', 'shutdownGrace', 'leaderLease'])

/** The schema of driftd.yaml for these plug-ins. */
export function createConfigSchema(plugins: ConfigPlugins) {
  return z
    .strictObject({
      version: z.literal(1, { error: 'must be 1' }).describe('Version of this format'),
      store: storeSchema.prefault('sqlite:.driftd/driftd.db'),
      repositories: z
        .array(repositorySchema(plugins.providers))
        .min(1, { error: 'must name at least one repository' }),
      defaults: defaultsSchema.prefault({}).describe('For every stack that does not say otherwise'),
      alerts: alertsSchema(plugins.channels).prefault({}),
      remediation: remediationSchema(plugins.forges).prefault({}),
      server: serverSchema,
      severity: severitySchema.default([]).describe("Own lines, before those of the providers' tables"),
      mutes: mutesSchema.default([]),
      digest: digestSchema.optional(),
      concurrency: concurrencySchema,
      retention: durationSchema.prefault('90d').describe('How long history is kept'),
      retentionScans: z
        .int()
        .min(1)
        .prefault(SCANS_KEPT)
        .describe('Scans of a stack that are kept at most, however young'),
      shutdownGrace: durationSchema.prefault('25s').describe('How long a stopping daemon waits for scans'),
      leaderLease: durationSchema.prefault('15s').describe('How long a dead leader keeps a standby waiting'),
    })
    .transform((value) => toConfig(value))
}

function repositorySchema(providers: readonly StackPlugin[]) {
  return z
    .strictObject({ ...repositoryShape, stacks: z.array(stackEntrySchema(providers)).default([]) })
    .superRefine((repository, context) => {
      if (repository.signedCommits === 'off' || repository.allowedSigners || repository.gpgKeyring) return
      const message = 'needs allowedSigners or gpgKeyring'
      context.addIssue({ code: 'custom', message, path: ['signedCommits'] })
    })
    .transform((value) => toRepository(value))
}

function alertsSchema(channels: readonly PluginOptions[]) {
  return z
    .strictObject({ channels: z.record(keySchema, pluginUnion(channels)).default({}), ...alertsShape })
    .transform((value) => toAlerts(value))
}

function remediationSchema(forges: readonly PluginOptions[]) {
  return z
    .strictObject({ forge: pluginUnion(forges).optional(), ...remediationShape })
    .superRefine(({ enabled, forge, approvals, expiresAfter }, context) => {
      const tooLong = expiresAfter > MAX_REQUEST_LIFETIME_MS
      if (tooLong) context.addIssue({ code: 'custom', message: 'is longer than 7d', path: ['expiresAfter'] })
      if (!enabled) return
      const needs = [
        ...(forge === undefined ? ['a forge'] : []),
        ...(approvals.approvers.length === 0 ? ['approvals.approvers'] : []),
      ]
      if (needs.length === 0) return
      context.addIssue({ code: 'custom', message: `needs ${needs.join(' and ')}`, path: ['enabled'] })
    })
    .transform((value) => toRemediation(value))
}
