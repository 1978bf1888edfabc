"""Every part of the frame on one page, with the texts that break pages: only tests mount it."""
