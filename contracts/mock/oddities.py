"""Named legal oddities; importing this module registers them."""
