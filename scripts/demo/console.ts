import pc from 'picocolors'

let steps = 0

/** Prints the headline of the next step of the demo. */
export function sayStep(title: string): void {
  steps += 1
  console.log(`\n${pc.bold(pc.cyan(String(steps)))}  ${pc.bold(title)}`)
}

/** Prints one line below a headline. */
export function say(text: string): void {
  console.log(`   ${text}`)
}

/** Prints one line below a headline, marked as right or wrong. */
export function sayMark(isGood: boolean, text: string): void {
  say(`${isGood ? pc.green('✓') : pc.red('✗')} ${text}`)
}

/** Text that matters less than what stands beside it. */
export function faint(text: string): string {
  return pc.dim(text)
}

/** Seconds with one decimal, such as `4.8 s`. */
export function secondsText(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`
}
