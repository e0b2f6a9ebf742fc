import { z } from 'zod'

/** What a shell and execve take as the name of a variable. */
const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/
const EXPECTED_SETTING = 'must be a text, { env: NAME } or { file: PATH }'
const EXPECTED_SECRET = 'is a secret: write { env: NAME } or { file: PATH }, never the value itself'

/** The name of an environment variable. */
export const variableNameSchema = z
  .string({ error: 'must be the name of an environment variable' })
  .regex(VARIABLE_NAME, { error: 'must be the name of an environment variable: [A-Za-z_][A-Za-z0-9_]*' })

const filePathSchema = z
  .string()
  .min(1)
  .max(4_096)
  .regex(/^[^\0]*$/, { error: 'may not hold a NUL' })
const secretSwitch = z.boolean().default(true).describe('false where the value may be shown')

/** A value: literal, from an environment variable, or from a file. The latter two are secret unless `secret: false`. */
export const settingSchema = z
  .union(
    [
      z.string(),
      z.strictObject({ env: variableNameSchema, secret: secretSwitch }),
      z.strictObject({ file: filePathSchema, secret: secretSwitch }),
    ],
    { error: EXPECTED_SETTING },
  )
  .describe('A text, { env: NAME } or { file: PATH }')

/** A value that is secret by nature: never literal. */
export const secretSchema = z
  .union([z.strictObject({ env: variableNameSchema }), z.strictObject({ file: filePathSchema })], {
    error: EXPECTED_SECRET,
  })
  .describe('{ env: NAME } or { file: PATH }')

/** Where a value comes from, as the configuration has it. */
export type Setting = z.output<typeof settingSchema>

/** Where a secret comes from. Every one is a `Setting` too. */
export type Secret = z.output<typeof secretSchema>
