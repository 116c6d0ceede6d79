# Names and tags of the config that stands on the command line, or of the usual one.
_hbmon_filter() {
    local -a config names tags
    config=(${(Q)${(M)words[2,CURRENT-1]:#*.(yaml|yml)}})
    names=(${(f)"$(hbmon list --names $config[-1] 2>/dev/null)"})
    tags=(${(f)"$(hbmon list --tags $config[-1] 2>/dev/null)"})
    compadd -- $names tag:${^tags}
}
