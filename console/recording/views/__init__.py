"""Pages of recording: each reads its input, asks one service, and renders."""
