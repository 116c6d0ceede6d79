
# Values of options and first arguments come from hbmon, everything else from the script above.
_hbmon_dynamic() {
    local word current= last=${COMP_WORDS[COMP_CWORD]} glue= value
    local -a words=()
    # A colon and an equals sign are words of their own for bash.
    for word in "${COMP_WORDS[@]:0:COMP_CWORD+1}"; do
        if [[ ${#words[@]} -gt 0 && ( -n $glue || $word == [:=] ) ]]; then
            words[${#words[@]}-1]+=$word
        else
            words+=("$word")
        fi
        glue=
        [[ $word == [:=] ]] && glue=yes
    done
    # An empty word behind a colon belongs to it.
    current=${words[${#words[@]}-1]}
    [[ $last == [:=] ]] && last=
    unset "words[${#words[@]}-1]"
    current=${current#[\'\"]}
    COMPREPLY=()
    while IFS= read -r value; do
        # bash replaces what stands behind the last colon or equals sign.
        [[ $value == "$current"* ]] && COMPREPLY+=("${value:${#current}-${#last}}")
    done < <("${COMP_WORDS[0]/#\~/$HOME}" completions "--candidates=$current" -- "${words[@]}" 2>/dev/null)
    [[ ${#COMPREPLY[@]} -gt 0 ]] && return 0
    _hbmon "$@"
}

complete -F _hbmon_dynamic -o bashdefault -o default hbmon
