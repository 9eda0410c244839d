"""The emulated cloud as a Starlette application."""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.routing import Route

from console.emulator import control, iam, services, sts
from console.emulator.dialects import GATEWAY
from console.emulator.fault_middleware import FaultMiddleware
from console.emulator.gateway import Endpoint
from console.emulator.request_log import EXCHANGE, RequestLogMiddleware

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from starlette.requests import Request

    from console.emulator.cloud import Cloud


def service_modules() -> Iterator[ModuleType]:
    """Import the services: each module of the `services` folder is one, found by being there."""
    for found in pkgutil.iter_modules(services.__path__):
        yield importlib.import_module(f"{services.__name__}.{found.name}")


def ready_facts(cloud: Cloud, url: str) -> dict[str, object]:
    """Tell what a client must know to call this cloud.

    A service that has something to tell defines `facts(cloud)`.
    """
    facts = cloud.ready_facts(url)
    for module in service_modules():
        if hasattr(module, "facts"):
            facts |= module.facts(cloud)
    return facts


async def _no_such_api(request: Request, _error: Exception) -> Response:
    exchange = request.scope.get(EXCHANGE)
    refusal = GATEWAY.refuse(
        404, "The API does not exist or has not been published in the environment"
    )
    answer = refusal.answer(exchange.request_id if exchange else "")
    return Response(answer.body, answer.status, dict(answer.headers))


def build(cloud: Cloud) -> Starlette:
    """Make the application: every operation behind the gateway, the control routes beside it."""
    operations = [*iam.OPERATIONS, *sts.OPERATIONS]
    for module in service_modules():
        operations += module.OPERATIONS
    return Starlette(
        routes=[
            *(
                Route(operation.path, Endpoint(operation, cloud), methods=[operation.method])
                for operation in operations
            ),
            *control.routes(cloud),
        ],
        middleware=[
            Middleware(RequestLogMiddleware, cloud=cloud),
            Middleware(FaultMiddleware, cloud=cloud),
        ],
        exception_handlers={404: _no_such_api, 405: _no_such_api},
    )
