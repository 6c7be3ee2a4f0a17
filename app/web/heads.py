"""HEAD is answered like GET, but without a body, on every route. Plain ASGI, around all of them."""

from app.web.limits import App, Message, Receive, Scope, Send


class Heads:
    """Asks the application for what GET would get, and sends only its head.

    Parameters
    ----------
    app : what is inside
    """

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def bare(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        await self.app({**scope, "method": "GET"}, receive, bare)
