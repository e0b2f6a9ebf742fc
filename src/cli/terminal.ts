/** What a report is rendered for. */
export interface View {
  readonly columns: number
  readonly isColored: boolean
}

const PIPE_COLUMNS = 120
const MIN_COLUMNS = 40

/**
 * Width and colour of standard output. Colour: `--no-color`, then NO_COLOR, then FORCE_COLOR, then whether it is
 * a terminal (no-color.org). A pipe has 120 columns unless COLUMNS says otherwise.
 */
export function viewOf(stream: NodeJS.WriteStream, isColorWanted: boolean): View {
  const { NO_COLOR, FORCE_COLOR, COLUMNS, TERM } = process.env
  const isForced = FORCE_COLOR !== undefined && FORCE_COLOR !== '' && FORCE_COLOR !== '0'
  const isTerminal = stream.isTTY === true && TERM !== 'dumb'
  const isColored = isColorWanted && (NO_COLOR === undefined || NO_COLOR === '') && (isForced || isTerminal)
  const columns = stream.columns ?? (Number(COLUMNS) || PIPE_COLUMNS)
  return { columns: Math.max(MIN_COLUMNS, columns), isColored }
}
