"""The tests, as a mirror of the tree. Not here: anything that needs the internet, an account or luck."""
