import { escapeText } from '../../lib/text/escape-text.js'

/** An element: its attributes (those that are undefined are left out), and elements or one text inside. */
export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string | number | undefined>>
  readonly children: readonly XmlElement[] | string
}

const INDENT = '  '
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

/** A document of XML 1.0, well-formed whatever the texts hold: what XML does not allow stands as `\u0000`. */
export function xmlText(root: XmlElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${elementLines(root).join('\n')}\n`
}

function elementLines({ name, attributes, children }: XmlElement): readonly string[] {
  const start = `<${name}${Object.entries(attributes).map(attributeText).join('')}`
  if (children.length === 0) return [`${start}/>`]
  if (typeof children === 'string') return [`${start}>${linesText(children)}</${name}>`]
  return [
    `${start}>`,
    ...children.flatMap(elementLines).map((line) => (line === '' ? '' : INDENT + line)),
    `</${name}>`,
  ]
}

function attributeText([name, value]: readonly [string, string | number | undefined]): string {
  return value === undefined ? '' : ` ${name}="${characters(String(value))}"`
}

/** Line breaks of a text stay. */
function linesText(text: string): string {
  return text.split('\n').map(characters).join('\n')
}

/** What `escapeText` escapes holds all that https://www.w3.org/TR/xml/#charsets leaves out. */
function characters(text: string): string {
  return escapeText(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
}
