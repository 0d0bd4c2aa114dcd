"""The direct line: authorities, officers and what they submit; receipts, clocks and formal feedback.

Pure but for `line`, which loads, decides and saves through the ports. There is no path from here to the sealed side:
a target there, or a request for private data, is answered from its wording alone.
"""
