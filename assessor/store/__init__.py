"""The store: what was asked, answered, decided and released."""
