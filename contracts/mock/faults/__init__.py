"""Named faults, one module for each family of clauses; importing this package registers them."""
