"""Member Success Profiles as a workbook: what stands where in it, and reading it back."""
