"""A release as files: wheel, source archive, offline bundle, bill of materials, index and checksums (make release).

usage: python -m scripts.release --help      (building, and looking at what was built, needs requirements/release.txt)
"""
