"""Routes, one module per part of the app. None of them holds SQL: they read and write through `store`."""
