import { describe, expect, it } from 'vitest'
import { providers } from '../../../providers/index.js'
import { APPROVER } from '../../../scripts/demo/approver.js'
import { EDITS } from '../../../scripts/demo/edits.js'
import { STACKS, writeDriftdConfig } from '../../../scripts/demo/estate.js'
import { channelKinds } from '../../../src/alert/index.js'
import { loadConfig } from '../../../src/config/load-config.js'
import { createConfigSchema } from '../../../src/config/schema.js'
import { forges } from '../../../src/forge/index.js'
import { tempFolder } from '../../lib/temp-folder.js'

describe("the demo's estate", () => {
  it('has a configuration that driftd takes, in which remediation is on and somebody else approves', async () => {
    const file = await writeDriftdConfig({ folder: tempFolder() })
    const schema = createConfigSchema({ providers, channels: channelKinds, forges })
    const loaded = await loadConfig(file, { schema })
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
    const { remediation, repositories } = loaded.config
    expect(remediation).toMatchObject({
      enabled: true,
      forge: { type: 'signed-files' },
      approvals: { approvers: [APPROVER] },
    })
    expect(repositories.map(({ trustCommitters }) => trustCommitters)).toEqual([true])
    expect(repositories.flatMap(({ stacks }) => stacks.map(({ name }) => name))).toEqual([...STACKS])
  })

  it('is changed by hand in every stack, in lines that fit a terminal of 80 columns', () => {
    expect(new Set(EDITS.map(({ expected }) => expected.stack))).toEqual(new Set(STACKS))
    // "   • network  ... *"
    expect(EDITS.filter(({ text }) => text.length > 80 - 16)).toEqual([])
  })
})
