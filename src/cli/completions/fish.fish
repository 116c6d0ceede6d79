
# Names and tags of the config that stands on the command line, or of the usual one.
function __hbmon_filter
    set -l words (commandline -opc)
    set -l config (string match -r -- '.*\.ya?ml$' $words)[-1]
    $words[1] list --names $config 2>/dev/null
    $words[1] list --tags $config 2>/dev/null | string replace -r '^' 'tag:'
end
