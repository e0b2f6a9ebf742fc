/**
 * What each shell asks is `driftd __complete -- WORD...`, the last word being the one under the cursor. The answer is
 * one candidate a line, a tab, what it means; or the one line `:files`, where file names are wanted.
 */
export const COMPLETION_SCRIPTS = {
  // candidates are taken one by one: `compgen -W` would expand what stands in them
  bash: `# bash completion for driftd
_driftd() {
  local line current="\${COMP_WORDS[COMP_CWORD]}"
  [[ $current == = ]] && current=
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == :files ]]; then
      compopt -o default 2>/dev/null
      return
    fi
    line="\${line%%$'\\t'*}"
    [[ $line == "$current"* ]] && COMPREPLY+=("$line")
  done < <("\${COMP_WORDS[0]}" __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _driftd driftd
`,
  zsh: `#compdef driftd
_driftd() {
  local line
  local -a candidates
  for line in "\${(@f)$("\${words[1]}" __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    if [[ $line == :files ]]; then
      _files
      return
    fi
    [[ -n $line ]] && candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  _describe 'driftd' candidates
}
if [[ \${funcstack[1]} == _driftd ]]; then
  _driftd "$@"
else
  compdef _driftd driftd
fi
`,
  fish: `# fish completion for driftd
function __driftd_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l lines ($words[1] __complete -- $words[2..-1] 2>/dev/null)
    if test "$lines[1]" = ':files'
        __fish_complete_path (commandline -ct)
    else
        printf '%s\\n' $lines
    end
end
complete -c driftd -f -a '(__driftd_complete)'
`,
} as const
