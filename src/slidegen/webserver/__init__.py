"""What the commands that serve pages share: the socket, the running server, who is answered, the bodies of requests."""
