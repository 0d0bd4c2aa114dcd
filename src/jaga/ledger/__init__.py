"""The public tamper-evident ledger: entries, Merkle tree, tiles, checkpoints, receipts.

RFC 6962 and RFC 9162 for the tree; C2SP tlog-tiles, tlog-checkpoint, signed-note and tlog-proof for the bytes. Knows
neither SQL nor HTTP: `jaga.store.outbox` appends, `jaga.store.ledger` integrates, `jaga.web.ledger` serves.
"""
