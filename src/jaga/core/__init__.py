"""Words that every part shares: ids, time, errors, bilingual text, canonical JSON, private files.

Standard library only.
"""
