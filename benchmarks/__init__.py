"""Measurements that `make bench` prints. Not here: tests, anything the product imports."""
