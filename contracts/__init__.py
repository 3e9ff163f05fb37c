"""The contract of the Conversation API v0.2: what it promises, and how to find out whether it is kept."""
