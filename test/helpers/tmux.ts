import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findProgram } from '../../scripts/lab/find-program.js'

/** A terminal with an interactive bash in it. */
export interface Terminal {
  /** Types a line and Return. */
  type(line: string): void
  /** Presses a key by tmux's name: `C-c`, `C-z`. */
  press(key: string): void
  resize(columns: number, rows: number): void
  /** What is on the screen, with what scrolled off, escape sequences left out. */
  screen(): string
  /** Waits, at most 60 s, until the screen fits; returns it, and throws with it where it never does. */
  until(pattern: RegExp): Promise<string>
  /** Ends the shell and what runs in it; waits until it is gone. */
  close(): Promise<void>
}

const PROMPT = 'READY> '
const WAIT_MS = 60_000
const POLL_MS = 100

/** Opens a terminal in a tmux of its own. Throws where tmux is missing. */
export function openTerminal(cwd: string, env: Readonly<Record<string, string>>): Terminal {
  const program = findProgram('tmux')
  if (program === null) throw new Error('tmux is not installed: apt-get install tmux')
  const folder = mkdtempSync(join(tmpdir(), 'driftd-tmux-'))
  const whole = { ...env, HISTFILE: '', PS1: PROMPT, LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' }
  const tmux = (...args: readonly string[]): string =>
    execFileSync(program, ['-S', join(folder, 'socket'), '-f', '/dev/null', ...args], {
      cwd,
      env: { ...whole, TERM: 'xterm-256color' },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  tmux('new-session', '-d', '-s', 'main', '-x', '100', '-y', '30', 'bash --norc --noprofile -i')
  const screen = (): string => tmux('capture-pane', '-p', '-J', '-S', '-', '-t', 'main')
  return {
    type: (line) => {
      tmux('send-keys', '-t', 'main', '-l', line)
      tmux('send-keys', '-t', 'main', 'Enter')
    },
    press: (key) => void tmux('send-keys', '-t', 'main', key),
    resize: (columns, rows) => void tmux('resize-window', '-t', 'main', '-x', `${columns}`, '-y', `${rows}`),
    screen,
    until: (pattern) => waitFor(screen, pattern),
    async close() {
      const shell = tmux('display-message', '-p', '-t', 'main', '#{pane_pid}').trim()
      tmux('kill-server')
      await gone(shell)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function gone(pid: string): Promise<void> {
  const end = Date.now() + WAIT_MS / 6
  while (existsSync(`/proc/${pid}`) && Date.now() < end) await sleep(POLL_MS)
}

async function waitFor(screen: () => string, pattern: RegExp): Promise<string> {
  const end = Date.now() + WAIT_MS
  for (;;) {
    const text = screen()
    if (pattern.test(text)) return text
    if (Date.now() > end) throw new Error(`the screen never showed ${pattern}:\n${text}`)
    await sleep(POLL_MS)
  }
}
