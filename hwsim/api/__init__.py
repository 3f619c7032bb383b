"""The functions that `import hwsim` offers.

They take what people have, a memory or its path, an image or its path, spins as an array, as lists
or in a file (`given.py` says what is taken), and call the room that does the work, which takes one
form alone.
"""
