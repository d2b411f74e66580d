"""The broker under compute-sanitizer while tenants do much of all kinds: check.py."""
