import type { Severity } from '../../domain/severity.js'

/** Colours of a severity: of its bar and words, and of the ground they stand on. */
export interface Tone {
  readonly strong: string
  readonly soft: string
}

const TONES: Readonly<Record<Severity, Tone>> = {
  critical: { strong: '#b42318', soft: '#fee4e2' },
  high: { strong: '#b93815', soft: '#ffead5' },
  medium: { strong: '#93640a', soft: '#fef0c7' },
  low: { strong: '#175cd3', soft: '#d1e9ff' },
  info: { strong: '#475467', soft: '#eaecf0' },
}
const OVER: Tone = { strong: '#067647', soft: '#d1fadf' }

/** Red to grey by severity; green for what is over. */
export function toneOf(severity: Severity, isOver: boolean): Tone {
  return isOver ? OVER : TONES[severity]
}

const SANS = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
const MONO = 'font-family:ui-monospace,Menlo,Consolas,monospace'
/** Long names without a space break anywhere, so that nothing is wider than a phone. Children inherit it. */
const BREAK = 'word-break:break-word;overflow-wrap:anywhere'

/**
 * Styles stand in each element, since many readers of mail take away what stands in the head. What children inherit is not
 * said again: a mail beyond 100 kB is clipped.
 */
export const STYLES = {
  body: 'margin:0;padding:0;background:#f2f4f7',
  page: `width:100%;${SANS};font-size:14px;line-height:20px;color:#344054;background:#f2f4f7;${BREAK}`,
  card: 'width:100%;max-width:600px;background:#ffffff;border:1px solid #eaecf0;border-radius:8px',
  bar: 'height:6px;border-radius:8px 8px 0 0;font-size:0;line-height:0',
  section: 'padding:20px 24px 0',
  title: 'margin:12px 0 0;font-size:20px;line-height:28px;font-weight:600;color:#101828',
  text: 'margin:8px 0 0',
  label: 'padding:3px 16px 3px 0;color:#667085;white-space:nowrap;vertical-align:top',
  value: 'padding:3px 0;color:#101828;width:100%',
  heading: 'font-size:12px;line-height:18px;font-weight:600;letter-spacing:.06em;color:#667085',
  stack: 'margin:16px 0 0;font-size:15px;font-weight:600;color:#101828',
  line: 'margin:6px 0 0;font-size:12px;line-height:18px',
  record: `width:100%;margin:12px 0 0;border:1px solid #eaecf0;border-radius:6px;${SANS};font-size:12px;line-height:18px;color:#667085`,
  pill: 'display:inline-block;padding:2px 8px;border-radius:10px;font-size:11px;line-height:16px;font-weight:700;letter-spacing:.04em',
  kind: 'font-size:13px;color:#344054',
  name: `${MONO};margin:6px 0 0;font-size:13px;font-weight:600;color:#101828`,
  small: 'margin:6px 0 0',
  note: 'margin:8px 0 0;font-size:13px;color:#344054',
  path: `${MONO};margin:10px 0 3px;color:#344054`,
  sides: 'width:100%;border-collapse:separate;border-spacing:0 2px',
  sideLabel: 'padding:3px 10px 3px 8px;white-space:nowrap;vertical-align:top',
  sideValue: `${MONO};padding:3px 8px 3px 0;width:100%`,
  hunk: `${MONO};padding:0 8px;white-space:pre-wrap`,
  brief: `${MONO};color:#101828`,
  step: 'margin:12px 0 0',
  command: `${MONO};margin:4px 0 0;padding:8px 12px;font-size:13px;color:#f9fafb;background:#1d2939;border-radius:6px`,
  link: 'color:#175cd3',
  foot: 'padding:16px 24px;font-size:12px;line-height:18px;color:#667085',
  hidden: 'display:none;max-height:0;overflow:hidden;opacity:0',
} as const

/** Grounds of the two sides and of what was last applied; their words stand beside, colour alone says nothing. */
export const SIDE_STYLES = {
  declared: 'background:#ecfdf3;color:#05603a',
  actual: 'background:#fef3f2;color:#912018',
  recorded: 'background:#f2f4f7;color:#475467',
  context: 'color:#667085',
} as const

/**
 * For readers that keep it and whose owner likes it dark: what the styles above call by these classes. Nothing is lost
 * where it is taken away.
 */
export const DARK_STYLES = `@media (prefers-color-scheme:dark){
.p{background:#0c111d!important;color:#cecfd2!important}
.c{background:#161b26!important;border-color:#333741!important}
.t{color:#f5f5f6!important}
.n{color:#cecfd2!important}
.m{color:#94969c!important}
.r{border-color:#333741!important}
.d{background:#053321!important;color:#75e0a7!important}
.a{background:#55160c!important;color:#fda29b!important}
.o{background:#1f242f!important;color:#cecfd2!important}
.l{color:#84caff!important}
}`
