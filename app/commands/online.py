"""Whether a command may ask the national address service, and how it is opened."""

import os
from contextlib import AbstractContextManager
from typing import Annotated

import typer

from app.settings import Settings
from geodata.fetching import Keys
from geodata.sources.adressevaelger import AddressService, address_service

OnlineOption = Annotated[
    bool, typer.Option("--online", help="Ask the national address service for addresses that are not known here.")
]


def opened_service(settings: Settings, online: bool) -> AbstractContextManager[AddressService | None]:
    """The service where the command or the settings switch it on; None else.

    Raises
    ------
    SourceError : the file of keys is missing or others may read it
    CardError : a setting of its card is none
    """
    on = online or settings.address_service
    return address_service(Keys(os.environ, settings.keys if on else None), settings.sources, on=on)
