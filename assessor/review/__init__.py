"""The local page in which a class is reviewed with the keyboard."""
