"""The network of a snapshot: what is selected of it, and the same in the terms of the interface."""
