# Completions of costplan for fish, from `costplan completions fish`.
function __costplan_complete
    set -l line (commandline -cp | string join ' ')
    for found in (command costplan complete --line "$line" 2> /dev/null < /dev/null)
        switch $found
            case ':files'
                __fish_complete_path (commandline -ct)
            case ':directories'
                __fish_complete_directories (commandline -ct)
            case '*'
                printf '%s\n' $found
        end
    end
end
complete -c costplan -f -a '(__costplan_complete)'
