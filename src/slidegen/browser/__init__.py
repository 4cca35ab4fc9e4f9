"""What needs a browser: screenshots, PDF, layout checks. Playwright is imported only when a browser is started."""
