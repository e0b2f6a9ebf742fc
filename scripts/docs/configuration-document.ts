import { configJsonSchemaText } from '../../src/app.js'
import { type ConfigKey, type ConfigSection, configSections, type SchemaNode } from './config-sections.js'

const INTRODUCTION = `# driftd.yaml

<!-- Written by \`npm run docs\` from the schema; a test keeps it true. Change the schema, not this file. -->

Every key of the configuration. \`driftd init\` writes a file to begin with, \`driftd config validate\` tells every problem of one at once, with
file, line, path and what was probably meant, and \`driftd config schema\` prints the JSON Schema that editors use (the first line that
\`driftd init\` writes makes them). Unknown keys are errors. Paths are relative to the folder of driftd.yaml, those of a stack to its repository.

driftd.yaml is looked for in the current folder, then in its parents; \`--config FILE\` names another.

Words in the tables: a **setting** is a text, \`{ env: NAME }\` or \`{ file: PATH }\`, the latter two being secret unless they say
\`secret: false\`; a **secret** is \`{ env: NAME }\` or \`{ file: PATH }\`, never the value itself. Secrets are read when they are needed and
appear in no result, log or message. Durations are \`30s\`, \`5m\`, \`24h\`, \`3d\`. Globs: \`*\` within a segment, \`**\` over segments,
\`!\` in front excludes.
`

/** The text of docs/configuration.md, from the schema. */
export function configurationDocument(): string {
  const schema = JSON.parse(configJsonSchemaText()) as SchemaNode
  const sections = configSections('', schema).filter(({ keys }) => keys.length > 0)
  return [INTRODUCTION, ...sections.map(sectionText)].join('\n')
}

function sectionText({ title, keys }: ConfigSection): string {
  const heading = title === '' ? 'Top level' : `\`${title}\``
  return [
    `## ${heading}`,
    '',
    '| key | value | default | meaning |',
    '|---|---|---|---|',
    ...keys.map(rowText),
    '',
  ].join('\n')
}

function rowText({ key, type, isRequired, defaultText, meaning }: ConfigKey): string {
  const preset = isRequired ? '**required**' : defaultText === null ? '' : `\`${defaultText}\``
  return `| \`${key}\` | ${cell(type)} | ${preset} | ${cell(meaning)} |`
}

/** No cell may end early, nor make a reader's browser do anything. */
function cell(text: string): string {
  return text.replace(/(?<!\\)\|/g, '\\|').replace(/</g, '&lt;')
}
