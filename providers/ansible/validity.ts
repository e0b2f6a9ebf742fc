import semver from 'semver'
import { DriftError } from '../../src/domain/errors.js'
import { EVENTS_VERSION } from './events.js'
import { describeStop, nameHosts } from './host-stops.js'
import type { PlaybookView } from './playbook-view.js'

/** Older cores lack what the callback relies on; 2.14 is the oldest it was tested with. */
const OLDEST_CORE = '2.14.0'
const NO_SPACE = 28

/**
 * Why a run that came to its end is no scan, or null where it is one. An exit code of 0 proves nothing: Ansible gives
 * it also where no host matched (facts A5).
 */
export function decideInvalidity(view: PlaybookView): DriftError | null {
  return brokenEvents(view) ?? wrongCore(view) ?? missingInput(view) ?? unmatched(view) ?? nothingRead(view)
}

function brokenEvents({ broken, start, unreadableLines }: PlaybookView): DriftError | null {
  if (broken?.errno === NO_SPACE) {
    return new DriftError(
      'DISK_FULL',
      'no space was left for the events of the scan: free some and scan again',
    )
  }
  if (broken !== null) {
    const message = `the callback could not describe an event (${broken.where}: ${broken.error}); please report it`
    return new DriftError('OUTPUT_INVALID', message)
  }
  if (unreadableLines > 0) {
    const message = `${unreadableLines} lines of the run could not be read, so something may be missing: scan again`
    return new DriftError('OUTPUT_INVALID', message)
  }
  if (start !== null && start.v === EVENTS_VERSION) return null
  return new DriftError(
    'OUTPUT_INVALID',
    'the events of the run begin with no version this driftd understands',
  )
}

function wrongCore({ start }: PlaybookView): DriftError | null {
  const version = semver.coerce(start?.core)
  if (version === null || semver.gte(version, OLDEST_CORE)) return null
  return new DriftError(
    'ENGINE_TOO_OLD',
    `ansible-core ${start?.core} is older than ${OLDEST_CORE}: update it`,
  )
}

function missingInput({ prompts }: PlaybookView): DriftError | null {
  const asked = prompts.filter((prompt) => !prompt.hasDefault).map((prompt) => prompt.name)
  if (asked.length === 0) return null
  const message = `the playbook asks for ${asked.join(', ')} and nobody answers during a scan: give it as extra variable`
  return new DriftError('PROMPT_REQUIRED', message)
}

function unmatched(view: PlaybookView): DriftError | null {
  const limits = view.start?.unmatchedLimits ?? []
  if (limits.length > 0) {
    return new DriftError(
      'NO_HOSTS_MATCHED',
      `the limit ${limits.join(', ')} matches no host of the inventory`,
    )
  }
  if (view.expectedHosts.size === 0) {
    const message = 'no play matches a host of the inventory: check the inventory and the hosts: of the plays'
    return new DriftError('NO_HOSTS_MATCHED', message)
  }
  const tags = view.stats?.unmatchedTags ?? []
  if (tags.length === 0) return null
  return new DriftError(
    'TAG_UNMATCHED',
    `no task has the tag ${tags.join(', ')}: a scan of nothing proves nothing`,
  )
}

function nothingRead(view: PlaybookView): DriftError | null {
  const { tallies } = view
  const [first] = [...view.stops].map(([host, stop]) => describeStop([host], stop))
  const because = first === undefined ? '' : ` (${first})`
  const isEveryHostDark = tallies.every((tally) => (view.statsOf(tally.host)?.unreachable ?? 0) > 0)
  if (isEveryHostDark && tallies.every((tally) => tally.isSilent)) {
    const hosts = nameHosts(tallies.map((tally) => tally.host))
    return new DriftError('HOSTS_UNREACHABLE', `no host answered: ${hosts}${because}`)
  }
  if (tallies.some((tally) => tally.hasDeclaration)) return null
  return new DriftError('NOTHING_CHECKED', `no task of the playbook was checked on any host${because}`)
}
