"""What can be done with a class, whoever asks for it: the command line, the page, a program."""
