/** The version of every JSON document of driftd (product.md, the record as JSON). */
export const SCHEMA_VERSION = 1
