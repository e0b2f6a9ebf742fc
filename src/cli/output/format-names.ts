/** What `-o` takes. Apart from the formats, so that help and completion need not load them. */
export const FORMAT_NAMES = ['table', 'json', 'jsonl', 'markdown', 'junit', 'sarif'] as const
export type FormatName = (typeof FORMAT_NAMES)[number]
