import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { channelKinds } from '../../src/alert/index.js'
import { isTemplateField, TEMPLATE_FIELDS } from '../../src/alert/template/template-fields.js'
import { alertDocument } from '../../src/documents/alert-document.js'
import { ALERT_REASONS } from '../../src/domain/alert-message.js'
import { buildMessage } from '../helpers/build-message.js'
import { loadValid, MINIMAL } from '../helpers/config.js'
import { REPOSITORY_ROOT } from '../helpers/source-tree.js'

const text = readFileSync(join(REPOSITORY_ROOT, 'docs/alerts.md'), 'utf8')
const channels = text.slice(text.indexOf('## Channels'))

describe('docs/alerts.md, Channels', () => {
  it('shows a configuration that is valid, with a channel of every type', async () => {
    const [, example = ''] = /```yaml\n(alerts:\n[\s\S]*?)```/.exec(channels) ?? []
    const { config } = await loadValid(MINIMAL + example)
    const types = Object.values(config.alerts.channels).map(({ type }) => type)
    expect(types.toSorted()).toEqual(channelKinds.map(({ type }) => type).toSorted())
  })

  it('names every field of a template and no other', () => {
    const line = /^Fields: ([\s\S]*?)\. There/m.exec(channels)?.[1] ?? ''
    const named = [...line.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)
    expect(named.toSorted()).toEqual(TEMPLATE_FIELDS.toSorted())
    const used = [...channels.matchAll(/\{\{ (\S+) \}\}/g)].map(([, name = '']) => name)
    expect(used.filter((name) => !isTemplateField(name))).toEqual([])
  })

  it('names every type of event', () => {
    const types = ALERT_REASONS.filter((reason) => reason !== 'none').map(
      (reason) => (alertDocument(buildMessage({ reason })) as { readonly type: string }).type,
    )
    expect(types.filter((type) => !channels.includes(`\`${type}\``))).toEqual([])
  })
})
