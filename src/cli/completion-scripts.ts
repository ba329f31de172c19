/** A verb as completion needs it. */
export interface CompletedVerb {
  readonly name: string
  readonly summary: string
  readonly flags: readonly string[]
  readonly subcommands: readonly string[]
}

/** Verbs whose words are images of the store. */
const IMAGE_VERBS = ['run', 'push', 'tag', 'rmi', 'history', 'inspect', 'save']
const LIST_IMAGES = "tare images --format '{{.Repository}}:{{.Tag}}' 2>/dev/null"

/** Verbs of verbs, each with the words that follow it. */
function groups(verbs: readonly CompletedVerb[]): readonly CompletedVerb[] {
  return verbs.filter(verb => verb.subcommands.length > 0)
}

export function bashCompletion(verbs: readonly CompletedVerb[]): string {
  const cases = verbs.map(verb => `    ${verb.name}) flags='${verb.flags.join(' ')}' ;;`)
  const words = groups(verbs).map(
    verb => `    ${verb.name}) COMPREPLY=($(compgen -W '${verb.subcommands.join(' ')}' -- "$current")) ;;`,
  )
  return `_tare() {
  local current=\${COMP_WORDS[COMP_CWORD]} verb=\${COMP_WORDS[1]} flags=''
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '${verbs.map(verb => verb.name).join(' ')}' -- "$current"))
    return
  fi
  case $verb in
${cases.join('\n')}
  esac
  case $current in
    -*) COMPREPLY=($(compgen -W "$flags" -- "$current")); return ;;
  esac
  case $verb in
${words.join('\n')}
    ${IMAGE_VERBS.join('|')}) COMPREPLY=($(compgen -W "$(${LIST_IMAGES})" -- "$current")) ;;
    *) COMPREPLY=($(compgen -f -- "$current")) ;;
  esac
}
complete -o filenames -F _tare tare
`
}

export function zshCompletion(verbs: readonly CompletedVerb[]): string {
  const described = verbs.map(verb => `    '${verb.name}:${verb.summary.replaceAll("'", '').replaceAll(':', '\\:')}'`)
  const cases = verbs.map(verb => `    ${verb.name}) flags=(${verb.flags.join(' ')}) ;;`)
  const words = groups(verbs).map(
    verb => `  elif [[ $words[2] == ${verb.name} ]]; then\n    compadd -- ${verb.subcommands.join(' ')}`,
  )
  return `#compdef tare
_tare() {
  local -a verbs flags
  verbs=(
${described.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe 'command' verbs
    return
  fi
  case $words[2] in
${cases.join('\n')}
  esac
  if [[ $words[CURRENT] == -* ]]; then
    compadd -- $flags
${words.join('\n')}
  elif [[ $words[2] == (${IMAGE_VERBS.join('|')}) ]]; then
    compadd -- \${(f)"$(${LIST_IMAGES})"}
  else
    _files
  fi
}
compdef _tare tare
`
}

export function fishCompletion(verbs: readonly CompletedVerb[]): string {
  const lines = verbs.flatMap(verb => [
    `complete -c tare -n __fish_use_subcommand -f -a '${verb.name}' -d '${verb.summary.replaceAll("'", '')}'`,
    ...verb.flags.map(flag => `complete -c tare -n '__fish_seen_subcommand_from ${verb.name}' -l ${flag.slice(2)}`),
  ])
  const words = groups(verbs).map(
    verb => `complete -c tare -n '__fish_seen_subcommand_from ${verb.name}' -f -a '${verb.subcommands.join(' ')}'`,
  )
  const images = `complete -c tare -n '__fish_seen_subcommand_from ${IMAGE_VERBS.join(' ')}' -f -a '(${LIST_IMAGES})'`
  return `${[...lines, ...words, images].join('\n')}\n`
}
