"""Running notebooks and turning them into the pages, workbooks and folders that are published."""
