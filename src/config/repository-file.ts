import { z } from 'zod'
import type { ConfigProblem } from './config-problem.js'
import { deepFreeze } from './deep-freeze.js'
import { sortProblems } from './load-config.js'
import { parseYaml } from './parse-yaml.js'
import { forbiddenInRepository } from './repository-file-rules.js'
import { ignoreSchema } from './sections/ignore.js'
import { type StackEntry, type StackPlugin, stackEntrySchema } from './stack-entry.js'
import { validateDocument } from './validate-document.js'
import { labelsSchema } from './values/names.js'

/** The name of a repository's own file. */
export const REPOSITORY_FILE_NAME = '.driftd.yaml'

/** What a repository says of itself. Trusted no further than whoever can commit to it. */
export interface RepositoryFile {
  readonly stacks: readonly StackEntry[]
  readonly labels: Readonly<Record<string, string>>
  readonly ignore: z.output<typeof ignoreSchema>
  readonly problemAt: (path: readonly (string | number)[], message: string) => ConfigProblem
}

/** What a repository's own file may contain here. */
export interface RepositoryFileRules {
  readonly providers: readonly StackPlugin[]
  /** Labels that routes, mutes, limits or the gate read: only the daemon's configuration may set them. */
  readonly reservedLabels: ReadonlySet<string>
}

/** The file, frozen, or every problem of it. */
export type RepositoryFileResult =
  | { readonly ok: true; readonly file: RepositoryFile }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] }

/** Checks the text of a repository's own .driftd.yaml; `name` stands in the problems (`infra:.driftd.yaml`). */
export function parseRepositoryFile(
  name: string,
  text: string,
  rules: RepositoryFileRules,
): RepositoryFileResult {
  const document = parseYaml(name, text)
  const { output, problems } = validateDocument(document, repositoryFileSchema(rules.providers))
  const forbidden = forbiddenInRepository(document.data, rules).map(({ path, message }) =>
    document.problemAt(path, message),
  )
  const all = [...problems, ...forbidden]
  if (output === undefined || all.length > 0) return { ok: false, problems: sortProblems(all) }
  const { problemAt } = document
  return { ok: true, file: { ...deepFreeze(output), problemAt } }
}

/** The strict schema of .driftd.yaml; what is forbidden beyond it stands in repository-file-rules.ts. */
export function repositoryFileSchema(providers: readonly StackPlugin[]) {
  return z.strictObject({
    version: z.literal(1, { error: 'must be 1' }).describe('Version of this format'),
    stacks: z.array(stackEntrySchema(providers)).default([]),
    labels: labelsSchema.default({}).describe('For every stack of this repository'),
    ignore: ignoreSchema.default([]),
  })
}
