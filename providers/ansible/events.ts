import { z } from 'zod'

/** The version of events this reader understands; callback/driftd_callback/recorder.py has the same number. */
export const EVENTS_VERSION = 1

const count = z.number().int().nonnegative()

const leafSchema = z.object({
  p: z.array(z.string()),
  bh: z.string(),
  ah: z.string(),
  b: z.json().optional(),
  a: z.json().optional(),
  secret: z.literal(true).optional(),
})

const diffPartSchema = z.discriminatedUnion('k', [
  z.object({
    k: z.literal('text'),
    name: z.string().optional(),
    bh: z.string(),
    ah: z.string(),
    /** Keyed hashes of the checksums of the whole content: comparable with `state.content`. */
    bc: z.string(),
    ac: z.string(),
    bs: count,
    as: count,
    b: z.string().optional(),
    a: z.string().optional(),
    /** Lines left out before `b` and `a`. */
    first: count.optional(),
    cut: z.literal(true).optional(),
    new: z.literal(true).optional(),
    removed: z.literal(true).optional(),
    secret: z.literal(true).optional(),
  }),
  z.object({
    k: z.literal('values'),
    changes: z.array(leafSchema),
    new: z.literal(true).optional(),
    removed: z.literal(true).optional(),
  }),
  z.object({
    k: z.literal('prepared'),
    ah: z.string(),
    as: count,
    a: z.string().optional(),
    cut: z.literal(true).optional(),
    secret: z.literal(true).optional(),
  }),
  z.object({ k: z.literal('opaque'), why: z.enum(['binary', 'too large']) }),
  z.object({ k: z.literal('volatile') }),
])

const flag = z.literal(true).optional()

const taskSchema = z.object({
  t: z.literal('task'),
  id: count,
  module: z.string(),
  file: z.string(),
  line: count,
  /** As the file has it, untemplated; without it `argsKey` stands for the task's raw fields. */
  name: z.string().optional(),
  argsKey: z.string().optional(),
  role: z.string().optional(),
  register: z.string().optional(),
  reads: z.array(z.string()).optional(),
  /** Reads variables of other hosts. */
  crossHost: flag,
  sets: z.array(z.string()).optional(),
  notify: z.array(z.string()).optional(),
  handler: flag,
  loop: flag,
  /** A failure is caught by the `rescue` of a block. */
  rescued: flag,
  changedWhen: flag,
  async: flag,
  until: flag,
})

const resultSchema = z.object({
  t: z.literal('result'),
  task: count,
  host: z.string(),
  s: z.enum(['ok', 'failed', 'skipped', 'unreachable']),
  changed: flag,
  /** The task really ran: `check_mode: false`. */
  real: flag,
  /** The host the task was delegated to. */
  target: z.string().optional(),
  once: flag,
  /** Skipped by a condition, not by check mode. */
  when: flag,
  ignored: flag,
  hidden: flag,
  /** Failed by its own `failed_when`. */
  rule: flag,
  compared: flag,
  item: z.object({ key: z.string(), label: z.string() }).optional(),
  name: z.string().optional(),
  args: z.string(),
  res: z.tuple([z.string(), z.string()]).optional(),
  want: z.string().optional(),
  needs: z.record(z.string(), z.string()).optional(),
  diff: z.array(diffPartSchema).optional(),
  state: z.record(z.string(), z.string()).optional(),
  msg: z.string().optional(),
})

const hostStatsSchema = z.object({ failures: count, unreachable: count, rescued: count, ignored: count })

const eventSchema = z.discriminatedUnion('t', [
  z.object({
    t: z.literal('start'),
    v: z.number(),
    core: z.string(),
    python: z.string(),
    unmatchedLimits: z.array(z.string()),
  }),
  z.object({
    t: z.literal('play'),
    name: z.string(),
    hosts: z.array(z.string()),
    unstarted: flag,
  }),
  z.object({ t: z.literal('prompt'), name: z.string(), hasDefault: z.boolean() }),
  taskSchema,
  resultSchema,
  z.object({ t: z.literal('loop'), host: z.string(), task: count, ignored: z.boolean() }),
  z.object({
    t: z.literal('unreached'),
    host: z.string(),
    tasks: z.array(z.object({ name: z.string(), module: z.string() })),
  }),
  z.object({
    t: z.literal('stats'),
    hosts: z.record(z.string(), hostStatsSchema),
    unmatchedTags: z.array(z.string()),
  }),
  z.object({ t: z.literal('broken'), where: z.string(), error: z.string(), errno: z.number().optional() }),
])

/** One line of what the callback wrote; callback/driftd_callback holds the other side. */
export type CallbackEvent = Readonly<z.output<typeof eventSchema>>
/** What is said once about a task. */
export type TaskEvent = Readonly<z.output<typeof taskSchema>>
/** What happened on one host, for one task and item. */
export type ResultEvent = Readonly<z.output<typeof resultSchema>>
/** One part of a difference, of whatever shape the module returned it. */
export type DiffPart = Readonly<z.output<typeof diffPartSchema>>
/** How often things went wrong on one host, as Ansible counts. */
export type HostStats = Readonly<z.output<typeof hostStatsSchema>>

/** The event of one line, or null where the line is none (a cut line of a run that was killed). */
export function parseEvent(line: string): CallbackEvent | null {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return null
  }
  const parsed = eventSchema.safeParse(value)
  return parsed.success ? parsed.data : null
}
