"""Danmarks Statistik's StatBank: tables found, asked for and read through its API, without a key."""
