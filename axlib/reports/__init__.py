"""Running notebooks and turning them into the pages, workbooks and folders that are published."""

import axlib.reports.quick_start  # noqa: F401  (before any module of this layer imports nbformat)
