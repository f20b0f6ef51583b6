"""Back-ups: everything that cannot be made again from something else, in one file, and the way back from it.

`archive` is the file, `database` what goes into it of a schema and back; `making` and `restoring` are the order in
which things are checked and done; `ledger` is what must not come back, which lies outside, and `ended` its lines.
"""
