"""The words of SMO in other languages: what there is to say, how it is said, and compiling that for Django."""
