import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryRoot } from '../scripts/lab/tool-folder.js'

/** One part of docs/performance.md: what was measured in one go. */
export interface PerformanceSection {
  /** Stable name of the part: a later run replaces the section of that name and leaves the others. */
  readonly part:
    | 'stacks'
    | 'builtin'
    | 'plan'
    | 'ansible'
    | 'ssh'
    | 'start'
    | 'store'
    | 'alerts'
    | 'schedule'
    | 'daemon'
  /** Markdown, beginning with a `##` headline. */
  readonly text: string
}

const ORDER: readonly PerformanceSection['part'][] = [
  'stacks',
  'builtin',
  'plan',
  'ansible',
  'ssh',
  'start',
  'store',
  'alerts',
  'schedule',
  'daemon',
]

const HEAD = `# Performance

Written by \`make bench\`; every section says when, on what machine and at which commit it was measured. Both sides of a
comparison run in turns in the same run, after one round to warm up; times are medians, CPU is user and system time of
everything that was started. A section that did not reach its figure says so.
`

const documentFile = join(repositoryRoot, 'docs', 'performance.md')

/** Writes the sections into docs/performance.md; those of parts that were not measured this time stay. */
export function writePerformanceDocument(sections: readonly PerformanceSection[]): string {
  const former = existsSync(documentFile) ? readFileSync(documentFile, 'utf8') : ''
  writeFileSync(documentFile, renderPerformanceDocument(former, sections))
  return documentFile
}

/** The new document, given the former one. */
export function renderPerformanceDocument(former: string, sections: readonly PerformanceSection[]): string {
  const parts = ORDER.flatMap((part) => {
    const text = sections.find((section) => section.part === part)?.text ?? formerSection(former, part)
    return text === null ? [] : [`${marker(part)}\n${text.trim()}\n`]
  })
  return [HEAD, ...parts].join('\n')
}

function formerSection(former: string, part: string): string | null {
  const start = former.indexOf(marker(part))
  if (start === -1) return null
  const rest = former.slice(start + marker(part).length)
  const end = rest.indexOf('<!-- part: ')
  return end === -1 ? rest : rest.slice(0, end)
}

function marker(part: string): string {
  return `<!-- part: ${part} -->`
}
