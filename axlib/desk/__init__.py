"""The desk: exploring in JupyterLab. State and arithmetic stand apart from the widgets that show them."""
