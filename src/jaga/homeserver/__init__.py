"""The sealed side's server: Synapse, unmodified, with our guard module. The only place that knows Synapse."""
