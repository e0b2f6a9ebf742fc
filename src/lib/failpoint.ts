/** Variable that names the one point at which this process kills itself: how crash tests stop it exactly there. */
const VARIABLE = 'DRIFTD_FAIL_AT'

/**
 * Dies here, as by `kill -9`, where `DRIFTD_FAIL_AT` names this point; else nothing. A point is `room.moment`, such as
 * `scan.before-store`. Whoever can set our environment can kill us anyway, so it is no door.
 */
export function failpoint(name: string): void {
  if (process.env[VARIABLE] === name) process.kill(process.pid, 'SIGKILL')
}
