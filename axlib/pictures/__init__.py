"""Pictures: ``plot_*(result) -> Chart``. The only layer that draws."""
