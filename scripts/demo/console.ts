import pc from 'picocolors'

/** Prints the headline of a step of the demo; `place` is such as `2/8`. */
export function sayStep(place: string, title: string): void {
  console.log(`\n${pc.bold(pc.cyan(place))}  ${pc.bold(title)}`)
}

/** Prints one line below a headline. */
export function say(text: string): void {
  console.log(text === '' ? '' : `   ${text}`)
}

/** Prints one line below a headline, marked as right or wrong. */
export function sayMark(isGood: boolean, text: string): void {
  say(`${isGood ? pc.green('✓') : pc.red('✗')} ${text}`)
}

/** Prints a command as a person would type it. */
export function sayCommand(command: string): void {
  say(`${pc.dim('$')} ${pc.cyan(command)}`)
}

/** Text that matters less than what stands beside it. */
export function faint(text: string): string {
  return pc.dim(text)
}

/** Text that asks for attention. */
export function loud(text: string): string {
  return pc.yellow(text)
}

/** Seconds with one decimal, such as `4.8 s`. */
export function secondsText(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`
}
