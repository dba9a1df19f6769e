"""What the documents say: corpus, loaders, clause splitting, embeddings, lexical and vector index, search.

Knows nothing of chat or language models.
"""
