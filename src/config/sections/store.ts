import { settingSchema } from '../../lib/schema/setting.js'

/** `store`: `sqlite:PATH` (relative to driftd.yaml) or `postgres://...`; with a password as a setting, never literally. */
export const storeSchema = settingSchema
  .superRefine((store, context) => {
    const message = typeof store === 'string' ? storeUrlProblem(store) : null
    if (message !== null) context.addIssue({ code: 'custom', message })
  })
  .describe('sqlite:PATH or postgres://...')

/** Why a text is no URL of a store, or null where it is; only one that comes from a secret may hold a password. */
export function storeUrlProblem(url: string, isSecret = false): string | null {
  if (url.startsWith('sqlite:')) {
    return /^sqlite:[^\0]+$/.test(url) && !url.startsWith('sqlite://')
      ? null
      : 'must name a file: sqlite:PATH, without "//"'
  }
  if (!/^postgres(ql)?:\/\//.test(url)) return 'must be sqlite:PATH or postgres://HOST/DATABASE'
  if (!URL.canParse(url)) return 'is no valid URL'
  const { password, searchParams } = new URL(url)
  if (!isSecret && (password !== '' || searchParams.has('password')))
    return 'holds a password: write { env: NAME } or { file: PATH } with the whole URL'
  return null
}
