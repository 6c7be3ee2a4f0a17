"""HTTP only: addresses, answers, pages and problems."""
