"""Background work with retry, progress and a page to see it; procrastinate delivers, our table tells people."""
