import { z } from 'zod'
import type { ConfigProblem } from './config-problem.js'
import { describeIssue } from './describe-issue.js'
import type { ParsedYaml } from './parse-yaml.js'

/** What a schema says of a document: the output (undefined where it is invalid) and every problem. */
export interface Validation<Output> {
  readonly output: Output | undefined
  readonly problems: readonly ConfigProblem[]
}

/** Checks a document against a schema, each problem at its line. */
export function validateDocument<Output>(
  document: ParsedYaml,
  schema: z.ZodType<Output>,
): Validation<Output> {
  if (document.data === undefined) return { output: undefined, problems: document.problems }
  const result = schema.safeParse(document.data)
  if (result.success) return { output: result.data, problems: document.problems }
  const jsonSchema = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  const found = result.error.issues
    .flatMap((issue) => describeIssue(issue, document.data, jsonSchema))
    .map((one) => document.problemAt(one.path, one.message, one.suggestion, one.isAtKey))
  return { output: undefined, problems: [...document.problems, ...found] }
}
