
# Names and tags of the config that stands on the command line, or of the usual one.
_hbmon_filter() {
    local word config=()
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        [[ $word == *.yaml || $word == *.yml ]] && config=("${word/#\~/$HOME}")
    done
    "${COMP_WORDS[0]}" list --names "${config[@]}" 2>/dev/null
    "${COMP_WORDS[0]}" list --tags "${config[@]}" 2>/dev/null | sed 's/^/tag:/'
}

_hbmon_dynamic() {
    local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} prefix=
    # A colon is a word of its own for bash.
    if [[ $current == : ]]; then
        prefix=$before: current= before=${COMP_WORDS[COMP_CWORD-2]}
    elif [[ $before == : ]]; then
        prefix=${COMP_WORDS[COMP_CWORD-2]}: before=${COMP_WORDS[COMP_CWORD-3]}
    fi
    if [[ $before == -F || $before == --filter ]]; then
        COMPREPLY=($(compgen -W "$(_hbmon_filter)" -- "$prefix$current"))
        COMPREPLY=("${COMPREPLY[@]#"$prefix"}")
        return 0
    fi
    _hbmon "$@"
}

complete -F _hbmon_dynamic -o bashdefault -o default hbmon
