"""What must not hurt a run: servers that misbehave, interruptions and misuse, each tried on a real process."""
