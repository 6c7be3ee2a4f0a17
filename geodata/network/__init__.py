"""Street networks: from OpenStreetMap and other files to compact arrays by mode, and points snapped to them."""
