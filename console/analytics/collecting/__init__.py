"""The collector: asks, in the background and within its share of the quota, for what the cloud will forget."""
