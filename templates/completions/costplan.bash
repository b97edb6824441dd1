# Completions of costplan for bash, from `costplan completions bash`.
_costplan() {
    local line="${COMP_LINE:0:${COMP_POINT:-0}}" current="${COMP_WORDS[COMP_CWORD]}" word what IFS=' '
    [[ -n $line ]] || line="${COMP_WORDS[*]:0:COMP_CWORD+1}"
    [[ $current != = ]] || current=
    COMPREPLY=()
    while IFS=$'\t' read -r word what; do
        case $word in
            :files | :directories)
                compopt -o filenames 2> /dev/null
                local kind=-f
                [[ $word == :files ]] || kind=-d
                while IFS= read -r word; do
                    COMPREPLY+=("$word")
                done < <(compgen "$kind" -- "$current")
                ;;
            *) COMPREPLY+=("$word") ;;
        esac
    done < <(command costplan complete --line "$line" --breaks "$COMP_WORDBREAKS" 2> /dev/null < /dev/null)
}
complete -F _costplan costplan
