"""The Excel workbook: sources and rules in front, then the figures sheet by sheet, and what each one means."""
