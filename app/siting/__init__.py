"""What would follow if practices opened, closed or moved: scenarios, their effect, and the value of a place."""
