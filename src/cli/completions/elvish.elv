
# Values of options and first arguments come from hbmon, everything else from the script above.
var hbmon-options = $edit:completion:arg-completer[hbmon]
set edit:completion:arg-completer[hbmon] = {|@words|
    var values = []
    try {
        set values = [(e:hbmon completions '--candidates='$words[-1] -- (all $words[..-1]) 2>/dev/null | from-lines)]
    } catch e {
        nop
    }
    if (eq $values []) {
        $hbmon-options $@words
    } else {
        all $values
    }
}
