import { compareRecords } from '../../src/domain/record.js'
import type { ScanWarning } from '../../src/domain/scan.js'
import type { Detection, DetectRequest } from '../../src/scan/provider.js'
import { checkPlaybook } from './check-playbook.js'
import { decideCoverage } from './coverage.js'
import { stopWarnings } from './host-stops.js'
import type { AnsibleOptions } from './options.js'
import type { PlaybookView } from './playbook-view.js'

/** Compares one playbook with its hosts. Throws as `checkPlaybook`. */
export async function detectPlaybookDrift(request: DetectRequest<AnsibleOptions>): Promise<Detection> {
  return toDetection((await checkPlaybook(request)).view)
}

/** What a check in check mode adds up to. */
export function toDetection(view: PlaybookView): Detection {
  const { coverage, ratio, isPartial } = decideCoverage(view)
  const findings = [...view.findings].sort(compareRecords)
  return {
    findings,
    coverage,
    coverageRatio: ratio,
    isPartial,
    warnings: warningsOf(view),
    nextBaseline: view.nextBaseline(),
  }
}

function warningsOf(view: PlaybookView): readonly ScanWarning[] {
  const prompts = view.prompts.map(({ name }) => ({
    code: 'PROMPT_DEFAULTED' as const,
    message: `the playbook asks for ${name}; the scan took its default`,
  }))
  const plays = view.emptyPlays.map((name) => ({
    code: 'PLAY_WITHOUT_HOSTS' as const,
    message: `the play "${name}" matches no host: nothing of it was checked`,
  }))
  return [...prompts, ...plays, ...stopWarnings(view.stops)]
}
