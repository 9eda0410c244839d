"""IAM: tokens by password, second factor and agency, temporary keys, projects, domains.

Sources: IAM API reference, KeystoneCreateUserTokenByPassword, ...ByPasswordAndMfa,
KeystoneCreateAgencyToken, KeystoneValidateToken, KeystoneListAuthProjects, KeystoneListProjects,
KeystoneListAuthDomains, CreateTemporaryAccessKeyByToken, CreateTemporaryAccessKeyByAgency.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from console.emulator.clock import iso_microseconds
from console.emulator.dialects import IAM
from console.emulator.gateway import live_token
from console.emulator.operations import NOBODY, Answer, Call, Operation, document

if TYPE_CHECKING:
    from console.emulator.identity import Project, Token, User

SHORTEST_KEY, LONGEST_KEY = 900, 86_400
CATALOG = {
    "workspace": "v2",
    "dayu": "v1",
    "metastudio": "v1",
    "codearts-check": "v2",
    "iam": "v3",
    "sts": "v5",
}

Node = dict[str, object]


def _below(call: Call, node: object, *path: str) -> Node:
    """Walk down nested objects; a missing or different one is a malformed request."""
    for name in path:
        node = node.get(name) if isinstance(node, dict) else None
    if not isinstance(node, dict):
        raise call.refuse(400, f"The request body is invalid: {'.'.join(path)} must be an object")
    return node


def _methods(call: Call, identity: Node) -> tuple[str, ...]:
    methods = identity.get("methods")
    if not isinstance(methods, list) or not methods:
        raise call.refuse(400, "The request body is invalid: methods must be a list")
    return tuple(map(str, methods))


def _user_by_password(call: Call, identity: Node) -> User:
    given = _below(call, identity, "password", "user")
    domain = _below(call, given, "domain")
    known = call.cloud.identity
    user = known.users.get(str(given.get("name")))
    at_home = domain.get("name") == known.domain_name or domain.get("id") == known.domain_id
    if user is None or not at_home or given.get("password") != user.password:
        raise call.refuse(401, "The username or password is wrong.")
    return user


def _check_passcode(call: Call, identity: Node, user: User, methods: tuple[str, ...]) -> None:
    if user.passcode is None:
        return
    if "totp" not in methods:
        raise call.refuse(401, "The user must authenticate with a virtual MFA device.")
    given = _below(call, identity, "totp", "user")
    if given.get("id") != user.id or given.get("passcode") != user.passcode:
        raise call.refuse(401, "The verification code is wrong.")


def _scope(call: Call, auth: Node) -> Project | None:
    """Return the project a token is asked for, None for the domain."""
    known = call.cloud.identity
    scope = auth.get("scope")
    if not isinstance(scope, dict) or "domain" in scope:
        return None
    given = _below(call, scope, "project")
    name, project_id = given.get("name"), given.get("id")
    project = known.projects.get(str(project_id)) or known.project_named(str(name))
    if project is None:
        raise call.refuse(404, f"Could not find project: {project_id or name}.")
    return project


def _agency_caller(call: Call, assume_role: Node) -> User:
    """Return who assumes the agency; the agency itself must be the account's."""
    known = call.cloud.identity
    value = call.headers.get("x-auth-token")
    if value is None:
        raise call.refuse(401, "The request you have made requires authentication.")
    user = live_token(known, value, call.operation).user
    if user.denied:
        raise call.refuse(403, "You are not authorized to perform the requested action: agent")
    _check_agency(call, assume_role)
    return user


def _check_agency(call: Call, assume_role: Node) -> None:
    known = call.cloud.identity
    home = (assume_role.get("domain_id"), assume_role.get("domain_name"))
    if known.domain_id not in home and known.domain_name not in home:
        raise call.refuse(404, f"Could not find domain: {home[0] or home[1]}.")
    if assume_role.get("agency_name") != known.agency_name:
        raise call.refuse(404, f"Could not find agency: {assume_role.get('agency_name')}.")


def create_token(call: Call) -> Answer:
    """Issue a token; it travels in the header X-Subject-Token only."""
    auth = _below(call, call.document(), "auth")
    identity = _below(call, auth, "identity")
    methods = _methods(call, identity)
    known = call.cloud.identity
    if "assume_role" in methods:
        assumed_by = _agency_caller(call, _below(call, identity, "assume_role"))
        token = known.issue(known.deputy, methods, _scope(call, auth), assumed_by)
    elif "password" in methods:
        user = _user_by_password(call, identity)
        _check_passcode(call, identity, user, methods)
        token = known.issue(user, methods, _scope(call, auth))
    else:
        raise call.refuse(400, f"The authentication methods are invalid: {', '.join(methods)}")
    return _token_answer(call, token, 201)


def show_token(call: Call) -> Answer:
    """Show what a token is for; the token is the one of the header X-Subject-Token."""
    known = call.cloud.identity
    token = known.tokens.get(call.headers.get("x-subject-token", ""))
    if token is None or known.has_expired(token):
        raise call.refuse(404, "Could not find token.")
    return _token_answer(call, token, 200)


def _token_answer(call: Call, token: Token, status: int) -> Answer:
    content: Node = {
        "methods": list(token.methods),
        "issued_at": iso_microseconds(token.issued),
        "expires_at": iso_microseconds(token.expires),
        "roles": [{"id": "0", "name": "te_admin"}],
        "user": _user(call, token.user),
    }
    if token.project is None:
        content["domain"] = _domain(call)
    else:
        content["project"] = {
            "id": token.project.id,
            "name": token.project.name,
            "domain": _domain(call),
        }
    if token.assumed_by is not None:
        content["assumed_by"] = {"user": _user(call, token.assumed_by)}
    content["catalog"] = [] if call.query.text("nocatalog") else _catalog(call)
    return document({"token": content}, status, (("X-Subject-Token", token.value),))


def _domain(call: Call) -> Node:
    return {"id": call.cloud.identity.domain_id, "name": call.cloud.identity.domain_name}


def _user(call: Call, user: User) -> Node:
    return {"id": user.id, "name": user.name, "domain": _domain(call), "password_expires_at": ""}


def _catalog(call: Call) -> list[Node]:
    url = f"http://{call.headers.get('host')}"
    return [
        {
            "id": name,
            "name": name,
            "type": f"{name}{version}",
            "endpoints": [
                {
                    "id": name,
                    "interface": "public",
                    "region": "*",
                    "region_id": "*",
                    "url": f"{url}/{version}",
                }
            ],
        }
        for name, version in CATALOG.items()
    ]


def create_temporary_key(call: Call) -> Answer:
    """Issue temporary keys, for the caller's own user or for the agency."""
    identity = _below(call, call.document(), "auth", "identity")
    methods = _methods(call, identity)
    known = call.cloud.identity
    user = call.caller.user
    details: Node = {}
    if "assume_role" in methods:
        details = _below(call, identity, "assume_role")
        _check_agency(call, details)
        user = known.deputy
    elif "token" not in methods:
        raise call.refuse(400, f"The authentication methods are invalid: {', '.join(methods)}")
    elif "token" in identity:
        details = _below(call, identity, "token")
        if "id" in details:
            user = live_token(known, str(details["id"]), call.operation).user
    seconds = details.get("duration_seconds", SHORTEST_KEY)
    if not isinstance(seconds, int) or not SHORTEST_KEY <= seconds <= LONGEST_KEY:
        raise call.refuse(400, f"duration_seconds must be {SHORTEST_KEY} to {LONGEST_KEY}")
    key = known.temporary(user, timedelta(seconds=seconds))
    assert key.expires is not None  # noqa: S101 - a temporary key has an end
    credential = {
        "access": key.access,
        "secret": key.secret,
        "securitytoken": key.security_token,
        "expires_at": iso_microseconds(key.expires),
    }
    return document({"credential": credential}, 201)


def _project(call: Call, project: Project) -> Node:
    return {
        "id": project.id,
        "name": project.name,
        "domain_id": call.cloud.identity.domain_id,
        "parent_id": project.parent_id,
        "enabled": True,
        "is_domain": False,
        "description": project.description,
        "links": {"self": f"http://{call.headers.get('host')}/v3/projects/{project.id}"},
    }


def _links(call: Call) -> Node:
    return {
        "self": f"http://{call.headers.get('host')}{call.operation.path}",
        "previous": None,
        "next": None,
    }


def list_auth_projects(call: Call) -> Answer:
    """List the projects that the caller may use."""
    known = call.cloud.identity
    usable = [known.main_project] if call.caller.user.denied else [*known.projects.values()]
    projects = [_project(call, project) for project in usable]
    return document({"projects": projects, "links": _links(call)})


def list_projects(call: Call) -> Answer:
    """List the projects of the account that fit the filters."""
    query = call.query
    wanted: dict[str, object] = {
        name: value
        for name in ("domain_id", "name", "parent_id")
        if (value := query.text(name)) is not None
    }
    for name in ("enabled", "is_domain"):
        if (flag := query.flag(name)) is not None:
            wanted[name] = flag
    if (query.text("page") is None) != (query.text("per_page") is None):
        raise call.refuse(400, "page and per_page must be given together")
    page = query.number("page", low=1, high=2**31, default=1)
    size = query.number("per_page", low=1, high=5000, default=5000)
    found = [
        project
        for project in (_project(call, item) for item in call.cloud.identity.projects.values())
        if all(project[name] == value for name, value in wanted.items())
    ]
    shown = found[(page - 1) * size : page * size]
    return document({"projects": shown, "links": _links(call)})


def list_auth_domains(call: Call) -> Answer:
    """List the accounts that the caller may use."""
    domain = {
        **_domain(call),
        "enabled": True,
        "description": "",
        "links": {"self": f"http://{call.headers.get('host')}/v3/domains"},
    }
    return document({"domains": [domain], "links": _links(call)})


OPERATIONS = (
    Operation(
        "KeystoneCreateToken",
        "POST",
        "/v3/auth/tokens",
        create_token,
        IAM,
        accepts=NOBODY,
        keeps_body=False,
    ),
    Operation("KeystoneValidateToken", "GET", "/v3/auth/tokens", show_token, IAM),
    Operation("KeystoneListAuthProjects", "GET", "/v3/auth/projects", list_auth_projects, IAM),
    Operation("KeystoneListProjects", "GET", "/v3/projects", list_projects, IAM),
    Operation("KeystoneListAuthDomains", "GET", "/v3/auth/domains", list_auth_domains, IAM),
    Operation(
        "CreateTemporaryAccessKey",
        "POST",
        "/v3.0/OS-CREDENTIAL/securitytokens",
        create_temporary_key,
        IAM,
        keeps_body=False,
    ),
)
