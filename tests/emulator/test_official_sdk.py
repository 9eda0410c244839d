"""The official SDK, which knows nothing of the emulator, performs every operation it has."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import huaweicloudsdkdataartsstudio.v1 as dataarts
import huaweicloudsdkiam.v3 as iam
import huaweicloudsdkmetastudio.v1 as metastudio
import huaweicloudsdksts.v1 as sts
import huaweicloudsdkworkspace.v2 as workspace
import pytest
from huaweicloudsdkcore.auth.credentials import BasicCredentials, GlobalCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException

if TYPE_CHECKING:
    from tests.emulator.conftest import Emulator

# The SDK is untyped: its clients, requests and answers are Any here.
Make = Callable[[Any], Any]


@pytest.fixture(params=["permanent", "temporary"])
def make(request: pytest.FixtureRequest, cloud: Emulator) -> Iterator[Make]:
    """Return a function that makes SDK clients with permanent or temporary keys."""
    facts = cloud.facts
    holder = facts if request.param == "permanent" else facts["temporary"]
    made = []

    def make_client(kind: Any) -> Any:
        if kind is iam.IamClient:
            credentials = GlobalCredentials(
                holder["access_key"], holder["secret_key"], facts["domain_id"]
            )
        else:
            credentials = BasicCredentials(
                holder["access_key"], holder["secret_key"], facts["project_id"]
            )
        if "security_token" in holder:
            credentials.with_security_token(holder["security_token"])
        builder = kind.new_builder().with_credentials(credentials).with_endpoint(facts["url"])
        client = builder.build()
        made.append(client)
        return client

    yield make_client
    for client in made:
        client._http_client._session.close()


def refused(call: Callable[[], object]) -> ClientRequestException:
    with pytest.raises(ClientRequestException) as caught:
        call()
    return caught.value


def test_blocked_notifications(make: Make) -> None:
    client = make(workspace.WorkspaceClient)
    request = workspace.ListNotificationRecordsRequest(
        query_type="DESKTOP",
        user_name="li",
        type="SMS",
        offset=1,
        limit=7,
        sort_field="operate_time",
        sort_type="DESC",
    )
    answer = client.list_notification_records(request)
    assert answer.total_count > 7
    assert len(answer.notification_records) == 7
    assert {row.type for row in answer.notification_records} == {"SMS"}
    error = refused(
        lambda: client.list_notification_records(workspace.ListNotificationRecordsRequest())
    )
    assert (error.status_code, error.error_code) == (400, "WKS.0001")


def test_a_chinese_filter_is_signed_and_understood(make: Make) -> None:
    request = workspace.ListNotificationRecordsRequest(
        query_type="DESKTOP_POOL", desktop_pool_name="研发"
    )
    answer = make(workspace.WorkspaceClient).list_notification_records(request)
    assert answer.total_count
    assert all("研发" in row.desktop_pool_name for row in answer.notification_records)


def test_pools_and_desktops(make: Make) -> None:
    client = make(workspace.WorkspaceClient)
    pools = client.list_desktop_pools(workspace.ListDesktopPoolsRequest(limit=1000)).desktop_pools
    pool = max(pools, key=lambda row: row.desktop_count)
    shown = client.show_desktop_pool_detail(workspace.ShowDesktopPoolDetailRequest(pool_id=pool.id))
    assert (shown.name, shown.desktop_count) == (pool.name, pool.desktop_count)
    request = workspace.ListPoolDesktopsDetailRequest(
        pool_id=pool.id, limit=100, inconsistent_type="PRODUCT_ID"
    )
    assert client.list_pool_desktops_detail(request).pool_desktops is not None
    request = workspace.ListPoolDesktopsDetailRequest(pool_id=pool.id, limit=100)
    desktops = client.list_pool_desktops_detail(request).pool_desktops
    assert len(desktops) == min(100, pool.desktop_count)
    request = workspace.ListDesktopsRequest(
        pool_id=pool.id, user_name=[desktops[0].user_name or "li", "wang"]
    )
    assert client.list_desktops(request).total_count >= 0
    connected = workspace.ListDesktopsConnectStatusRequest(connect_status="CONNECTED")
    assert client.list_desktops_connect_status(connected).desktops
    people = workspace.ListDesktopPoolAuthorizedObjectsRequest(pool_id=pool.id)
    assert client.list_desktop_pool_authorized_objects(people).objects


def test_an_unknown_pool(make: Make) -> None:
    client = make(workspace.WorkspaceClient)
    request = workspace.ShowDesktopPoolDetailRequest(pool_id="nothing")
    error = refused(lambda: client.show_desktop_pool_detail(request))
    assert (error.status_code, error.error_code) == (400, "WKS.0001")
    assert error.request_id


def test_notifications_and_their_jobs(make: Make) -> None:
    client = make(workspace.WorkspaceClient)
    pools = client.list_desktop_pools(workspace.ListDesktopPoolsRequest()).desktop_pools
    pool = next(row for row in pools if row.status == "STEADY" and row.desktop_count)
    to_pool = workspace.SendDesktopPoolNotificationsRequest(
        pool_id=pool.id,
        body=workspace.SendDesktopPoolNotificationsReq(notifications="维护通知"),
    )
    job_id = client.send_desktop_pool_notifications(to_pool).job_id
    job = client.show_job(workspace.ShowJobRequest(job_id=job_id))
    assert (job.id, job.sub_jobs_total) == (job_id, pool.desktop_count)
    listed = client.list_ita_sub_jobs(workspace.ListItaSubJobsRequest(job_id=job_id))
    assert listed.total_count == pool.desktop_count
    desktop = client.list_desktops(workspace.ListDesktopsRequest(limit=1)).desktops[0]
    to_desktops = workspace.SendNotificationsRequest(
        body=workspace.SendNotificationsReq(
            desktop_ids=[desktop.desktop_id], notifications="维护通知"
        )
    )
    assert client.send_notifications(to_desktops).job_id


def test_notice_configurations(make: Make) -> None:
    client = make(metastudio.MetaStudioClient)
    for kind in ("RESOURCE_EXPIRE", "RESOURCE_LEFT"):
        request = metastudio.ShowTenantNoticeConfigurationRequest(type=kind)
        answer = client.show_tenant_notice_configuration(request)
        assert answer.type == kind
        assert answer.x_request_id
    body = metastudio.SetTenantNoticeConfigurationReq(
        type="RESOURCE_LEFT", send_msg=True, properties="{}"
    )
    request = metastudio.SetTenantNoticeConfigurationRequest(body=body)
    assert client.set_tenant_notice_configuration(request).x_request_id
    error = refused(
        lambda: client.show_tenant_notice_configuration(
            metastudio.ShowTenantNoticeConfigurationRequest()
        )
    )
    assert (error.status_code, error.error_code) == (400, "MSS.00000003")


def test_review_messages(make: Make, cloud: Emulator) -> None:
    client = make(dataarts.DataArtsStudioClient)
    where = cloud.facts["workspace"]
    request = dataarts.ListMessageRequest(workspace=where, dlm_type="SHARED", limit=100)
    listed = client.list_message(request)
    assert listed.total > len(listed.records) == 100
    waiting = [row for row in listed.records if row.api_apply_status == "STATUS_TYPE_PENDING_CHECK"]
    message_id = waiting[0].id
    request = dataarts.ShowMessageDetailRequest(workspace=where, message_id=message_id)
    detail = client.show_message_detail(request)
    assert (detail.api_name, detail.id) == (waiting[0].api_name, None)
    body = dataarts.OpenApiParaForCheckMessage(message_id=message_id, action=0)
    client.confirm_message(dataarts.ConfirmMessageRequest(workspace=where, body=body))
    error = refused(
        lambda: client.confirm_message(dataarts.ConfirmMessageRequest(workspace=where, body=body))
    )
    assert error.status_code == 400
    request = dataarts.ListApplyRequest(workspace=where, query_type=0)
    assert client.list_apply(request).total


def test_where_review_messages_are_kept(make: Make, cloud: Emulator) -> None:
    client = make(dataarts.DataArtsStudioClient)
    orders = client.list_data_arts_studio_instances(
        dataarts.ListDataArtsStudioInstancesRequest()
    ).commodity_orders
    instance_id = orders[0].resource_id
    assert instance_id == cloud.facts["instance_id"]
    request = dataarts.ListManagerWorkSpacesRequest(instance_id=instance_id)
    assert cloud.facts["workspace"] in [
        row.id for row in client.list_manager_work_spaces(request).data
    ]
    request = dataarts.ListWorkspacesForUserRequest(
        instance_id=instance_id, user_id=cloud.facts["user_id"]
    )
    assert client.list_workspaces_for_user(request)


def test_projects_domains_and_temporary_keys(make: Make, cloud: Emulator) -> None:
    client = make(iam.IamClient)
    mine = client.keystone_list_auth_projects(iam.KeystoneListAuthProjectsRequest()).projects
    assert cloud.project in [project.id for project in mine]
    request = iam.KeystoneListProjectsRequest(name="cn-north-4")
    assert [row.id for row in client.keystone_list_projects(request).projects] == [cloud.project]
    domains = client.keystone_list_auth_domains(iam.KeystoneListAuthDomainsRequest()).domains
    assert [domain.id for domain in domains] == [cloud.facts["domain_id"]]
    identity = iam.TokenAuthIdentity(
        methods=["token"], token=iam.IdentityToken(duration_seconds=900)
    )
    body = iam.CreateTemporaryAccessKeyByTokenRequestBody(auth=iam.TokenAuth(identity=identity))
    request = iam.CreateTemporaryAccessKeyByTokenRequest(body=body)
    assert client.create_temporary_access_key_by_token(request).credential.securitytoken


def test_tokens(make: Make, cloud: Emulator) -> None:
    client, facts = make(iam.IamClient), cloud.facts
    scope = iam.AuthScope(project=iam.AuthScopeProject(id=cloud.project))

    def password(name: str, secret: str) -> Any:
        domain = iam.PwdPasswordUserDomain(name=facts["domain_name"])
        user = iam.PwdPasswordUser(domain=domain, name=name, password=secret)
        return iam.PwdPassword(user=user)

    def by_password(secret: str) -> Any:
        identity = iam.PwdIdentity(
            methods=["password"], password=password(facts["user_name"], secret)
        )
        body = iam.KeystoneCreateUserTokenByPasswordRequestBody(
            auth=iam.PwdAuth(identity=identity, scope=scope)
        )
        request = iam.KeystoneCreateUserTokenByPasswordRequest(nocatalog="true", body=body)
        return client.keystone_create_user_token_by_password(request)

    answer = by_password(facts["password"])
    assert answer.x_subject_token
    assert answer.token.project.id == cloud.project
    shown = client.keystone_validate_token(
        iam.KeystoneValidateTokenRequest(x_subject_token=answer.x_subject_token)
    )
    assert shown.token.user.name == facts["user_name"]
    assert refused(lambda: by_password("wrong")).status_code == 401
    totp = iam.MfaTotp(
        user=iam.MfaTotpUser(id=facts["totp_user_id"], passcode=facts["totp_passcode"])
    )
    identity = iam.MfaIdentity(
        methods=["password", "totp"],
        password=password(facts["totp_user_name"], facts["totp_password"]),
        totp=totp,
    )
    body = iam.KeystoneCreateUserTokenByPasswordAndMfaRequestBody(
        auth=iam.MfaAuth(identity=identity, scope=scope)
    )
    request = iam.KeystoneCreateUserTokenByPasswordAndMfaRequest(nocatalog="true", body=body)
    assert client.keystone_create_user_token_by_password_and_mfa(request).x_subject_token


def test_the_caller_and_why_it_was_refused(make: Make, cloud: Emulator) -> None:
    client = make(sts.StsClient)
    caller = client.get_caller_identity(sts.GetCallerIdentityRequest())
    assert caller.account_id == cloud.facts["domain_id"]
    denied = cloud.call("GET", cloud.at("/v2/{}/connect-desktops"), keys=cloud.restricted).json()
    body = sts.DecodeAuthorizationMessageReq(
        encoded_message=denied["encoded_authorization_message"]
    )
    request = sts.DecodeAuthorizationMessageRequest(body=body)
    assert "failure" in json.loads(client.decode_authorization_message(request).decoded_message)


def test_a_restricted_user_is_refused_with_a_message(cloud: Emulator) -> None:
    keys = cloud.restricted
    credentials = BasicCredentials(keys.ak, keys.sk, cloud.project)
    builder = workspace.WorkspaceClient.new_builder().with_credentials(credentials)
    client = builder.with_endpoint(cloud.url).build()
    request = workspace.ListDesktopsConnectStatusRequest()
    error = refused(lambda: client.list_desktops_connect_status(request))
    assert error.status_code == 403
    assert error.encoded_auth_msg
    client._http_client._session.close()
