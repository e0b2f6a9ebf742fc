/** What Slack publishes of its limits (https://docs.slack.dev/reference/block-kit/blocks), and the total that it does not. */
const MAX = {
  text: 40_000,
  blocks: 50,
  header: 150,
  section: 3_000,
  fields: 10,
  field: 2_000,
  contextElements: 10,
  actionElements: 25,
  buttonText: 75,
  url: 3_000,
  total: 10_000,
}

type Json = Readonly<Record<string, unknown>>

/** Throws where Slack would not take a payload, or would show markup that is not ours. */
export function checkSlackPayload(payload: Json): void {
  const { text, blocks = [] } = payload as { text: string; blocks?: readonly Json[] }
  atMost(text, MAX.text, 'text')
  if (text.trim() === '') throw new Error('there is no text')
  if (blocks.length > MAX.blocks) throw new Error(`${blocks.length} blocks`)
  const total = JSON.stringify(blocks).length
  if (total > MAX.total) throw new Error(`${total} characters in all`)
  for (const block of blocks) checkBlock(block)
  for (const string of stringsIn(payload)) checkMarkup(string)
}

function checkBlock(block: Json): void {
  const text = block.text as { text: string } | undefined
  switch (block.type) {
    case 'header':
      atMost(text?.text ?? '', MAX.header, 'header')
      break
    case 'section': {
      const fields = (block.fields ?? []) as readonly { text: string }[]
      if (text === undefined && fields.length === 0) throw new Error('a section says nothing')
      if (fields.length > MAX.fields) throw new Error(`${fields.length} fields`)
      if (text !== undefined) atMost(text.text, MAX.section, 'section')
      for (const field of fields) atMost(field.text, MAX.field, 'field')
      break
    }
    case 'context':
      checkElements(block, MAX.contextElements)
      break
    case 'actions':
      checkElements(block, MAX.actionElements)
      for (const button of block.elements as readonly { text: { text: string }; url: string }[]) {
        atMost(button.text.text, MAX.buttonText, 'button')
        atMost(button.url, MAX.url, 'url')
        if (!/^https?:\/\//.test(button.url)) throw new Error(`a button leads to ${button.url}`)
      }
      break
    default:
      throw new Error(`a block of type ${String(block.type)}`)
  }
}

function checkElements(block: Json, max: number): void {
  const { length } = block.elements as readonly unknown[]
  if (length === 0 || length > max) throw new Error(`${length} elements in ${String(block.type)}`)
}

function atMost(text: string, max: number, what: string): void {
  if (text.length === 0 || text.length > max) throw new Error(`${what} has ${text.length} characters`)
}

/** What stands in angle brackets is a link of ours: nobody is spoken to, and every ampersand is an entity. */
function checkMarkup(text: string): void {
  if (/[<](?!https?:\/\/[^<>|\s]+\|[^<>]+[>])/.test(text)) throw new Error(`markup in ${text.slice(0, 300)}`)
  if (/^https?:/.test(text)) return
  if (/&(?!amp;|lt;|gt;)/.test(text)) throw new Error(`a bare ampersand in ${text.slice(0, 300)}`)
  if (/@(?:channel|here|everyone)/i.test(text)) throw new Error('everybody is spoken to')
  if ((text.match(/```/g)?.length ?? 0) % 2 === 1)
    throw new Error(`a block of code that does not end: ${text}`)
  const spans = text.replace(/```[\s\S]*?```/g, '')
  if ((spans.match(/`/g)?.length ?? 0) % 2 === 1)
    throw new Error(`code that does not end: ${spans.slice(0, 300)}`)
}

function stringsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(stringsIn)
}
