"""Whether frameworks give the same bits behind a launcher as natively.

`programs` are small programs in cases, `record` runs one and writes down its outputs'
hashes, `compare` runs them natively and behind a launcher, `suites` does so with the
frameworks' own tests.
"""
