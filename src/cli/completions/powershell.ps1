
    # Values of options and first arguments come from hbmon, everything else from the script below.
    $words = @($commandAst.CommandElements |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        ForEach-Object { $_.ToString() })
    $values = @(& hbmon completions "--candidates=$wordToComplete" '--' @words 2>$null)
    if ($values.Count -gt 0) {
        return $values |
            Where-Object { $_.StartsWith($wordToComplete) } |
            ForEach-Object { [CompletionResult]::new($_, $_, [CompletionResultType]::ParameterValue, $_) }
    }
