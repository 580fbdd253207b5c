"""Benchmarks: the raw floor and ours in one run, on the same machine, under the same durable settings."""
