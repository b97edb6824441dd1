#compdef costplan
# Completions of costplan for zsh, from `costplan completions zsh`.
_costplan() {
    local line="${(j: :)words[1,CURRENT-1]} $PREFIX" word what
    local -a found
    while IFS=$'\t' read -r word what; do
        case $word in
            :files)
                compset -P '*='
                _files
                return
                ;;
            :directories)
                compset -P '*='
                _files -/
                return
                ;;
            *) found+=("${word//:/\\:}${what:+:$what}") ;;
        esac
    done < <(command costplan complete --line "$line" 2> /dev/null < /dev/null)
    _describe -t costplan costplan found
}
if [[ $funcstack[1] == _costplan ]]; then
    _costplan "$@"
else
    compdef _costplan costplan
fi
