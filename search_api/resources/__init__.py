"""The models of the interface, a module for each kind of resource, and the addresses of all."""
