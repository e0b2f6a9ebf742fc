import { z } from 'zod'
import { stackNameProblem } from '../../domain/stack.js'

/** A stack's name (product.md, Names). */
export const stackNameSchema = z
  .string({ error: 'must be the name of a stack' })
  .superRefine((name, context) => {
    const problem = stackNameProblem(name)
    if (problem !== null) context.addIssue({ code: 'custom', message: problem })
  })

/** A repository's name: one segment of a stack's name, since stacks may be prefixed with it. */
export const repositoryNameSchema = z
  .string({ error: 'must be the name of the repository' })
  .superRefine((name, context) => {
    const problem = name.includes('/') ? 'may not hold "/"' : stackNameProblem(name)
    if (problem !== null) context.addIssue({ code: 'custom', message: problem })
  })

/** A key of a map that people write: a label, a channel. */
export const keySchema = z.string().regex(/^[A-Za-z][A-Za-z0-9._/-]{0,62}$/, {
  error: 'must be a name: [A-Za-z][A-Za-z0-9._/-]*, at most 63 characters',
})

/** Labels: short texts that routes, mutes and limits match on. */
export const labelsSchema = z.record(keySchema, z.string().max(256), { error: 'must be a map of texts' })

/** One line of text for people. */
export const lineSchema = z
  .string({ error: 'must be a text' })
  .trim()
  .min(1, { error: 'may not be empty' })
  .max(1_000)
  .regex(/^[^\0-\x1f\x7f]*$/, { error: 'must be one line without control characters' })

/** The name of an account of the operating system. */
export const accountSchema = z
  .string()
  .regex(/^[a-z_][a-z0-9_-]{0,31}\$?$/i, { error: 'must be the name of an account' })
