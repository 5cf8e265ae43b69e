"""Settings: what an administrator may change safely, and what the operator has set on this machine, to see."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from config.settings import Settings
from web.context import Here
from web.templating import page

router = APIRouter(prefix="/settings", include_in_schema=False)


@router.get("")
def settings_page(request: Request, here: Here) -> HTMLResponse:
    return page(request, "settings.html", {"machine": machine(here.settings)})


def machine(settings: Settings) -> list[tuple[str, str]]:
    """What is set on this machine, in words; nothing that is secret."""
    mail = f"from {settings.mail_from}" if settings.smtp_url.get_secret_value() else "not set up: no mail is sent"
    organisation = "through your organisation" if settings.oidc else ""
    passwords = "" if settings.oidc_only else "with a password"
    return [
        ("Address of this archive", settings.public_url),
        ("Contact that publishers see", settings.contact or settings.public_url),
        ("Mail", mail),
        ("Signing in", " or ".join(filter(None, (organisation, passwords)))),
        ("Time zone", settings.timezone),
        ("Pause between two requests to one site", f"{settings.download_delay:g} seconds"),
        ("Addresses on private networks", "may be read" if settings.allow_private_addresses else "are refused"),
    ]
