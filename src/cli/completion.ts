import { Argument, type Command } from 'commander'
import { COMPLETION_SCRIPTS } from './completion/completion-scripts.js'
import { printOut } from './print-out.js'

const EXAMPLES = `
Examples:
  bash    driftd completion bash > ~/.local/share/bash-completion/completions/driftd
  zsh     driftd completion zsh > "\${fpath[1]}/_driftd"        and restart zsh
  fish    driftd completion fish > ~/.config/fish/completions/driftd.fish

For this session only: source <(driftd completion bash)

Names of stacks come from driftd.yaml and from the last scan; nothing is scanned, fetched or written to complete a word.`

/** What `driftd completion` takes and does. */
export function defineCompletion(command: Command): void {
  const shells = Object.keys(COMPLETION_SCRIPTS)
  command
    .addArgument(new Argument('<shell>').choices(shells))
    .addHelpText('after', EXAMPLES)
    .action((shell: keyof typeof COMPLETION_SCRIPTS) => printOut(COMPLETION_SCRIPTS[shell]))
}
