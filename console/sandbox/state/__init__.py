"""What the cloud remembers: applications, recording templates, jobs, buckets, notifications."""
