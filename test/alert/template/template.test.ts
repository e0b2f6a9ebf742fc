import { describe, expect, it } from 'vitest'
import { parseTemplate } from '../../../src/alert/template/parse-template.js'
import { renderTemplate } from '../../../src/alert/template/render-template.js'
import { TEMPLATE_FIELDS } from '../../../src/alert/template/template-fields.js'
import { buildAlertStack, buildMessage } from '../../helpers/build-message.js'
import { MINIMAL, problemsOf } from '../../helpers/config.js'

const plain = (text: string): string => text

describe('a template', () => {
  it.each([
    ['no field at all', 'no field at all'],
    ['{{ stack }}', 'prod/network'],
    ['{{stack}} in {{  repository  }}', 'prod/network in infra'],
    ['{{ tag }} {{ place }}: {{ counts }}', 'MEDIUM prod/network: changed aws_vpc.main'],
    ['{{ severity }}/{{ reason }}/{{ provider }}/{{ status }}', 'medium/first-drift/terraform/drifted'],
    ['{{ labels.env }}-{{ labels.none }}', 'prod-'],
    ['{{ time }}', '2026-11-24 12:00 UTC'],
    ['a { b } c', 'a { b } c'],
    ['{{{ stack }}}', '{prod/network}'],
  ])('%s is filled in', (template, text) => {
    expect(renderTemplate(template, buildMessage(), plain)).toBe(text)
  })

  it('escapes fields, not what its author wrote', () => {
    const message = buildMessage({ stacks: [buildAlertStack({ name: '<b>' })] })
    expect(renderTemplate('<!here> {{ stack }}', message, (text) => `[${text}]`)).toBe('<!here> [<b>]')
  })

  it('fills nothing in twice', () => {
    const message = buildMessage({ stacks: [buildAlertStack({ name: '{{ summary }}' })] })
    expect(renderTemplate('{{ stack }}', message, plain)).toBe('{{ summary }}')
  })

  it('puts every field on one line', () => {
    const message = buildMessage({ summary: 'a\r\nb', explanation: '\u202ex' })
    expect(renderTemplate('{{ summary }}{{ explanation }}', message, plain)).toBe('a\\r\\nb\\u202ex')
  })

  it('knows no field of an object that is not of the list', () => {
    for (const name of ['constructor', '__proto__', 'toString', 'labels.', 'labels.constructor'])
      expect(renderTemplate(`{{ ${name} }}`, buildMessage(), plain), name).toMatch(/^$|^\{\{/)
  })

  it.each(['{{', '{{ }}', 'a }} b', '{{ stack', '{{ a b }}', '{{ {{ stack }} }}', '{{ x() }}'])(
    '%s is none',
    (template) => {
      expect(parseTemplate(template)).toBeNull()
    },
  )

  it('is taken apart in time that grows with its length only', () => {
    expect(parseTemplate('{{ '.repeat(100_000))).toBeNull()
    expect(parseTemplate(`{{${' '.repeat(200_000)}x`)).toBeNull()
  })
})

describe('a template in driftd.yaml', () => {
  const configured = (template: string): string =>
    `${MINIMAL}alerts:\n  channels:\n    mail:\n      type: email\n      from: a@b\n      to: c@d\n      sendmail: /x\n      template:\n${template}`

  it('may name every field', async () => {
    const fields = TEMPLATE_FIELDS.map((field) => `{{ ${field.replace('NAME', 'env')} }}`).join(' ')
    expect(await problemsOf(configured(`        intro: "${fields}"\n`))).toEqual([])
  })

  it.each([
    [
      'a field that there is not',
      '        subject: "drift in {{ stak }}"\n',
      `13:18 alerts.channels.mail.template.subject: has no field {{ stak }}; there are ${TEMPLATE_FIELDS.join(', ')}`,
    ],
    [
      'braces that do not fit',
      '        intro: "{{ stack"\n',
      '13:16 alerts.channels.mail.template.intro: has braces that are no {{ field }}',
    ],
    [
      'a subject of two lines',
      '        subject: "a\\nb"\n',
      '13:18 alerts.channels.mail.template.subject: must be one line without control characters',
    ],
    [
      'a text that there is not',
      '        sbject: x\n',
      '13:9 alerts.channels.mail.template.sbject: is no known key (did you mean subject?)',
    ],
  ])('is refused at its line for %s', async (_, template, problem) => {
    expect(await problemsOf(configured(template))).toContain(problem)
  })
})
