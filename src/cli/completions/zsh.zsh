# Values of options and first arguments come from hbmon, everything else from the script below.
_hbmon_values() {
    local -a values
    if [[ $words[CURRENT-1] == (-o|--output) && $PREFIX == *=* ]]; then
        compset -P '*=' && _files
        return
    fi
    values=(${(f)"$(${(Q)words[1]/#\~/$HOME} completions --candidates=${(Q)PREFIX} -- ${(Q)words[1,CURRENT-1]} 2>/dev/null)"})
    (( $#values )) && compadd -- $values
}
