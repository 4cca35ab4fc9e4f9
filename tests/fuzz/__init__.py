"""Plausible but broken inputs of every kind, made from seeds; CONTRIBUTING.md says how to replay one."""
