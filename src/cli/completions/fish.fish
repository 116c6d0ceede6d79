
# Values of options and first arguments come from hbmon.
function __hbmon_values
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    # fish completes the part behind the equals sign.
    if string match -qr -- '^--[a-z-]+=' $current
        set words $words (string replace -r -- '=.*' '' $current)
        set current (string replace -r -- '^--[a-z-]+=' '' $current)
    end
    if string match -qr -- '^[a-z]+=' $current; and contains -- $words[-1] -o --output
        set -l format (string match -r -- '^[a-z]+=' $current)
        __fish_complete_path (string replace -- $format '' $current) | string replace -r '^' $format
        return
    end
    $words[1] completions --candidates=$current -- $words 2>/dev/null
end
complete -c hbmon -n "__fish_hbmon_using_subcommand beat explain" -f -a '(__hbmon_values)'
complete -c hbmon -n "__fish_hbmon_using_subcommand history incidents" -a '(__hbmon_values)'
