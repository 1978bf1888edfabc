"""A stand-in for the cloud, started with `python -m console.sandbox`.

Written from the API reference with the standard library alone. It imports nothing else of this
project and nothing of this project imports it; readme.md says what it does not imitate.
"""
