"""The pages that belong to nobody: home, map, how it works, legal pages."""
