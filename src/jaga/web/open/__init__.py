"""The open side over HTTP: channels, posts, media, the feed, and pages that need neither account nor script."""
