"""What the public may count: numbers that come from the ledger's entries alone, so that anyone can count them again."""
