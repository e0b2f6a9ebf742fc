/** What the beginning of a record's id looks like; anything else finds nothing. */
export const RECORD_ID_PREFIX = /^[a-z2-7]{1,12}$/
