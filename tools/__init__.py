"""What can be computed, looked up or recorded: typed functions returning frozen data, and their data files.

No language model, no web framework, no sentences.
"""
