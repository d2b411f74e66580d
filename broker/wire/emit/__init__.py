"""One module per target: each turns a `schema.Schema` into the text of a file."""
