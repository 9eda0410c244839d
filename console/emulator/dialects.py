"""The error codes of the services, as far as the public documents give them.

Where a document names no code for a status, the code here is invented in the service's style and
said to be so; a client must not lean on it.
"""

from __future__ import annotations

from console.emulator.operations import Dialect

# API Gateway error codes: 0101 no such API, 0301 IAM authentication, 0308 throttled. The guide to
# signing shows 0303 for a clock that is off. 0201 for a body over 12 MB is its nearest sibling.
GATEWAY = Dialect(
    codes={
        400: "APIGW.0201",
        401: "APIGW.0301",
        404: "APIGW.0101",
        405: "APIGW.0101",
        413: "APIGW.0201",
        429: "APIGW.0308",
        500: "APIGW.0201",
    },
    names_request=True,
)
CLOCK_IS_OFF = "APIGW.0303"

# Workspace API reference, error codes. 0001 and 0202 are documented; 00010099 is what the official
# Terraform provider knows for 'not enabled in this project'; 403 and 409 are invented.
WORKSPACE = Dialect(
    codes={
        400: "WKS.0001",
        403: "WKS.00000005",
        404: "WKS.0202",
        409: "WKS.00000009",
        500: "WKS.00000003",
    }
)
WORKSPACE_NOT_ENABLED = "WKS.00010099"

# CodeArts Check API reference. The parameter error is documented as 'CC.xxxxxxxx.400', with the
# placeholders; the digits are invented.
CHECK = Dialect(
    codes={
        400: "CC.00070001.400",
        401: "CC.00000003",
        403: "CC.00000004",
        500: "CC.00000000",
    }
)

# MetaStudio API reference, error codes.
METASTUDIO = Dialect(
    codes={
        400: "MSS.00000003",
        401: "MSS.00000001",
        403: "MSS.00000005",
        404: "MSS.00010003",
        500: "MSS.00000004",
    }
)
METASTUDIO_BODY = "MSS.00000002"
METASTUDIO_PROJECT = "MSS.00010009"

# DataArts Studio: DLS.1000 is the sample of the API description, DLM.4001 is what the official
# Terraform provider knows for a missing instance or workspace; the code of 403 is invented.
DATAARTS = Dialect(codes={400: "DLS.1000", 403: "DLM.4003", 404: "DLS.1000", 500: "DLS.1000"})
DATAARTS_WORKSPACE = "DLM.4001"

# IAM answers with a nested error and an integer code.
IAM = Dialect(codes={}, nested=True)

# STS codes are documented as 'STS5.XXXX'; the digits are invented.
STS = Dialect(codes={400: "STS5.1001", 401: "STS5.1002", 403: "STS5.1003", 500: "STS5.1000"})
