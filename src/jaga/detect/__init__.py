"""May this be published? Normalisation, term banks, links, files, media, and the detector service.

Callers of the open side need four modules: `content` (what is asked), `verdict` (what is answered), `media` (what
became of an upload) and `ports` (the two questions themselves). `client` asks them over the detector's socket.
"""
