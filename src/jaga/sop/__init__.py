"""The SOP: categories, clauses, clocks, approvals, measures and regimes, from TOML files to frozen values. Pure."""
