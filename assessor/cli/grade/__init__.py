"""`assessor grade`: a class or one answer, from file to grades."""
