import { ROTATED_PASSWORD } from './edits-keys.js'

/** Values of the estate's secret variables, by the name of the variable. */
export const SECRET_VARIABLES = {
  database_password: 'canary-password-7f3a91c0',
  api_token: 'canary-token-"55d0e2"/x+y',
  cost_center: 'canary-cost-center-81b7aa',
} as const

/** What may be found nowhere, as it is and as JSON, URLs and Base64 spell it. */
export const CANARIES: readonly string[] = [...Object.values(SECRET_VARIABLES), ROTATED_PASSWORD].flatMap(
  (value) => [
    value,
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value),
    Buffer.from(value).toString('base64'),
  ],
)

/** The canaries that stand in a text or in bytes. */
export function canariesIn(content: string | Buffer): readonly string[] {
  return CANARIES.filter((canary) => content.includes(canary))
}
