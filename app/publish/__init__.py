"""How findings are shown: published tables, legends, maps and files; everything passes suppression first."""
