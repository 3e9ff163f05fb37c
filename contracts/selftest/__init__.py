"""The suite proved on itself: every fault of the mock is caught, nothing legal is condemned."""
