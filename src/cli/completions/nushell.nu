
  # Values of options and first arguments come from hbmon; nothing means files.
  def "nu-complete hbmon values" [context: string] {
    let words = ($context | split row " ")
    let values = (^hbmon completions $"--candidates=($words | last)" "--" ...($words | drop) | lines)
    if ($values | is-empty) { null } else { $values }
  }
