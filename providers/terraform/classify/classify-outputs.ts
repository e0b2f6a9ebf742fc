import type { OutputDelta } from '../plan-json/plan-json.js'
import type { Verdict } from './decide-verdict.js'

/** An output whose value would change is informational: nothing of the infrastructure differs. */
export function classifyOutput(output: OutputDelta): Verdict {
  return {
    kind: 'informational',
    action: output.action,
    correctable: true,
    changes: [
      {
        cause: 'code',
        delta: {
          path: ['value'],
          standing: 'code',
          recorded: output.before,
          actual: output.before,
          declared: output.after,
          isUnknown: output.isUnknown,
          isSensitive: output.isSensitive,
          isElements: false,
        },
      },
    ],
    detail: 'Only an output of the code changes.',
  }
}
